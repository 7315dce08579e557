import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import next from 'next';
import { errorKind } from '../core/observe/failure-kind.ts';
import type { LogSettings } from '../core/observe/log-line.ts';
import { parseEnvironment } from '../core/session/environment.ts';
import { routeOf, writeAccessLine } from './access-line.ts';
import { onEndOfParent } from './children.ts';
import { createDrain } from './drain.ts';
import { callerOf, writeForwarded } from './forwarded.ts';
import { projectRoot } from './paths.ts';
import { Stop } from './stop.ts';
import { parseShutdownTimes, type ShutdownTimes } from './shutdown-times.ts';

/**
 * The thin Node entry of own hosts: Next's request handler behind a listener that knows the socket. It does
 * two things that Next can't do for itself: it says who calls (forwarded.ts), and it refuses a Host that is
 * not ours, so that a page on another name that resolves to us (DNS rebinding) gets nothing. On Vercel the
 * platform does both, and this file is not used.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    /** Listen on the loopback addresses only: the embedded cloud serves this machine's people. */
    loopback: { type: 'boolean', default: false },
    dev: { type: 'boolean', default: false },
    /** A service manager started us and says SIGTERM; our standard input tells nothing. */
    alone: { type: 'boolean', default: false },
  },
});

const { log, times } = settings();

const port = Number(values.port ?? process.env.PORT ?? 3000);
const origin = new URL(process.env.APP_ORIGIN ?? `http://localhost:${port}`);
const hops = Number(process.env.TRUSTED_PROXY_HOPS ?? 0);
const isLoopbackOrigin = ['localhost', '127.0.0.1', '[::1]'].includes(origin.hostname);

// Not while Next gets ready, which keeps the one thread so busy that answers would come too late.
if (values.alone) await checkServices();
// Next listens for the web socket of hot reloading on one server; we may have two.
const upgrades = new EventEmitter();
const app = next({ dev: values.dev, dir: projectRoot, hostname: origin.hostname, port, httpServer: upgrades as unknown as Server });
await app.prepare();
const handle = app.getRequestHandler();

const servers: Server[] = [];
const drain = createDrain();
await (values.loopback ? listenOnLoopback() : listen('::').catch(() => listen('0.0.0.0')));

onEndOfParent(() => {
  void drain.drained(servers, times).then((cut) => {
    if (cut.length > 0) process.stderr.write(`selkie: ${cut.length} requests were cut, since they did not end within ${times.patienceMs / 1000} s (SHUTDOWN_SECONDS): ${cut.map(nameOf).join(', ')}.\n`);
    process.exit(0);
  });
}, values.alone);

// Only now: whoever waits for this may send the signal at once.
process.send?.('listening');
process.stdout.write('{"listening":true}\n');

/** `npm start` has looked at the environment already, for the app that it starts; alone, nobody has. */
function settings(): { log: LogSettings; times: ShutdownTimes } {
  try {
    const times = parseShutdownTimes(process.env);
    // The browser's web socket for hot reloading never ends by itself.
    return { log: parseEnvironment(process.env).log, times: values.dev ? { delayMs: 0, patienceMs: 1_000 } : times };
  } catch (error) {
    process.stderr.write(`selkie: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

/** As `npm start` does (doctor/start-check.ts): what is wrong ends the start, what is away is said. */
async function checkServices(): Promise<void> {
  // Its advice is for who builds Selkie, not for who runs it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { requireRightServices } = await import('./doctor/start-check.ts');
  await requireRightServices(process.env, (line) => process.stderr.write(`selkie: ${line}\n`), 'node doctor.mjs').catch(endWith);
}

function endWith(error: Error): never {
  process.stderr.write(`selkie: ${error instanceof Stop ? error.message : error.stack}\n`);
  process.exit(1);
}

/** Browsers resolve `localhost` to either address: take both where the machine has both. */
async function listenOnLoopback(): Promise<void> {
  await listen('127.0.0.1');
  await listen('::1').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
  });
}

function listen(host: string): Promise<void> {
  // Longer than a proxy keeps its connections to us: the one that hangs up first makes the other's next request fail.
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => drain.serve(response, () => answer(request, response)));
  if (values.dev) server.on('upgrade', (...upgrade) => upgrades.emit('upgrade', ...upgrade));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: host === '::1' }, () => {
      servers.push(server);
      resolve();
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const began = performance.now();
  response.once('close', () => writeAccessLine(log, request, response, began));
  const caller = callerOf(request.headers, request.socket.remoteAddress ?? '', false, hops);
  if (caller.host !== origin.host && !isProbe(request)) return refuseHost(request, response, caller.host);
  writeForwarded(request.headers, caller);
  await handle(request, response).catch((error: unknown) => {
    // Next answers its own failures; what comes out here has no answer any more.
    process.stderr.write(`selkie: ${nameOf(request)} failed: ${errorKind(error)}\n`);
    response.destroy();
  });
}

function nameOf(request: IncomingMessage): string {
  return `${request.method} ${routeOf(request)}`;
}

/** Load balancers, and who gathers metrics, ask each instance by address. */
function isProbe(request: IncomingMessage): boolean {
  return request.url === '/api/health' || request.url === '/api/ready' || request.url === '/api/metrics';
}

function refuseHost(request: IncomingMessage, response: ServerResponse, host: string): void {
  const name = host.replace(/:\d+$/, '');
  if (isLoopbackOrigin && ['localhost', '127.0.0.1', '[::1]'].includes(name) && (request.method === 'GET' || request.method === 'HEAD')) {
    response.writeHead(307, { location: new URL(request.url?.startsWith('/') ? `.${request.url}` : '/', origin).href, 'cache-control': 'no-store' }).end();
    return;
  }
  // RFC 9110 15.5.20: 421 Misdirected Request.
  const detail = `This server answers for ${origin.host} only. Open ${origin.origin}, or set APP_ORIGIN to the address that people use.`;
  response
    .writeHead(421, { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .end(JSON.stringify({ type: 'about:blank', title: 'Misdirected Request', status: 421, code: 'wrong-host', detail }));
}
