import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as limits from '../core/limits.ts';
import type { ServiceRequest, ServiceResponse } from './service.ts';

/**
 * The one place that opens a socket. It listens on 127.0.0.1 and nowhere else, answers only to loopback names (so
 * that a page of the web cannot reach it by rebinding its own name to 127.0.0.1), collects the whole body within a
 * bound, and closes without waiting for idle connections. What to answer is the caller's business. Whole bodies
 * instead of streams: the objects are small, and a fault can then strike cleanly before or after the work.
 */
export interface LoopbackOptions {
  /** Other than `127.0.0.1` is refused. */
  host?: string;
  /** 0 = any free one. */
  port: number;
  maxBodyBytes: number;
  /** `null`: no answer at all, the connection is cut. */
  answer(request: ServiceRequest): Promise<ServiceResponse | null>;
  /** The service's own way to say no, in the front's words. */
  refuse(status: number, sentence: string): ServiceResponse;
}

export interface LoopbackServer {
  port: number;
  url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** @throws Error for a host that is not loopback; Node's own `EADDRINUSE` when the port is taken. */
export async function startLoopbackServer(options: LoopbackOptions): Promise<LoopbackServer> {
  const host = options.host ?? HOST;
  if (host !== HOST) throw new Error(`The embedded cloud listens on ${HOST} only; ${host} would let others reach it.`);
  let closing = false;

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const reply = await replyTo(incoming, options);
    if (closing) outgoing.setHeader('connection', 'close');
    if (reply === null) incoming.socket.destroy();
    else send(incoming, outgoing, reply);
  };
  const take = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    // The peer may hang up at any moment; that is its right and no news.
    outgoing.on('error', () => undefined);
    serve(incoming, outgoing).catch((error: unknown) => {
      process.stderr.write(`${incoming.method} request failed: ${oneLine(error)}\n`);
      if (outgoing.headersSent) incoming.socket.destroy();
      else send(incoming, outgoing, options.refuse(500, 'The embedded cloud failed to answer; its console says why.'));
    });
  };

  const server = createServer(
    {
      // Longer than any client's pool keeps a socket: a server that hangs up first makes its clients' next request fail.
      keepAliveTimeout: 75_000,
      maxHeaderSize: 32 * 1024,
    },
    take,
  );
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (Number(incoming.headers['content-length'] ?? 0) > options.maxBodyBytes) {
      outgoing.shouldKeepAlive = false;
      send(incoming, outgoing, tooLarge(options));
      return;
    }
    outgoing.writeContinue();
    take(incoming, outgoing);
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: options.port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;

  let closed: Promise<void> | null = null;
  return {
    port,
    url: `http://${HOST}:${port}`,
    close() {
      closed ??= new Promise<void>((resolve) => {
        closing = true;
        const cut = setTimeout(() => server.closeAllConnections(), limits.cloudCloseWaitMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      });
      return closed;
    },
  };
}

async function replyTo(incoming: IncomingMessage, options: LoopbackOptions): Promise<ServiceResponse | null> {
  const target = incoming.url ?? '';
  const body = await collect(incoming, options.maxBodyBytes);
  if (body === 'gone') return null;
  if (!isLoopbackHost(incoming.headers.host)) return options.refuse(403, 'This address answers only to 127.0.0.1, localhost and [::1].');
  if (!target.startsWith('/')) return options.refuse(400, 'The request target must be a path.');
  if (body === 'too-large') return tooLarge(options);
  const mark = target.indexOf('?');
  return options.answer({
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers: joinHeaders(incoming.rawHeaders),
    body,
    raw: incoming,
  });
}

function tooLarge(options: LoopbackOptions): ServiceResponse {
  return options.refuse(413, `The body is larger than ${options.maxBodyBytes} bytes.`);
}

/** DNS rebinding sends the attacker's own name in `Host`. */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.test(host ?? '');
}

/**
 * The whole body. One that is too large is read to its end and dropped, since a client that is cut while it sends
 * never sees the answer; one that goes on for much longer is cut all the same.
 */
async function collect(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | 'too-large' | 'gone'> {
  const pieces: Buffer[] = [];
  let total = 0;
  try {
    for await (const piece of incoming as AsyncIterable<Buffer>) {
      total += piece.length;
      if (total <= maxBytes) pieces.push(piece);
      else pieces.length = 0;
      if (total > maxBytes * 4) return 'gone';
    }
  } catch {
    return 'gone';
  }
  if (total > maxBytes) return 'too-large';
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, total);
}

function joinHeaders(raw: readonly string[]): Record<string, string> {
  // No prototype: `__proto__` is a legal header name.
  const headers = Object.create(null) as Record<string, string>;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

function send(incoming: IncomingMessage, outgoing: ServerResponse, reply: ServiceResponse): void {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body, 'utf8') : reply.body;
  const bodiless = reply.status === 204 || reply.status === 304;
  for (const [name, value] of Object.entries(reply.headers)) if (name.toLowerCase() !== 'content-length') outgoing.setHeader(name, value);
  if (!bodiless) {
    // HEAD says how long the body would be; only the service knows that.
    const told = incoming.method === 'HEAD' ? Object.entries(reply.headers).find(([name]) => name.toLowerCase() === 'content-length')?.[1] : undefined;
    outgoing.setHeader('content-length', told ?? String(body.length));
  }
  outgoing.writeHead(reply.status);
  outgoing.end(bodiless || incoming.method === 'HEAD' ? undefined : body);
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).replace(/\s+/g, ' ');
}
