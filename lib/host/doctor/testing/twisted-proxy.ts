import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request on its way, and one answer on its way back. */
export interface Passing {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string | Buffer;
}

/** Answers in the service's place, or alters what it answers; `cut`: no answer at all. */
export type Twist = (request: Passing, answer: () => Promise<Reply>) => Promise<Reply | 'cut'> | Reply | 'cut';

export interface TwistedProxy {
  url: string;
  /** Undefined: everything passes as it is. */
  twist: Twist | undefined;
  target: string;
  close(): Promise<void>;
}

/** Stands before a service. The Host header stays the client's, since signatures cover it. */
export async function startTwistedProxy(target: string): Promise<TwistedProxy> {
  // Longer than a case takes: whoever reuses a connection must not find it closed.
  const server: Server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => void serve(request, response));
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const passing = { method: incoming.method!, url: incoming.url!, headers: incoming.headers, body: body.toString('latin1') };
    const forward = () => passOn(proxy.target, incoming, body);
    const reply = await (proxy.twist === undefined ? forward() : proxy.twist(passing, forward));
    if (reply === 'cut') return void incoming.socket.destroy();
    const { 'content-length': _, 'transfer-encoding': __, ...headers } = reply.headers;
    outgoing.writeHead(reply.status, { ...headers, ...(reply.status === 204 || reply.status === 304 ? {} : { 'content-length': Buffer.byteLength(reply.body) }) } as never);
    outgoing.end(incoming.method === 'HEAD' ? undefined : reply.body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TwistedProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    twist: undefined,
    target,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

function passOn(target: string, incoming: IncomingMessage, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onward = ask(target + incoming.url!, { method: incoming.method, headers: incoming.headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    onward.on('error', reject);
    onward.end(body);
  });
}
