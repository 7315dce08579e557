import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import * as limits from '../../core/limits.ts';
import type { ServiceRequest, ServiceResponse } from '../service.ts';
import { openDurableJson } from './durable-json.ts';
import { outboxPage, outboxStyle } from './outbox-page.ts';

/**
 * Where the embedded cloud delivers its mail. Nothing leaves the machine: a mail is kept in a file, announced
 * on the console, and shown at `GET /outbox?to=EMAIL`, as JSON to programs and as a page to browsers.
 */
export interface Mail {
  to: string;
  subject: string;
  code: string;
  /** When it was delivered, ISO 8601 in UTC. */
  at: string;
}

export interface Outbox {
  /** Resolves when the mail is on the disk. */
  deliver(mail: { to: string; subject: string; code: string }): Promise<void>;
  /** Newest first; with an address, that one's only (letter case does not count). */
  list(to?: string): readonly Mail[];
  handle(request: ServiceRequest): Promise<ServiceResponse>;
}

export interface OutboxOptions {
  dataDir: string;
  /** Milliseconds since 1970. */
  now: () => number;
  announce: (mail: Mail) => void;
  /** Gets one sentence when the kept mails can't be read; standard error by default. */
  warn?: (sentence: string) => void;
}

const mailsSchema = v.object({
  mails: v.array(v.object({ to: v.string(), subject: v.string(), code: v.string(), at: v.string() })),
});

export async function createOutbox({ dataDir, now, announce, warn = console.error }: OutboxOptions): Promise<Outbox> {
  const store = await openDurableJson({
    path: join(dataDir, 'outbox.json'),
    what: 'the delivered mails',
    empty: () => ({ mails: [] as Mail[] }),
    parse: (value) => v.parse(mailsSchema, value),
    now,
    warn,
  });

  const list = (to?: string): readonly Mail[] => {
    if (to === undefined) return store.value.mails;
    const wanted = to.toLowerCase();
    return store.value.mails.filter((mail) => mail.to.toLowerCase() === wanted);
  };

  return {
    async deliver({ to, subject, code }) {
      const mail = { to, subject, code, at: new Date(now()).toISOString() };
      store.value.mails.unshift(mail);
      store.value.mails.length = Math.min(store.value.mails.length, limits.outboxMaxMails);
      await store.save();
      announce(mail);
    },
    list,
    async handle(request) {
      if (request.path !== '/outbox') return plain(404, 'There is nothing here. The mails are at /outbox?to=EMAIL.');
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return { ...plain(405, 'Mails can only be read: use GET.'), headers: { ...common, allow: 'GET, HEAD' } };
      }
      const to = new URLSearchParams(request.query).get('to') ?? undefined;
      const mails = list(to);
      if (!prefersHtml(request.headers.accept)) {
        return { status: 200, headers: { ...common, 'content-type': 'application/json' }, body: JSON.stringify(mails) };
      }
      return {
        status: 200,
        headers: { ...common, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
        body: outboxPage(mails, to),
      };
    },
  };
}

const common = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'accept' };

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(outboxStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function plain(status: number, text: string): ServiceResponse {
  return { status, headers: { ...common, 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}

/** Whether `Accept` (RFC 9110 12.5.1) names HTML at least as high as JSON; an any-type range or nothing means JSON. */
function prefersHtml(accept = ''): boolean {
  const quality = (type: string): number => {
    for (const range of accept.toLowerCase().split(',')) {
      const [name, ...parameters] = range.split(';').map((part) => part.trim());
      if (name !== type) continue;
      const q = parameters.find((parameter) => parameter.startsWith('q='));
      return q === undefined ? 1 : Number(q.slice(2)) || 0;
    }
    return 0;
  };
  return quality('text/html') > 0 && quality('text/html') >= quality('application/json');
}
