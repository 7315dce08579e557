import 'server-only';
import * as v from 'valibot';
import * as limits from '../../core/limits.ts';
import { errorKind, failureKind } from '../../core/observe/failure-kind.ts';
import { readRequestOrigin, REQUEST_ID_HEADER } from '../../core/observe/request-id.ts';
import { routePattern } from '../../core/observe/route-pattern.ts';
import { clearCookie } from '../../core/session/cookies.ts';
import { SENTENCES } from '../../core/session/problem.ts';
import { RedisUnavailable, RETRY_AFTER_SECONDS } from '../../core/session/redis-port.ts';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { callerOf, type Caller } from '../caller.ts';
import { currentSession, type CurrentSession } from '../current-session.ts';
import { serverEnv } from '../env.ts';
import type { CurrentRequest } from '../observe/current-request.ts';
import { log } from '../observe/log.ts';
import { observeRequest } from '../observe/observe-request.ts';
import { whereThrown } from '../observe/where-thrown.ts';
import { isSameOrigin } from '../same-origin.ts';
import { codeOf, refuse, refuseUnavailable } from './answer.ts';
import { readBody } from './read-body.ts';

/**
 * What every route has in common, in one order: origin, session, then body. A route file names what it needs
 * and gets it typed; what it then says is its own list of refusals and one success.
 */
export interface Given<Body> {
  request: Request;
  caller: Caller;
  body: Body;
  params: Readonly<Record<string, string>>;
}

/** Next gives a route without a dynamic segment no params at all. */
type NextContext = { params: Promise<Record<string, string | string[] | undefined> | undefined> };
type NextRoute = (request: Request, context: NextContext) => Promise<Response>;

/** A route for anybody. Without a schema the body is neither read nor looked at. */
export function publicRoute<Body = undefined>(
  options: { body?: v.GenericSchema<unknown, Body> },
  run: (given: Given<Body>) => Promise<Response>,
): NextRoute {
  return guarded(async (request, params) => {
    const refusal = refuseForeign(request);
    if (refusal) return refusal;
    const body = await parseBody(request, options.body);
    if (body instanceof Response) return body;
    return run({ request, caller: await callerOf(request), body: body.value, params });
  });
}

/** A route for a live session. */
export function sessionRoute<Body = undefined>(
  options: { body?: v.GenericSchema<unknown, Body> },
  run: (given: Given<Body> & { session: SessionFacts }) => Promise<Response>,
): NextRoute {
  return guarded(async (request, params) => {
    const refusal = refuseForeign(request);
    if (refusal) return refusal;
    const current = await currentSession(request);
    if (current.kind !== 'live') return refuseSession(current);
    const body = await parseBody(request, options.body);
    if (body instanceof Response) return body;
    return run({ request, caller: await callerOf(request), body: body.value, params, session: current.session });
  });
}

/** 401 and the cookie cleared, or 503 and the cookie untouched. */
export function refuseSession(current: Exclude<CurrentSession, { kind: 'live' }>): Response {
  if (current.kind === 'unknown') return refuseUnavailable(current.retryAfterSeconds);
  const setCookies = current.hadCookie ? [clearCookie('session', serverEnv().cookie)] : [];
  return refuse('not-signed-in', current.reason === 'theft' ? SENTENCES.theft : SENTENCES.notSignedIn, { setCookies });
}

function guarded(run: (request: Request, params: Record<string, string>) => Promise<Response>): NextRoute {
  return async (request, context) => {
    const about = { route: routePattern(new URL(request.url).pathname, false), method: request.method };
    return observeRequest(request.headers, about, async (current) => {
      const response = await answered(run, request, context, current);
      // The middleware has put it on the answer, unless it did not run.
      if (readRequestOrigin(request.headers) === undefined) response.headers.set(REQUEST_ID_HEADER, current.requestId);
      return response;
    }, (response) => ({ status: response.status, code: codeOf(response) }));
  };
}

async function answered(run: (request: Request, params: Record<string, string>) => Promise<Response>, request: Request, context: NextContext, current: CurrentRequest): Promise<Response> {
  try {
    const params = (await context.params) ?? {};
    const single = Object.entries(params).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return await run(request, Object.fromEntries(single));
  } catch (error) {
    current.error = errorKind(error);
    if (error instanceof RedisUnavailable) {
      log('warn', 'redis-unavailable', { reason: failureKind(error) });
      return refuseUnavailable(RETRY_AFTER_SECONDS);
    }
    // A bug: fail closed, and leave a trace without the request's content, which a message may quote.
    log('error', 'internal-error', { error: errorKind(error), where: whereThrown(error) });
    return refuseUnavailable(RETRY_AFTER_SECONDS, 'Something went wrong on our side; try again in a moment.');
  }
}

function refuseForeign(request: Request): Response | undefined {
  const isSafe = request.method === 'GET' || request.method === 'HEAD';
  return isSafe || isSameOrigin(request.headers) ? undefined : refuse('cross-site', SENTENCES.crossSite);
}

async function parseBody<Body>(request: Request, schema: v.GenericSchema<unknown, Body> | undefined): Promise<{ value: Body } | Response> {
  // Without a schema `Body` is `undefined`.
  if (schema === undefined) return { value: undefined as Body };
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (type !== 'application/json') return refuse('unsupported-type', 'Send the request as application/json.');
  const reading = await readBody(request, limits.apiBodyMaxBytes);
  if (reading.kind === 'too-large') return refuse('too-large', `The request is larger than ${limits.apiBodyMaxBytes} bytes.`);
  if (reading.kind === 'broken') return refuse('invalid-request', 'The request is not UTF-8 text, or it broke off.');
  let json: unknown;
  try {
    json = JSON.parse(reading.text);
  } catch {
    return refuse('invalid-request', 'The request is not valid JSON.');
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return { value: parsed.output };
  const path = v.getDotPath(parsed.issues[0]);
  return refuse('invalid-request', path === null ? 'The request must be a JSON object.' : `The field "${path.slice(0, 40)}" is missing, not known here, or not as it must be.`);
}
