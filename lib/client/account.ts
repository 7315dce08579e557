import 'client-only';
import * as v from 'valibot';

/**
 * The HTTP API (contract.md) as functions. Every one answers a value and none throws: what can go wrong is
 * part of the answer, because each caller (a command, a form) has to say a sentence about it. `accountCall`
 * is the only place in the browser that fetches from /api.
 */
export type AccountErrorCode =
  | 'invalid-request' | 'not-signed-in' | 'wrong-credentials' | 'cross-site' | 'step-up-required' | 'forbidden'
  | 'not-found' | 'wrong-code' | 'expired-code' | 'password-policy' | 'too-large' | 'unsupported-type'
  | 'too-many-attempts' | 'unavailable'
  /** The request did not reach the server, or its answer did not reach us. */
  | 'offline';

export interface AccountFailure {
  ok: false;
  code: AccountErrorCode;
  /** A sentence for the person. */
  message: string;
  retryAfterSeconds?: number;
}

export type AccountReply<T> = { ok: true; status: number; data: T } | AccountFailure;

const CODES: Readonly<Record<number, AccountErrorCode>> = {
  400: 'invalid-request', 401: 'not-signed-in', 403: 'forbidden', 404: 'not-found', 413: 'too-large',
  415: 'unsupported-type', 429: 'too-many-attempts',
};

const problemSchema = v.object({ code: v.string(), detail: v.optional(v.string()) });

const OFFLINE = 'Selkie cannot be reached; check the connection and try again.';
const UNAVAILABLE = 'Selkie cannot do this right now; try again in a moment.';

/** A hung connection must end at some time, or the prompt would never come back. */
const TIMEOUT_MS = 30_000;

/** One request. Route as in contract.md, without `/api/`: `'POST auth/sign-in'`. */
export async function accountCall<T>(
  route: `${'GET' | 'POST' | 'DELETE'} ${string}`,
  schema: v.GenericSchema<unknown, T>,
  body?: object,
  signal?: AbortSignal,
): Promise<AccountReply<T>> {
  const space = route.indexOf(' ');
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/${route.slice(space + 1)}`, {
      method: route.slice(0, space),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      headers: body === undefined ? { Accept: 'application/json' }
        : { Accept: 'application/json', 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    text = await response.text();
  } catch {
    return { ok: false, code: 'offline', message: OFFLINE };
  }
  return judge(response.status, response.headers.get('Retry-After'), text, schema);
}

/** Turns a response into a reply; apart from the request, so that it can be tested by itself. */
export function judge<T>(
  status: number,
  retryAfter: string | null,
  text: string,
  schema: v.GenericSchema<unknown, T>,
): AccountReply<T> {
  const json = parseJson(text);
  if (status >= 200 && status < 300) {
    const parsed = v.safeParse(schema, json);
    return parsed.success ? { ok: true, status, data: parsed.output }
      : { ok: false, code: 'unavailable', message: 'Selkie answered something this page does not understand; reload it.' };
  }
  const problem = v.safeParse(problemSchema, json);
  const code = problem.success ? (problem.output.code as AccountErrorCode) : (CODES[status] ?? 'unavailable');
  const seconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  return {
    ok: false,
    code,
    message: (problem.success ? problem.output.detail : undefined) ?? UNAVAILABLE,
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  };
}

function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const nothing = v.unknown();
const mailed = v.object({ next: v.optional(v.string()), outbox: v.optional(v.string()) });
const user = v.object({ id: v.string(), email: v.string() });
const signInReply = v.variant('status', [
  v.object({ status: v.literal('signed-in'), user }),
  v.object({ status: v.literal('challenge'), challenge: v.string() }),
]);
const sessionReply = v.object({ user });
const sessionItem = v.object({
  id: v.string(),
  device: v.optional(v.nullable(v.string())),
  created: v.optional(v.union([v.string(), v.number()])),
  lastSeen: v.optional(v.union([v.string(), v.number()])),
  current: v.boolean(),
});
const sessionsReply = v.object({ sessions: v.array(sessionItem) });

/** `outbox`: where the embedded cloud delivered the mail; only there on a machine that runs it. */
export type Mailed = v.InferOutput<typeof mailed>;
export type SignInReply = v.InferOutput<typeof signInReply>;
export type SessionItem = v.InferOutput<typeof sessionItem>;

/** 202 for a free address and for one that is taken. */
export const signUp = (email: string, password: string) => accountCall('POST auth/sign-up', mailed, { email, password });
export const confirm = (email: string, code: string) => accountCall('POST auth/confirm', nothing, { email, code });
export const resend = (email: string) => accountCall('POST auth/resend', mailed, { email });
export const signIn = (email: string, password: string, remember = false) =>
  accountCall('POST auth/sign-in', signInReply, { email, password, remember });
export const answerChallenge = (answer: { code: string } | { newPassword: string }) =>
  accountCall('POST auth/challenge', signInReply, answer);
export const signOut = () => accountCall('POST auth/sign-out', nothing);
/** Who is signed in; `not-signed-in` when nobody is. */
export const session = (signal?: AbortSignal) => accountCall('GET auth/session', sessionReply, undefined, signal);
export const forgot = (email: string) => accountCall('POST auth/forgot', mailed, { email });
export const reset = (email: string, code: string, password: string) =>
  accountCall('POST auth/reset', nothing, { email, code, password });
export const changePassword = (current: string, next: string) =>
  accountCall('POST auth/password', nothing, { current, next });
export const sessions = () => accountCall('GET sessions', sessionsReply);
/** One session by id, or `others` or `all` of this person. */
export const revoke = (which: { id: string } | { scope: 'others' | 'all' }) =>
  'id' in which ? accountCall(`DELETE sessions/${encodeURIComponent(which.id)}`, nothing)
    : accountCall('POST sessions/revoke', nothing, which);
