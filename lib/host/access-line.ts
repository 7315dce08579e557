import type { IncomingMessage, ServerResponse } from 'node:http';
import { logLine, type LogSettings } from '../core/observe/log-line.ts';
import { REQUEST_ID_HEADER } from '../core/observe/request-id.ts';
import { routePattern, type Route } from '../core/observe/route-pattern.ts';

/**
 * The log's line for what no handler of ours answers: pages, files, a method that a route has not, a wrong host. API and actions write their own, with more in it
 * (lib/server/observe/observe-request.ts); on Vercel the platform's log has the pages.
 */
export function writeAccessLine(settings: LogSettings, request: IncomingMessage, response: ServerResponse, began: number): void {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const route = routeOf(request);
  const status = response.statusCode;
  // A 405 of the edge's own has a body and a line; Next's, to a method that it refuses before, has neither.
  const isTold = status !== 421 && (status !== 405 || response.getHeader('content-type') !== undefined);
  if (path.startsWith('/api/') && isTold) return;
  // An action of another build, or one that is too large, reaches no handler.
  if (route === 'action' && [200, 401, 403, 503].includes(status)) return;
  const line = logLine(settings, new Date(), route === 'file' ? 'debug' : status >= 500 ? 'warn' : 'info', 'request', {
    requestId: idOf(response), at: 'entry', route, method: request.method, status, ms: Math.round((performance.now() - began) * 10) / 10,
    // The person went away before the answer was whole.
    ...(!response.writableFinished && { cut: true }),
  });
  if (line !== undefined) process.stdout.write(`${line}\n`);
}

export function routeOf(request: IncomingMessage): Route {
  return routePattern((request.url ?? '/').split('?', 1)[0]!, request.headers['next-action'] !== undefined);
}

function idOf(response: ServerResponse): string | undefined {
  const id = response.getHeader(REQUEST_ID_HEADER);
  return typeof id === 'string' ? id : undefined;
}
