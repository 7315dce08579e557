import { REQUEST_ID_HEADER, requestOrigin, TRACE_PARENT_HEADER } from '../core/observe/request-id.ts';
import { routePattern } from '../core/observe/route-pattern.ts';
import { EDGE_METRICS_HEADER } from '../core/observe/selkie-metrics.ts';
import { clearCookie } from '../core/session/cookies.ts';
import { encodeBase64Url } from '../core/session/bytes.ts';
import { ENVIRONMENT_NAMES, parseEnvironment, type Environment } from '../core/session/environment.ts';
import { HAND_OVER_HEADER } from '../core/session/hand-over.ts';
import { problem, SENTENCES, type ProblemCode } from '../core/session/problem.ts';
import { RETRY_AFTER_SECONDS } from '../core/session/redis-port.ts';
import { parseReturnPath } from '../core/session/return-path.ts';
import { routePolicy, type RoutePolicy } from '../core/session/route-policy.ts';
import { isSameOrigin } from '../core/session/same-origin.ts';
import { contentSecurityPolicy, REPORT_PATH, securityHeaders } from '../core/session/security-headers.ts';
import { signInPath } from '../core/session/sign-in-path.ts';
import { methodsInstead } from './route-methods.ts';
import { createSessionDoor, type Knock } from './session-door.ts';
import { logAtEdge, tally } from './tally.ts';

/**
 * What middleware.ts does with a request, before Next sees it:
 *
 *   strip internal headers → refuse other sites and wrong methods → session (guarded paths only) → nonce and policy → on it goes
 *
 * It answers itself only to refuse: 403, 405, 401 or the sign-in page, 503. Whatever it lets through is checked
 * again by the handler, so the price of a mistake here is a slower request. It also gives the request its id, and writes the log's
 * line for each call of the API or action that it answers itself; what goes on is the handler's to tell.
 */
export type Verdict =
  | { kind: 'respond'; response: Response }
  | { kind: 'continue'; requestHeaders: Headers; responseHeaders: Headers };

/** Names that only we or Next may set; from outside they are attempts (CVE-2025-29927 was one). */
const INTERNAL = /^x-(middleware|selkie|nextjs-postponed|invoke|matched)(-|$)/;

let env: Environment | undefined;
let knock: ReturnType<typeof createSessionDoor> | undefined;

export async function guard(request: Request): Promise<Verdict> {
  env ??= parseEnvironment(Object.fromEntries(ENVIRONMENT_NAMES.map((name) => [name, process.env[name]])));
  const began = performance.now();
  const url = new URL(request.url);
  const policy = routePolicy(url.pathname, request.headers.has('next-action'));
  const nonce = encodeBase64Url(crypto.getRandomValues(new Uint8Array(18)));
  const development = process.env.NODE_ENV === 'development';
  const csp = contentSecurityPolicy({ nonce, https: env.https, development });
  const responseHeaders = new Headers({ 'Content-Security-Policy': csp, ...securityHeaders(env.https, env.appOrigin) });
  allowConfiguredOrigin(request, url.pathname, env, responseHeaders);
  const origin = requestOrigin(request.headers, env.trustedProxyHops, crypto);
  const { requestId } = origin;
  responseHeaders.set(REQUEST_ID_HEADER, requestId);

  const refusal = await refuse(request, url, policy, env, responseHeaders, requestId);
  if (refusal instanceof Refused) {
    const { response, code } = refusal;
    const route = routePattern(url.pathname, request.headers.has('next-action'));
    const isTold = route === 'action' || url.pathname.startsWith('/api/');
    if (code !== undefined) tally.add('refusals', { at: 'edge', code });
    // Pages are the entry's to tell, or on Vercel the platform's (lib/host/access-line.ts).
    if (isTold) logAtEdge(env.log, response.status >= 500 ? 'warn' : 'info', 'request', {
      requestId, at: 'edge', route, method: request.method, status: response.status,
      ms: Math.round((performance.now() - began) * 10) / 10, code, session: refusal.session,
    });
    return { kind: 'respond', response };
  }

  const requestHeaders = new Headers();
  for (const [name, value] of request.headers) if (!INTERNAL.test(name)) requestHeaders.append(name, value);
  // Next takes the nonce for its own scripts from the policy on the request.
  requestHeaders.set('Content-Security-Policy', csp);
  requestHeaders.set(REQUEST_ID_HEADER, requestId);
  if (origin.parentSpanId === undefined) requestHeaders.delete(TRACE_PARENT_HEADER);
  if (refusal !== undefined) requestHeaders.set(HAND_OVER_HEADER, refusal.handOver);
  if (url.pathname === '/api/metrics' && env.metricsToken !== undefined) requestHeaders.set(EDGE_METRICS_HEADER, JSON.stringify(tally.snapshot()));
  return { kind: 'continue', requestHeaders, responseHeaders };
}

/** An answer of the edge's own, and what the log says of it. */
class Refused {
  constructor(readonly response: Response, readonly code?: ProblemCode, readonly session?: 'absent' | 'unknown') {}
}

/** A refusal, the hand-over of a live session, or undefined for a public path. */
async function refuse(
  request: Request, url: URL, policy: RoutePolicy, settings: Environment, headers: Headers, requestId: string,
): Promise<Refused | Extract<Knock, { kind: 'live' }> | undefined> {
  const isApi = url.pathname.startsWith('/api/');
  if (isApi && request.method === 'OPTIONS') return new Refused(new Response(null, { status: 204, headers }));
  const isUnsafe = request.method !== 'GET' && request.method !== 'HEAD';
  const isOurs = isApi || policy === 'session';
  if (isUnsafe && isOurs && url.pathname !== REPORT_PATH && !isSameOrigin(request.headers, settings.appOrigin)) {
    return refuseWith('cross-site', SENTENCES.crossSite, headers, requestId);
  }
  const allow = isApi ? methodsInstead(routePattern(url.pathname, request.headers.has('next-action')), request.method) : undefined;
  if (allow !== undefined) {
    headers.set('Allow', allow);
    return refuseWith('wrong-method', `This address answers ${allow} only.`, headers, requestId);
  }
  if (policy === 'public') return undefined;
  knock ??= createSessionDoor(settings);
  const found = await knock(request, url.pathname, requestId);
  if (found.kind === 'live') return found;
  headers.set('Cache-Control', 'no-store');
  if (found.kind === 'unknown') {
    headers.set('Retry-After', String(RETRY_AFTER_SECONDS));
    return policy === 'session' ? refuseWith('unavailable', SENTENCES.unavailable, headers, requestId, 'unknown') : new Refused(outagePage(headers), 'unavailable', 'unknown');
  }
  if (found.hadCookie) headers.append('Set-Cookie', clearCookie('session', settings.cookie));
  if (policy === 'session') return refuseWith('not-signed-in', found.theft ? SENTENCES.theft : SENTENCES.notSignedIn, headers, requestId, 'absent');
  const returnTo = parseReturnPath(url.pathname + url.search);
  // Next wants it absolute; what `request.url` calls the host is the client's to choose.
  headers.set('Location', `${settings.appOrigin}${signInPath({ done: found.theft ? 'theft' : undefined, returnTo })}`);
  return new Refused(new Response(null, { status: 303, headers }), 'not-signed-in', 'absent');
}

function refuseWith(code: ProblemCode, detail: string, headers: Headers, requestId: string, session?: 'absent' | 'unknown'): Refused {
  const body = problem(code, detail, requestId);
  headers.set('Content-Type', 'application/problem+json; charset=utf-8');
  headers.set('Cache-Control', 'no-store');
  return new Refused(new Response(JSON.stringify(body), { status: body.status, headers }), code, session);
}

function outagePage(headers: Headers): Response {
  headers.set('Content-Type', 'text/html; charset=utf-8');
  const page = `<!doctype html><html lang="en"><title>Selkie: one moment</title><meta name="viewport" content="width=device-width"><h1>One moment</h1><p>${SENTENCES.unavailable}</p><p><a href="/">Go to your terminal</a>: it works without the service.</p></html>`;
  return new Response(page, { status: 503, headers });
}

/** CORS only for origins that the operator named, and only for reading: unsafe methods stay same-origin. */
function allowConfiguredOrigin(request: Request, path: string, { corsAllowedOrigins }: Environment, headers: Headers): void {
  if (corsAllowedOrigins.length === 0 || !path.startsWith('/api/')) return;
  headers.append('Vary', 'Origin');
  const origin = request.headers.get('origin');
  if (origin === null || !corsAllowedOrigins.includes(origin)) return;
  headers.set('Access-Control-Allow-Origin', origin);
  headers.set('Access-Control-Allow-Credentials', 'true');
  headers.set('Access-Control-Allow-Methods', 'GET, HEAD');
}
