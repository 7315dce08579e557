import 'client-only';
import * as v from 'valibot';

/**
 * The HTTP API (contract.md) as functions. Every one answers a value and none throws: what can go wrong is
 * part of the answer, because each caller (a command, a form) has to say a sentence about it. This file is
 * the only place in the browser that fetches from /api.
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
  /** By which the operator finds the request in log and traces. */
  requestId?: string;
}

export type AccountReply<T> = { ok: true; status: number; data: T } | AccountFailure;

const CODES: Readonly<Record<number, AccountErrorCode>> = {
  400: 'invalid-request', 401: 'not-signed-in', 403: 'forbidden', 404: 'not-found', 413: 'too-large',
  415: 'unsupported-type', 429: 'too-many-attempts',
};

const problemSchema = v.object({ code: v.string(), detail: v.optional(v.string()), requestId: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))), undefined) });

const OFFLINE = 'Selkie cannot be reached; check the connection and try again.';
const UNAVAILABLE = 'Selkie cannot do this right now; try again in a moment.';

/** A hung connection must end at some time, or the prompt would never come back. */
const TIMEOUT_MS = 30_000;

/** One request. Route as in contract.md, without `/api/`: `'POST auth/sign-in'`. */
export async function accountCall<T>(
  route: `${'GET' | 'HEAD' | 'POST' | 'DELETE'} ${string}`,
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
    ...(problem.success && problem.output.requestId !== undefined ? { requestId: problem.output.requestId } : {}),
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
  /** `recoveryCodes` once: right after an authenticator app was set up within the sign-in. */
  v.object({ status: v.literal('signed-in'), user, recoveryCodes: v.optional(v.array(v.string())) }),
  /** `secret` and `uri` with `totp-setup`; `outbox` with `email-code` over the embedded cloud. */
  v.object({
    status: v.literal('challenge'), challenge: v.string(), secret: v.optional(v.string()), uri: v.optional(v.string()), outbox: v.optional(v.string()),
  }),
  /** A recovery code was taken and the authenticator app is off: sign in again, with the same password. */
  v.object({ status: v.literal('recovered'), codesLeft: v.number() }),
]);
const sessionReply = v.object({ user, session: v.optional(v.object({ proof: v.optional(v.string()), admin: v.optional(v.boolean()) })) });
const sessionItem = v.object({
  id: v.string(),
  device: v.optional(v.nullable(v.string())),
  created: v.optional(v.union([v.string(), v.number()])),
  lastSeen: v.optional(v.union([v.string(), v.number()])),
  current: v.boolean(),
});
/** The W3C's JSON forms (WebAuthn Level 3, 5.1.8 to 5.1.10); `lib/client/passkey.ts` hands them to the browser. */
const publicKeyReply = v.object({ publicKey: v.looseObject({ challenge: v.string() }) });
const passkey = v.object({ id: v.string(), name: v.string(), created: v.string() });
const passkeysReply = v.object({ passkeys: v.array(passkey) });
const totpReply = v.object({ enabled: v.boolean(), recoveryCodesLeft: v.number() });
const totpStart = v.object({ secret: v.string(), uri: v.string() });
const recoveryCodes = v.object({ recoveryCodes: v.array(v.string()) });
const stepUpReply = v.variant('status', [
  v.object({ status: v.literal('stepped-up'), until: v.string() }),
  v.object({ status: v.literal('challenge'), challenge: v.string(), outbox: v.optional(v.string()) }),
]);
const auditEvent = v.object({
  at: v.string(), kind: v.string(), session: v.optional(v.string()), device: v.optional(v.string()), address: v.optional(v.string()),
  detail: v.optional(v.string()), user: v.optional(v.string()),
});
const auditReply = v.object({ events: v.array(auditEvent), next: v.optional(v.string()) });
const sessionsReply = v.object({ sessions: v.array(sessionItem) });
const adminPerson = v.object({ user, sessions: v.array(v.object({ ...sessionItem.entries, address: v.optional(v.string()), proof: v.optional(v.string()) })) });
const adminSessionsReply = v.object({ people: v.array(adminPerson), next: v.optional(v.string()) });
const endedReply = v.object({ ended: v.number() });

/** `outbox`: where the embedded cloud delivered the mail; only there on a machine that runs it. */
export type Mailed = v.InferOutput<typeof mailed>;
export type SignInReply = v.InferOutput<typeof signInReply>;
export type SessionItem = v.InferOutput<typeof sessionItem>;
export type PublicKeyJson = v.InferOutput<typeof publicKeyReply>['publicKey'];
export type PasskeyItem = v.InferOutput<typeof passkey>;
export type TotpState = v.InferOutput<typeof totpReply>;
export type StepUpReply = v.InferOutput<typeof stepUpReply>;
export type AuditItem = v.InferOutput<typeof auditEvent>;
export type AdminPerson = v.InferOutput<typeof adminPerson>;

/** 202 for a free address and for one that is taken. */
export const signUp = (email: string, password: string) => accountCall('POST auth/sign-up', mailed, { email, password });
export const confirm = (email: string, code: string) => accountCall('POST auth/confirm', nothing, { email, code });
export const resend = (email: string) => accountCall('POST auth/resend', mailed, { email });
export const signIn = (email: string, password: string, remember = false) =>
  accountCall('POST auth/sign-in', signInReply, { email, password, remember });
export const answerChallenge = (answer: { code: string } | { newPassword: string } | { recoveryCode: string }) =>
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

/** Where to go for the sign-in page of the user pool; `not-found` when this Selkie has none. HEAD begins no sign-in. */
export async function managedLogin(): Promise<AccountReply<{ path: string }>> {
  const reply = await accountCall('HEAD auth/login', nothing);
  return reply.ok ? { ...reply, data: { path: '/api/auth/login?returnTo=%2F' } } : reply;
}

/** A sign-in by a code in a mail, without a password; the same answer for an unknown address. */
export const emailCode = (email: string, remember = false) => accountCall('POST auth/email-code', signInReply, { email, remember });

/** `user`: the handle that a discovered passkey names. The same shape for somebody who has no passkey. */
export const passkeySignInOptions = (who: { email: string } | { user: string }, remember = false) =>
  accountCall('POST auth/passkey/options', publicKeyReply, { ...who, remember });
export const passkeySignIn = (credential: object) => accountCall('POST auth/passkey', signInReply, { credential });
export const passkeys = () => accountCall('GET auth/passkeys', passkeysReply);
/** Needs a step-up, as do adding and removing. */
export const passkeyRegistrationOptions = () => accountCall('POST auth/passkeys/options', publicKeyReply, {});
export const addPasskey = (credential: object, name: string) => accountCall('POST auth/passkeys', v.object({ passkey }), { credential, name });
export const renamePasskey = (id: string, name: string) => accountCall(`POST auth/passkeys/${encodeURIComponent(id)}`, nothing, { name });
export const removePasskey = (id: string) => accountCall(`DELETE auth/passkeys/${encodeURIComponent(id)}`, nothing);

export const totp = () => accountCall('GET auth/totp', totpReply);
/** Needs a step-up, as do turning it off and new recovery codes. */
export const startTotp = () => accountCall('POST auth/totp', totpStart, {});
export const confirmTotp = (code: string) => accountCall('POST auth/totp/confirm', recoveryCodes, { code });
export const removeTotp = () => accountCall('DELETE auth/totp', nothing);
export const newRecoveryCodes = () => accountCall('POST auth/totp/recovery-codes', recoveryCodes, {});

export const stepUpOptions = () => accountCall('POST auth/step-up/options', publicKeyReply, {});
/** A password first; a code only as the answer to a challenge; a passkey's credential after `stepUpOptions`. */
export const stepUp = (proof: { password: string } | { code: string } | { credential: object }) =>
  accountCall('POST auth/step-up', stepUpReply, proof);

/** Newest first; `before` is the `next` of the page before. */
export const audit = (before?: string) => accountCall(`GET audit${query({ before })}`, auditReply);
/** Needs a step-up. User, sessions and data are gone. */
export const deleteAccount = () => accountCall('DELETE account', nothing);

export const adminSessions = (asked: { search?: string; cursor?: string }) =>
  accountCall(`GET admin/sessions${query(asked)}`, adminSessionsReply);
export const adminAudit = (asked: { user?: string; before?: string }) => accountCall(`GET admin/audit${query(asked)}`, auditReply);
/** One session, by the id that `adminSessions` gave. */
export const adminEndSession = (id: string) => accountCall(`DELETE admin/sessions/${encodeURIComponent(id)}`, nothing);
export const adminSignOut = (userId: string) => accountCall(`POST admin/people/${encodeURIComponent(userId)}/sign-out`, endedReply, {});

function query(fields: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== '') search.set(name, value);
  return search.size === 0 ? '' : `?${search}`;
}
