import { Agent, request as send } from 'node:https';
import { Stop } from '../stop.ts';
import type { Outcome, Tally } from './tally.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** One browser: its own address, its own connections, its own cookies. */
export interface LoopbackClient {
  /** The session cookie as `name=value`; undefined: signed out. */
  session: string | undefined;
  /**
   * @param judge what a complete answer counts as.
   * @returns undefined when no complete answer came; that has been noted.
   */
  ask(kind: string, order: Order, judge: (answer: Answer) => Outcome | Promise<Outcome>): Promise<Answer | undefined>;
  close(): void;
}

export interface Order {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Instead of the jar's: of a session that is over. */
  session?: string;
}

const TIMEOUT_MS = 30_000;

/** @throws Stop unless the origin is this machine's: load is never sent to anybody else. */
export function requireLoopback(origin: string): URL {
  const url = new URL(origin);
  if (!['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) throw new Stop(`${origin} is not this machine: load is sent to loopback addresses only.`);
  return url;
}

/**
 * @param address of 127.0.0.0/8, all of which is loopback: attempts are counted by address, so each person needs one.
 * @param ca PEM.
 */
export function createLoopbackClient(options: { origin: string; address: string; ca: string; tally: Tally; now: () => number }): LoopbackClient {
  const { origin, tally, now } = options;
  const { port } = requireLoopback(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 2, localAddress: options.address, ca: options.ca, servername: 'localhost' });
  // Another idle connection may have been hung up on as well.
  const fresh = new Agent({ ...agent.options, keepAlive: false });
  const jar = new Map<string, string>();

  const once = (order: Order, isRepeated = false): Promise<Answer> => new Promise((resolve, reject) => {
    const cookies = new Map(jar);
    if (order.session !== undefined) cookies.set(...pair(order.session));
    const request = send({
      // The address, not the name: a lookup could lead elsewhere.
      host: '127.0.0.1', port, agent: isRepeated ? fresh : agent, method: order.method, path: order.path, timeout: TIMEOUT_MS,
      headers: {
        host: new URL(origin).host, origin, 'sec-fetch-site': 'same-origin', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(order.body !== undefined && { 'content-length': Buffer.byteLength(order.body) }), ...order.headers,
      },
    }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece)).once('error', reject).once('end', () => {
        if (order.session === undefined) keep(jar, response.headers['set-cookie'] ?? []);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) });
      });
    });
    request.once('timeout', () => request.destroy(new Error('timeout'))).once('error', (error: NodeJS.ErrnoException) => {
      // The proxy hung up on an idle connection just as it was used again: as browsers do, once more over a new one.
      if (request.reusedSocket && error.code === 'ECONNRESET' && !isRepeated) once(order, true).then(resolve, reject);
      else reject(error);
    });
    request.end(order.body);
  });

  return {
    get session() {
      const name = [...jar.keys()].find((each) => each.endsWith('sid'));
      return name === undefined ? undefined : `${name}=${jar.get(name)}`;
    },
    set session(value) {
      for (const name of jar.keys()) if (name.endsWith('sid')) jar.delete(name);
      if (value !== undefined) jar.set(...pair(value));
    },
    async ask(kind, order, judge) {
      const started = now();
      try {
        const answer = await once(order);
        const ended = now();
        tally.note(kind, started, ended, await judge(answer));
        return answer;
      } catch (error) {
        tally.note(kind, started, now(), `no answer: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
        return undefined;
      }
    },
    close: () => agent.destroy(),
  };
}

/** 503 that says when to come again is the one failure that is promised. */
export function judgeStatus(answer: Answer, expected: readonly number[]): Outcome {
  if (expected.includes(answer.status)) return 'ok';
  if (answer.status === 503 && answer.headers['retry-after'] !== undefined) return 'later';
  return answer.status === 503 ? '503 without Retry-After' : String(answer.status);
}

function pair(cookie: string): [string, string] {
  const at = cookie.indexOf('=');
  return [cookie.slice(0, at), cookie.slice(at + 1)];
}

/** Names and values are all that matters here; what is set to live no longer goes. */
function keep(jar: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [name, value] = pair(line.split(';', 1)[0]!);
    if (value === '' || /;\s*max-age=0/i.test(line)) jar.delete(name);
    else jar.set(name, value);
  }
}
