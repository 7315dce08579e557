import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFaults } from '../../faults.ts';
import { type Front, startFront } from '../../front.ts';
import { createIam, type Iam } from '../../iam/iam.ts';
import { createRequestLog } from '../../request-log.ts';
import { createS3 } from '../s3.ts';
import { type Signer, type WireRequest, amzDateOf, signHeader } from './sign-request.ts';

export interface WireReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** A started S3 with its own folder and clock, and a client that sends bytes exactly as told. */
export interface S3Bench {
  url: string;
  dataDir: string;
  bucket: string;
  warnings: string[];
  signer(): Signer;
  /** Turns the server's clock. */
  setNow(ms: number): void;
  /** As it stands: `fetch` would tidy `..` away and refuse a forged `Host`. */
  send(request: WireRequest): Promise<WireReply>;
  /** Signs, then sends. */
  call(method: string, target: string, options?: { headers?: Record<string, string>; body?: string | Buffer }): Promise<WireReply>;
  /** Ends the server and starts a new one on the same folder and another port. */
  restart(): Promise<void>;
  /** Ends the server; the folder stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
  dispose(): Promise<void>;
}

export const benchKey = { id: 'AKIDSELKIETESTBENCH1', secret: 'bench/secret+with=signs' };

/** The account's root alone, and no rules. */
export function benchIam(region: string, now: () => number): Iam {
  return createIam({ rootKeys: new Map([[benchKey.id, benchKey.secret]]), region, now });
}

export async function startS3Bench(region = 'eu-central-1'): Promise<S3Bench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'selkie-s3-'));
  const bucket = 'selkie-test';
  const warnings: string[] = [];
  let front: Front | null = null;
  let now: () => number = () => Date.now();

  const bench: S3Bench = {
    url: '',
    dataDir,
    bucket,
    warnings,
    signer: () => ({ accessKeyId: benchKey.id, secret: benchKey.secret, region, amzDate: amzDateOf(now()) }),
    setNow(ms) {
      now = () => ms;
    },
    send: (request) => sendWire(bench.url, request),
    call(method, target, { headers = {}, body = '' } = {}) {
      const bytes = Buffer.from(body);
      const host = new URL(bench.url).host;
      const length: Record<string, string> = bytes.length > 0 || method === 'PUT' ? { 'content-length': String(bytes.length) } : {};
      return bench.send(signHeader(bench.signer(), { method, target, headers: { host, ...length, ...headers }, body: bytes }));
    },
    async start() {
      const s3 = await createS3({ dataDir, region, iam: benchIam(region, () => now()), now: () => now(), warn: (sentence) => warnings.push(sentence) });
      await s3.ensureBucket(bucket);
      front = await startFront({ service: s3, port: 0, faults: createFaults(), log: createRequestLog() });
      bench.url = front.url;
    },
    async stop() {
      await front?.close();
      front = null;
    },
    async restart() {
      await bench.stop();
      await bench.start();
    },
    async dispose() {
      await bench.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  await bench.start();
  return bench;
}

/** One request on a socket of its own. */
export function sendWire(url: string, request: WireRequest): Promise<WireReply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ hostname, port, method: request.method, path: request.target, headers: request.headers, setHost: false, agent: false }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(parts) }));
    });
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });
}

/** The `Code` of an error document. */
export function errorCode(reply: WireReply): string {
  return /<Code>([^<]*)<\/Code>/.exec(reply.body.toString('utf8'))?.[1] ?? '';
}
