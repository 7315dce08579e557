import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let dataDir: string;
const running = new Set<ChildProcessWithoutNullStreams>();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'selkie-cloud-'));
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const configOf = (port: number) => ({
  port,
  dataDir,
  region: 'eu-central-1',
  bucket: 'selkie',
  s3AccessKeyId: 'AKIDLOCAL',
  s3SecretAccessKey: 'local-secret',
  appAccessKeyId: 'AKIDAPP',
  appSecretAccessKey: 'app-secret',
  redisToken: 'local-token',
  redisEngine: 'mock',
  cognito: { userPoolId: 'eu-central-1_Selkie', clientId: 'client', clientSecret: 'client-secret', issuer: 'http://127.0.0.1:3902/eu-central-1_Selkie', identityPoolId: 'eu-central-1:0', relyingPartyId: 'localhost', callbackUrls: [], logoutUrls: [] },
});

function launch(config: unknown) {
  const child = spawn(process.execPath, ['--import', 'tsx', main], { env: { ...process.env, SELKIE_CLOUD_CONFIG: JSON.stringify(config) } });
  running.add(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    return { code: code as number | null, signal: signal as string | null, stderr };
  });
  const firstLine = Promise.race([once(lines, 'line').then(([line]) => JSON.parse(String(line)) as Record<string, string>), ended.then((end) => expect.fail(`ended at once: ${JSON.stringify(end)}`))]);
  return { child, ended, firstLine };
}

test('it says where everything is, works, keeps its data, and ends on SIGTERM', async () => {
  const first = launch(configOf(0));
  const ready = await first.firstLine;
  expect(ready).toEqual({
    ready: true,
    control: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    outbox: `${ready['control']}/outbox`,
    s3: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    cognito: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    redis: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    redisEngine: 'mock',
  });
  const clientOf = (endpoint: string) => new S3Client({ endpoint, region: 'eu-central-1', forcePathStyle: true, credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' } });
  await clientOf(ready['s3'] ?? '').send(new PutObjectCommand({ Bucket: 'selkie', Key: 'kept', Body: 'between runs' }));
  const health = await (await fetch(`${ready['control']}/health`)).json();
  expect(health.services.map(({ name, url }: { name: string; url: string }) => [name, url])).toEqual([
    ['s3', ready['s3']],
    ['cognito', ready['cognito']],
    ['redis', ready['redis']],
  ]);
  const redis = await fetch(ready['redis'] ?? '', { method: 'POST', headers: { authorization: 'Bearer local-token' }, body: JSON.stringify(['PING']) });
  expect(await redis.json()).toEqual({ result: 'PONG' });
  expect(await (await fetch(`${ready['outbox']}?to=nobody@example.com`)).json()).toEqual([]);
  first.child.kill('SIGTERM');
  expect(await first.ended).toEqual({ code: 0, signal: null, stderr: '' });

  const second = launch(configOf(0));
  const again = await second.firstLine;
  const got = await clientOf(again['s3'] ?? '').send(new GetObjectCommand({ Bucket: 'selkie', Key: 'kept' }));
  expect(await got.Body?.transformToString()).toBe('between runs');
  second.child.kill('SIGINT');
  expect((await second.ended).code).toBe(0);
});

test('it ends when the host that holds its stdin goes away', async () => {
  const cloud = launch(configOf(0));
  await cloud.firstLine;
  cloud.child.stdin.end();
  expect(await cloud.ended).toEqual({ code: 0, signal: null, stderr: '' });
});

test('a taken port ends it with code 1 and one sentence that names the port and SELKIE_CLOUD_PORT', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  try {
    const asFirst = launch(configOf(port));
    asFirst.firstLine.catch(() => undefined);
    expect(await asFirst.ended).toEqual({ code: 1, signal: null, stderr: `Port ${port} (control) is taken; stop what uses it, or set SELKIE_CLOUD_PORT to the first of four free ports.\n` });
    const asSecond = launch(configOf(port - 1));
    asSecond.firstLine.catch(() => undefined);
    expect(await asSecond.ended).toEqual({ code: 1, signal: null, stderr: `Port ${port} (s3) is taken; stop what uses it, or set SELKIE_CLOUD_PORT to the first of four free ports.\n` });
  } finally {
    other.close();
  }
});

test('a wrong configuration ends it with code 1 and one sentence without its secrets', async () => {
  const cloud = launch({ ...configOf(0), redisToken: 7 });
  cloud.firstLine.catch(() => undefined);
  expect(await cloud.ended).toEqual({ code: 1, signal: null, stderr: 'SELKIE_CLOUD_CONFIG has a missing, unknown or wrong field `redisToken`.\n' });
});
