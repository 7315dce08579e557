import * as limits from '../core/limits.ts';
import { type Faults, parseFaultRule } from './faults.ts';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import type { RequestLog } from './request-log.ts';
import type { ServiceName, ServiceRequest, ServiceResponse } from './service.ts';

export interface Health {
  services: ReadonlyArray<{ name: ServiceName; port: number; url: string }>;
  /** `redis-server` or `mock`. */
  redisEngine: string;
}

export interface ControlOptions {
  /** 0 = any free one. */
  port: number;
  /** Anything but `127.0.0.1` is refused. */
  host?: string;
  faults: Faults;
  log: RequestLog;
  outbox: { handle(request: ServiceRequest): Promise<ServiceResponse> };
  health(): Health;
}

/**
 * The door for people and tests, on the base port:
 *
 *     GET /outbox?to=EMAIL      mails that were delivered
 *     GET, POST, DELETE /faults rules that make the services fail (faults.ts)
 *     GET, DELETE /requests     what the app asked for (request-log.ts)
 *     GET /health               which services, on which ports
 *
 * Any page of the web can send requests to loopback. It cannot read the answers, since none allows another origin,
 * and it must not order faults: so whatever changes something needs a JSON content type (which a page may not send
 * unasked) and must not come from a page at all.
 */
export function startControl(options: ControlOptions): Promise<LoopbackServer> {
  return startLoopbackServer({
    ...(options.host === undefined ? {} : { host: options.host }),
    port: options.port,
    maxBodyBytes: limits.cloudControlBodyMaxBytes,
    refuse: problem,
    async answer(request) {
      const refused = refuseWebPages(request);
      const reply = refused ?? (await route(request, options));
      return { ...reply, headers: { ...common, ...reply.headers } };
    },
  });
}

const common = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

function refuseWebPages({ method, headers }: ServiceRequest): ServiceResponse | null {
  if (method === 'GET' || method === 'HEAD') return null;
  const site = headers['sec-fetch-site'];
  if (headers['origin'] !== undefined || site === 'cross-site' || site === 'same-site')
    return problem(403, 'A web page may not change the embedded cloud; send the request without Origin from a program.');
  if (headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json')
    return problem(415, 'Send the header `Content-Type: application/json` with a request that changes something.');
  return null;
}

async function route(request: ServiceRequest, options: ControlOptions): Promise<ServiceResponse> {
  const { faults, log } = options;
  const { method, path } = request;
  if (path === '/outbox' || path.startsWith('/outbox/')) return options.outbox.handle(request);
  switch (path) {
    case '/faults':
      if (method === 'GET') return json(200, faults.list());
      if (method === 'DELETE') return done(() => faults.clear());
      return method === 'POST' ? addRule(request, faults) : wrongMethod('GET, POST, DELETE');
    case '/requests':
      if (method === 'GET') return json(200, log.report());
      return method === 'DELETE' ? done(() => log.clear()) : wrongMethod('GET, DELETE');
    case '/health':
      return method === 'GET' ? json(200, options.health()) : wrongMethod('GET');
    default:
      return problem(404, 'There is nothing here; try /outbox, /faults, /requests or /health.');
  }
}

function addRule(request: ServiceRequest, faults: Faults): ServiceResponse {
  let input: unknown;
  try {
    input = JSON.parse(request.body.toString('utf8'));
  } catch {
    return problem(400, 'The body is not JSON.');
  }
  const parsed = parseFaultRule(input);
  if (!parsed.ok) return problem(400, parsed.sentence);
  if (!faults.add(parsed.rule)) return problem(400, `There are ${limits.cloudFaultRulesMax} rules already; DELETE /faults removes them.`);
  return json(201, parsed.rule);
}

function done(work: () => void): ServiceResponse {
  work();
  return { status: 204, headers: {}, body: '' };
}

function json(status: number, value: unknown): ServiceResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function wrongMethod(allow: string): ServiceResponse {
  const reply = problem(405, `Use ${allow}.`);
  return { ...reply, headers: { ...reply.headers, allow } };
}

const codes: Readonly<Record<number, string>> = {
  400: 'invalid-request',
  403: 'cross-site',
  404: 'not-found',
  405: 'wrong-method',
  413: 'too-large',
  415: 'unsupported-type',
};
const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
};

/** RFC 9457. */
function problem(status: number, detail: string): ServiceResponse {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title: titles[status] ?? 'Internal Server Error', status, code: codes[status] ?? 'internal', detail }),
  };
}
