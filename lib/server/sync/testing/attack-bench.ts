import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFaults } from '../../../local/faults.ts';
import { startFront } from '../../../local/front.ts';
import type { Iam } from '../../../local/iam/iam.ts';
import { appKey, eraserSession, personSession, rootKey, testRules } from '../../../local/iam/testing/test-rules.ts';
import type { CredentialMint, TemporaryCredentials } from '../../../local/iam/temporary-credentials.ts';
import { createRequestLog } from '../../../local/request-log.ts';
import { createS3 } from '../../../local/s3/s3.ts';
import { sendWire, type WireReply } from '../../../local/s3/testing/s3-bench.ts';
import { amzDateOf, presign, signHeader, type WireRequest } from '../../../local/s3/testing/sign-request.ts';
import type { ServiceRequest } from '../../../local/service.ts';

/** The embedded S3 under the rules of a template, and everybody who could attack it. */
export interface AttackBench {
  iam: Iam;
  mint: CredentialMint;
  /** One request of S3, signed by its sender; over HTTP when the bench was started so. */
  call(who: Sender, request: Attack): Promise<WireReply>;
  /** As `call`, by a presigned address. */
  callPresigned(who: Sender, request: Attack): Promise<WireReply>;
  /** Sends as it stands. */
  send(request: WireRequest): Promise<WireReply>;
  sign(who: Sender, request: Attack): WireRequest;
  /** Every key and its bytes, as they lie in the bucket. */
  contents(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export interface Attack {
  method: string;
  /** Path and query below the bucket, encoded: `/u/…`, `?policy`. */
  target: string;
  headers?: Record<string, string>;
  body?: string;
}

export type Sender = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

export const bucket = 'selkie-test';
export const region = 'eu-west-1';
export const ada = '11111111-1111-4111-8111-111111111111';
export const eve = '22222222-2222-4222-8222-222222222222';
/** A header that makes the bench take a request for one over plain http. */
export const overHttp = { 'bench-transport': 'http' };

export const senders = (mint: CredentialMint) => ({
  app: appKey as Sender,
  root: rootKey as Sender,
  person: credentialsOf(mint.issue(personSession({ sub: eve }))),
  eraser: credentialsOf(mint.issue(eraserSession({ sub: eve }))),
});
export type SenderName = keyof ReturnType<typeof senders>;

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: TemporaryCredentials): Sender {
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** Objects that are there before every attack. */
const planted: Readonly<Record<string, string>> = {
  [`u/${ada}/log/1`]: 'of ada', [`u/${eve}/log/1`]: 'of eve', [`accounts/${ada}/1`]: 'record of ada', [`accounts/${eve}/1`]: 'record of eve', 'probe/create-only': 'selkie',
};

export async function startAttackBench(options: { template?: unknown; http?: boolean; now?: () => number } = {}): Promise<AttackBench> {
  const { now = Date.now } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'selkie-attacks-'));
  const { iam, mint } = testRules({ bucket, region, now, template: options.template });
  const s3 = await createS3({ dataDir, region, iam, now, isSecure: ({ headers }) => headers['bench-transport'] !== 'http' });
  await s3.ensureBucket(bucket);
  const front = options.http === true ? await startFront({ service: s3, port: 0, faults: createFaults(), log: createRequestLog() }) : undefined;
  const host = front === undefined ? 'bench' : new URL(front.url).host;

  const send = async (request: WireRequest): Promise<WireReply> => {
    if (front !== undefined) return sendWire(front.url, request);
    const reply = await s3.handle(asService(request));
    return { ...reply, body: Buffer.from(reply.body) };
  };
  const plain = ({ method, target, headers = {}, body = '' }: Attack): WireRequest => {
    const bytes = Buffer.from(body);
    const length: Record<string, string> = bytes.length > 0 || method === 'PUT' ? { 'content-length': String(bytes.length) } : {};
    return { method, target: `/${bucket}${target}`, headers: { host, ...length, ...headers }, body: bytes };
  };
  const signerOf = (who: Sender) => ({ accessKeyId: who.accessKeyId, secret: who.secretAccessKey, region, amzDate: amzDateOf(now()) });

  const bench: AttackBench = {
    iam,
    mint,
    send,
    sign(who, request) {
      const unsigned = plain(request);
      return signHeader(signerOf(who), { ...unsigned, headers: { ...unsigned.headers, ...(who.sessionToken !== undefined && { 'x-amz-security-token': who.sessionToken }) } });
    },
    call: (who, request) => send(bench.sign(who, request)),
    callPresigned(who, request) {
      const unsigned = plain(request);
      const token = who.sessionToken === undefined ? '' : `${unsigned.target.includes('?') ? '&' : '?'}X-Amz-Security-Token=${encodeURIComponent(who.sessionToken)}`;
      return send(presign(signerOf(who), { ...unsigned, target: unsigned.target + token }, 60));
    },
    async contents() {
      const list = await bench.call(rootKey, { method: 'GET', target: '?list-type=2&encoding-type=url' });
      const keys = [...list.body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
      const found: Record<string, string> = {};
      for (const key of keys) found[decodeURIComponent(key)] = (await bench.call(rootKey, { method: 'GET', target: `/${key}` })).body.toString();
      return found;
    },
    async close() {
      await front?.close();
      await s3.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  for (const [key, body] of Object.entries(planted)) {
    const { status } = await bench.call(rootKey, { method: 'PUT', target: `/${key}`, headers: { 'if-none-match': '*' }, body });
    if (status !== 200) throw new Error(`${key} could not be planted: ${status}`);
  }
  return bench;
}

function asService({ method, target, headers, body }: WireRequest): ServiceRequest {
  const mark = target.indexOf('?');
  return {
    method, headers, body, path: mark < 0 ? target : target.slice(0, mark), query: mark < 0 ? '' : target.slice(mark + 1),
    raw: { rawHeaders: Object.entries(headers).flat() } as unknown as IncomingMessage,
  };
}
