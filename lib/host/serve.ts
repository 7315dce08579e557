import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import next from 'next';
import { onEndOfParent } from './children.ts';
import { callerOf, writeForwarded } from './forwarded.ts';
import { projectRoot } from './paths.ts';

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
  },
});

const port = Number(values.port);
const origin = new URL(process.env.APP_ORIGIN ?? `http://localhost:${port}`);
const hops = Number(process.env.TRUSTED_PROXY_HOPS ?? 0);
const isLoopbackOrigin = ['localhost', '127.0.0.1', '[::1]'].includes(origin.hostname);

// Next listens for the web socket of hot reloading on one server; we may have two.
const upgrades = new EventEmitter();
const app = next({ dev: values.dev, dir: projectRoot, hostname: origin.hostname, port, httpServer: upgrades as unknown as Server });
await app.prepare();
const handle = app.getRequestHandler();

const servers: Server[] = [];
const sockets = new Set<Socket>();
await (values.loopback ? listenOnLoopback() : listen('::').catch(() => listen('0.0.0.0')));
process.send?.('listening');
process.stdout.write('{"listening":true}\n');

onEndOfParent(() => {
  for (const server of servers) {
    server.close();
    server.closeIdleConnections();
  }
  // Answers under way get a moment; whoever keeps a connection open longer is cut off.
  const timer = setTimeout(() => process.exit(0), 3_000);
  void Promise.all(servers.map((server) => new Promise<void>((resolve) => (server.listening ? server.once('close', () => resolve()) : resolve())))).then(() => {
    clearTimeout(timer);
    process.exit(0);
  });
});

/** Browsers resolve `localhost` to either address: take both where the machine has both. */
async function listenOnLoopback(): Promise<void> {
  await listen('127.0.0.1');
  await listen('::1').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
  });
}

function listen(host: string): Promise<void> {
  const server = createServer((request, response) => void answer(request, response));
  if (values.dev) server.on('upgrade', (...upgrade) => upgrades.emit('upgrade', ...upgrade));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: host === '::1' }, () => {
      servers.push(server);
      resolve();
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const caller = callerOf(request.headers, request.socket.remoteAddress ?? '', false, hops);
  if (caller.host !== origin.host && !isProbe(request)) return refuseHost(request, response, caller.host);
  writeForwarded(request.headers, caller);
  await handle(request, response);
}

/** Load balancers ask by address. */
function isProbe(request: IncomingMessage): boolean {
  return request.url === '/api/health' || request.url === '/api/ready';
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
