import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as limits from '../../core/limits.ts';
import type { Engine } from '../../local/redis/engine.ts';
import { createRedisFront } from '../../local/redis/redis.ts';
import type { ServiceResponse } from '../../local/service.ts';

export interface FrontServer {
  port: number;
  /** Answers what is under way, takes nothing new, and ends within `limits.frontCloseWaitMs`. */
  close(): Promise<void>;
}

/**
 * The REST front on a socket. `GET /health` needs no token and says only whether Redis answers. Not the embedded cloud's
 * own listener, which refuses every address but loopback, and is to go on doing so.
 */
export async function startFrontServer(options: { engine: Engine; tokens: readonly string[]; host: string; port: number }): Promise<FrontServer> {
  const { engine } = options;
  const front = createRedisFront(engine, options.tokens);
  let underWay = 0;
  let isClosing = false;

  const serve = async (incoming: IncomingMessage): Promise<ServiceResponse | undefined> => {
    if (incoming.url === '/health') return health(engine);
    if (underWay > limits.frontRequestsMax) return refuse(503, 'too many requests at once', { 'retry-after': '1' });
    const body = await collect(incoming);
    if (body === 'gone') return undefined;
    if (body === 'too-large') return refuse(413, `the body is larger than ${limits.redisBodyMaxBytes} bytes`);
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    return front.handle({ method: incoming.method ?? 'GET', path, query, headers, body, raw: incoming });
  };

  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 }, (incoming, outgoing) => {
    // The peer may hang up at any moment; that is its right and no news.
    outgoing.on('error', () => undefined);
    underWay += 1;
    void serve(incoming)
      .catch((error: unknown) => {
        process.stderr.write(`redis-front: a request failed: ${error instanceof Error ? error.message : String(error)}\n`);
        return refuse(500, 'the front failed to answer; its log says why');
      })
      .then((reply) => {
        if (isClosing) outgoing.setHeader('connection', 'close');
        if (reply === undefined) incoming.socket.destroy();
        else send(outgoing, reply);
      })
      .finally(() => (underWay -= 1));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => {
      isClosing = true;
      const cut = setTimeout(() => server.closeAllConnections(), limits.frontCloseWaitMs);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      server.closeIdleConnections();
    }),
  };
}

async function health(engine: Engine): Promise<ServiceResponse> {
  const [outcome] = await engine.pipeline([['PING']]).catch(() => []);
  return outcome !== undefined && 'reply' in outcome
    ? { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: '{"status":"ok"}' }
    : refuse(503, 'the database did not answer', { 'retry-after': '1' });
}

function refuse(status: number, sentence: string, headers: Record<string, string> = {}): ServiceResponse {
  return { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }, body: JSON.stringify({ error: `ERR ${sentence}` }) };
}

/** One that is too large is read to its end and dropped, since a client that is cut while it sends never sees the answer; much more is cut. */
async function collect(incoming: IncomingMessage): Promise<Buffer | 'too-large' | 'gone'> {
  const pieces: Buffer[] = [];
  let total = 0;
  try {
    for await (const piece of incoming as AsyncIterable<Buffer>) {
      total += piece.length;
      if (total <= limits.redisBodyMaxBytes) pieces.push(piece);
      else pieces.length = 0;
      if (total > limits.redisBodyMaxBytes * 4) return 'gone';
    }
  } catch {
    return 'gone';
  }
  return total > limits.redisBodyMaxBytes ? 'too-large' : Buffer.concat(pieces, total);
}

function send(outgoing: ServerResponse, reply: ServiceResponse): void {
  outgoing.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  outgoing.end(reply.body);
}
