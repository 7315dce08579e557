import * as v from 'valibot';

/**
 * The address that waits for a code, on its way from one form to the next. In sessionStorage (this tab, until it is
 * closed) and never in the page's address, which lands in histories and logs. Where storage is denied it still lives
 * until the page is loaded anew; then the person types the address again.
 */
export interface PendingMail {
  email: string;
  /** Where the embedded cloud shows the mail; only on a machine that runs it. */
  outbox?: string | undefined;
}

const KEY = 'selkie1:pending-mail';
const schema = v.object({ email: v.string(), outbox: v.optional(v.string()) });

let inMemory: PendingMail | undefined;

export function keepPendingMail(mail: PendingMail): void {
  inMemory = mail;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(mail));
  } catch {
    // Denied or full: memory it is.
  }
}

export function readPendingMail(): PendingMail | undefined {
  if (inMemory !== undefined) return inMemory;
  try {
    const parsed = v.safeParse(schema, JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
    // Kept, so that every reading answers the same object.
    inMemory = parsed.success ? parsed.output : undefined;
  } catch {
    inMemory = undefined;
  }
  return inMemory;
}

export function forgetPendingMail(): void {
  inMemory = undefined;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Was never there.
  }
}

/** The outbox as a link, if it is one that a browser may open. */
export function outboxLink(outbox: string | undefined): string | undefined {
  if (outbox === undefined || !URL.canParse(outbox)) return undefined;
  const { protocol, href } = new URL(outbox);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}
