import 'server-only';
import { problem, SENTENCES, type ProblemCode } from '../../core/session/problem.ts';
import { currentRequest } from '../observe/current-request.ts';

/** Every answer of the API depends on the person or the moment. */
const NO_STORE = { 'Cache-Control': 'no-store' };

export function answer(status: number, body: unknown, setCookies: readonly string[] = []): Response {
  const headers = new Headers({ ...NO_STORE, ...(body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }) });
  for (const cookie of setCookies) headers.append('Set-Cookie', cookie);
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
}

const codes = new WeakMap<Response, ProblemCode>();

/** The code that `refuse` gave an answer; undefined for any other answer. */
export function codeOf(response: Response): ProblemCode | undefined {
  return codes.get(response);
}

/** A refusal as problem+json (RFC 9457); `detail` is a sentence for the person. */
export function refuse(code: ProblemCode, detail: string, options: { retryAfterSeconds?: number; setCookies?: readonly string[] } = {}): Response {
  const body = problem(code, detail, currentRequest()?.requestId);
  const headers = new Headers({ ...NO_STORE, 'Content-Type': 'application/problem+json; charset=utf-8' });
  if (options.retryAfterSeconds !== undefined) headers.set('Retry-After', String(options.retryAfterSeconds));
  for (const cookie of options.setCookies ?? []) headers.append('Set-Cookie', cookie);
  const response = new Response(JSON.stringify(body), { status: body.status, headers });
  codes.set(response, code);
  return response;
}

export function refuseUnavailable(retryAfterSeconds: number, detail: string = SENTENCES.unavailable): Response {
  return refuse('unavailable', detail, { retryAfterSeconds });
}

export function refuseTooMany(retryAfterSeconds: number): Response {
  const wait = retryAfterSeconds < 90 ? `${retryAfterSeconds} seconds` : `${Math.ceil(retryAfterSeconds / 60)} minutes`;
  return refuse('too-many-attempts', `There were too many attempts; try again in ${wait}.`, { retryAfterSeconds });
}
