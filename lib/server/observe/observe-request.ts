import 'server-only';
import { hexId, readRequestOrigin, requestOrigin, type OriginHeaders } from '../../core/observe/request-id.ts';
import type { Route } from '../../core/observe/route-pattern.ts';
import type { ProblemCode } from '../../core/session/problem.ts';
import { runInRequest, type CurrentRequest } from './current-request.ts';
import { log } from './log.ts';
import { metrics } from './metrics.ts';
import { noteSignIn } from './note-sign-in.ts';
import { exportSpans } from './span-exporter.ts';

/** What is said of an answer. */
export interface Outcome {
  status: number;
  code?: ProblemCode | undefined;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Asked every few seconds by machines. */
const PROBES: ReadonlySet<Route> = new Set(['/api/health', '/api/ready', '/api/metrics']);

/**
 * Everything that is known of one request, from its handler's first step to its answer: a line in the log, its time in the
 * metrics, a span. What is noted on the way (session, calls of services) comes from `currentRequest`.
 *
 * The id is the edge's. Where the middleware did not run there is none, or somebody's own: it counts as the id of the request all
 * the same, since nothing is decided by it.
 */
export async function observeRequest<T>(headers: OriginHeaders, about: { route: Route; method: string }, run: (request: CurrentRequest) => Promise<T>, judge: (value: T) => Outcome): Promise<T> {
  const { route } = about;
  const method = METHODS.has(about.method) ? about.method : 'other';
  const origin = readRequestOrigin(headers) ?? requestOrigin(headers, 0, crypto);
  const request: CurrentRequest = { requestId: origin.requestId, spanId: hexId(crypto, 8), calls: new Map(), spans: [] };
  const [startMs, began] = [Date.now(), performance.now()];
  let outcome: Outcome = { status: 500 };
  inFlight(1);
  return runInRequest(request, async () => {
    try {
      const value = await run(request);
      outcome = judge(value);
      return value;
    } finally {
      const ms = performance.now() - began;
      const { status, code } = outcome;
      inFlight(-1);
      metrics.observe('requests', { route: route as '/api/account', status: `${Math.floor(status / 100)}xx` as '2xx' }, ms / 1000);
      if (code !== undefined) metrics.add('refusals', { at: 'handler', code });
      noteSignIn(route, outcome, request);
      log(status >= 500 ? 'warn' : PROBES.has(route) ? 'debug' : 'info', 'request', {
        at: 'handler', route, method, status, ms: round(ms), code, session: request.session, error: request.error, ...told(request),
      });
      exportSpans([...request.spans, {
        traceId: request.requestId, spanId: request.spanId, ...(origin.parentSpanId !== undefined && { parentSpanId: origin.parentSpanId }),
        name: `${method} ${route}`, kind: 'server', startMs, endMs: startMs + ms,
        attributes: { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status, ...(code !== undefined && { 'selkie.code': code }) },
        failed: status >= 500,
      }]);
    }
  });
}

/** `redis: 2, redisMs: 3.1` for each service that was called. */
function told({ calls }: CurrentRequest): Record<string, number> {
  return Object.fromEntries([...calls].flatMap(([dependency, { count, ms }]) => [[dependency, count], [`${dependency}Ms`, round(ms)]]));
}

function inFlight(by: 1 | -1): void {
  metrics.add('inFlight', {}, by);
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
