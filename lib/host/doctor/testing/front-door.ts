import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { guard } from '../../../edge/guard.ts';
import nextConfig from '../../../../next.config.mjs';
import { callerOf, writeForwarded } from '../../forwarded.ts';
import type { Certified } from './certificates.ts';
import type { Reply, Twist } from './twisted-proxy.ts';

/**
 * The app behind a TLS proxy, in one process and without Next: each request is given its forwarded headers as
 * lib/host/serve.ts does, goes through the edge guard and to its route file. Pages are one line that names a file of the build.
 * What the proxy does wrong is the twist of the case.
 */
export interface FrontDoor {
  origin: string;
  /** Where plain http is served. */
  plain: string;
  twist: Twist | undefined;
  /** Hops that the app trusts; one proxy stands in front. */
  hops: number;
  /** What plain http answers; by default it leads on to https. */
  plainReply: { status: number; location?: string } | undefined;
  certify(certificate: Certified): void;
  close(): Promise<void>;
}

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

const FILE = '/_next/static/chunks/main.js';

export async function startFrontDoor(certificate: Certified): Promise<FrontDoor> {
  const fileHeaders = await buildFileHeaders();
  const server: Server = createServer(certificate, (request, response) => void serve(request, response));
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString();
    const passing = { method: incoming.method!, url: incoming.url!, headers: incoming.headers, body };
    // What the proxy in front adds.
    const chain = [incoming.headers['x-forwarded-for'], incoming.socket.remoteAddress].filter((one) => one !== undefined).join(', ');
    const answer = async (): Promise<Reply> => {
      const headers = { ...passing.headers, 'x-forwarded-for': chain, 'x-forwarded-proto': 'https' } as IncomingMessage['headers'];
      const caller = callerOf(headers, '127.0.0.1', false, door.hops);
      if (`https://${caller.host}` !== door.origin) return { status: 421, headers: { 'content-type': 'application/problem+json' }, body: '{}' };
      writeForwarded(headers, caller);
      return passing.url.startsWith('/_next/static/') ? { status: 200, headers: { ...fileHeaders, 'content-type': 'text/javascript' }, body: '' } : app(passing.method, new URL(passing.url, door.origin), headers, body);
    };
    const reply = await (door.twist === undefined ? answer() : door.twist(passing, answer));
    if (reply === 'cut') return void incoming.socket.destroy();
    outgoing.writeHead(reply.status, reply.headers as never).end(reply.body);
  };
  const plain = createHttp((request, response) => {
    const { status, location } = door.plainReply ?? { status: 308, location: `${door.origin}${request.url}` };
    response.writeHead(status, location === undefined ? {} : { location }).end();
  });
  await Promise.all([server, plain].map((one) => new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))));
  const door: FrontDoor = {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    plain: `http://localhost:${(plain.address() as AddressInfo).port}`,
    twist: undefined,
    hops: 1,
    plainReply: undefined,
    certify: (other) => server.setSecureContext(other),
    async close() {
      for (const one of [server, plain]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
    },
  };
  return door;
}

/** As the production build sends them. */
async function buildFileHeaders(): Promise<Record<string, string>> {
  const { NODE_ENV } = process.env;
  Object.assign(process.env, { NODE_ENV: 'production' });
  const [{ headers } = { headers: [] }] = (await nextConfig.headers?.()) ?? [];
  Object.assign(process.env, { NODE_ENV });
  return Object.fromEntries(headers.map(({ key, value }) => [key, value]));
}

async function app(method: string, url: URL, sent: IncomingMessage['headers'], body: string): Promise<Reply> {
  const headers = new Headers(Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(', ')] as [string, string]])));
  const payload = method === 'GET' || method === 'HEAD' ? {} : { body };
  const verdict = await guard(new Request(url, { method, headers, ...payload }));
  if (verdict.kind === 'respond') return replyOf(verdict.response);
  const path = url.pathname;
  if (!path.startsWith('/api/')) return replyOf(new Response(`<script src="${FILE}"></script>`, { status: path === '/no-such-page' ? 404 : 200 }), verdict.responseHeaders);
  const folder = existsSync(fileOf(path)) ? path : '/api/[...path]';
  const { [method]: handler } = (await import(/* @vite-ignore */ fileOf(folder))) as Record<string, Handler | undefined>;
  if (handler === undefined) return { status: 405, headers: {}, body: '' };
  return replyOf(await handler(new Request(url, { method, headers: verdict.requestHeaders, ...payload }), { params: Promise.resolve({}) }), verdict.responseHeaders);
}

function fileOf(path: string): string {
  return fileURLToPath(new URL(`../../../../app${path}/route.ts`, import.meta.url));
}

async function replyOf(response: Response, added: Headers = new Headers()): Promise<Reply> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of [...added, ...response.headers]) if (name !== 'set-cookie') headers[name] = value;
  const cookies = response.headers.getSetCookie();
  return { status: response.status, headers: { ...headers, ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}) }, body: Buffer.from(await response.arrayBuffer()) };
}
