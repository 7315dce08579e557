import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as UpstashRedis } from '@upstash/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as limits from '../../core/limits.ts';
import { freePort } from '../load/free-port.ts';
import { makeCertificates } from '../load/certificates.ts';
import { startPlainRedis, type PlainRedis } from '../load/plain-redis.ts';
import { startFront as startFrontWith, type Front } from './testing/start-front.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const token = randomBytes(32).toString('hex');
const password = 'p@ss:/#word';
const folder = mkdtempSync(join(tmpdir(), 'selkie-front-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of this run; a test may set another. */
const startFront = (env: Record<string, string>): Promise<Front> => startFrontWith({ REDIS_FRONT_TOKEN: token, ...env });

const post = async (front: Front, path: string, body: unknown, authorization = `Bearer ${token}`) => {
  const answer = await fetch(front.url + path, { method: 'POST', headers: { authorization }, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as unknown };
};

describe.skipIf(!hasRedis)('over a redis-server with a password', () => {
  let redis: PlainRedis;
  let front: Front;
  const url = () => `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis.port}`;
  beforeAll(async () => {
    redis = await startPlainRedis({ dataDir: join(folder, 'plain'), password });
    front = await startFront({ REDIS_URL: url(), REDIS_FRONT_TOKEN: `${token},${'n'.repeat(40)}` });
  });
  afterAll(async () => {
    await front.stop();
    await redis.stop();
  });

  test("Upstash's own client works over it: values, pipelines, transactions, Lua", async () => {
    const client = new UpstashRedis({ url: front.url, token });
    expect(await client.set('k', 'ü')).toBe('OK');
    expect(await client.get('k')).toBe('ü');
    expect(await client.pipeline().incr('n').incr('n').exec()).toEqual([1, 2]);
    expect(await client.multi().incr('n').get('k').exec()).toEqual([3, 'ü']);
    expect(await client.eval("return {KEYS[1], redis.call('GET', KEYS[2])}", ['a', 'n'], [])).toEqual(['a', 3]);
  });

  test('both tokens open it while one replaces the other; none, a wrong one and a part of one do not', async () => {
    const as = async (authorization: string) => (await post(front, '/', ['PING'], authorization)).status;
    expect([await as(`Bearer ${token}`), await as(`Bearer ${'n'.repeat(40)}`)]).toEqual([200, 200]);
    expect([await as(''), await as('Bearer x'), await as(`Bearer ${token.slice(1)}`), await as(`Bearer ${token},${'n'.repeat(40)}`)]).toEqual([401, 401, 401, 401]);
  });

  test('what governs the server, blocks or belongs to a connection is refused', async () => {
    for (const command of ['CONFIG', 'SHUTDOWN', 'SUBSCRIBE', 'BLPOP', 'SELECT', 'AUTH', 'DEBUG', 'ACL']) expect(await post(front, '/', [command, 'x', '0'])).toMatchObject({ status: 400 });
    expect(await post(front, '/', ['PING'])).toEqual({ status: 200, body: { result: 'PONG' } });
  });

  test('a body past the limit is answered with 413, and the next request is served', async () => {
    expect(await post(front, '/', ['SET', 'big', 'x'.repeat(limits.redisBodyMaxBytes)])).toMatchObject({ status: 413 });
    expect(await post(front, '/', ['EXISTS', 'big'])).toEqual({ status: 200, body: { result: 0 } });
  });

  test('Redis restarted: 503 at the health door and errors at once while it is away, then everything as before', async () => {
    await post(front, '/', ['SET', 'kept', 'yes']);
    await redis.stop();
    await expect.poll(async () => (await fetch(`${front.url}/health`)).status).toBe(503);
    expect(await post(front, '/', ['GET', 'kept'])).toEqual({ status: 500, body: { error: 'ERR the database did not answer' } });
    redis = await startPlainRedis({ dataDir: join(folder, 'plain'), password, port: redis.port });
    await expect.poll(async () => (await fetch(`${front.url}/health`)).status, { timeout: 5_000 }).toBe(200);
    expect(await post(front, '/', ['GET', 'kept'])).toEqual({ status: 200, body: { result: 'yes' } });
    expect(front.said()).toMatch(/^redis-front: Redis does not answer.*\nredis-front: Redis answers again\.\n$/);
  });

  test('told to stop, it answers what is under way and ends with 0', async () => {
    const other = await startFront({ REDIS_URL: url() });
    const slow = post(other, '/', ['EVAL', 'for i = 1, 20000000 do end return 1', '0']);
    await expect.poll(async () => (await fetch(`${other.url}/health`, { signal: AbortSignal.timeout(50) }).then(() => 'idle', () => 'busy'))).toBe('busy');
    const code = await other.stop();
    expect([await slow, code]).toEqual([{ status: 200, body: { result: 1 } }, 0]);
  });

  test('a wrong password and a taken port stop the start with one sentence; a Redis that is not there does not', async () => {
    await expect(startFront({ REDIS_URL: `redis://:wrong@127.0.0.1:${redis.port}` })).rejects.toThrow('selkie: Redis refuses the user or the password in REDIS_URL.');
    await expect(startFront({ REDIS_URL: url(), REDIS_FRONT_PORT: new URL(front.url).port })).rejects.toThrow(/can't be listened on \(EADDRINUSE\)/);
    const lonely = await startFront({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    expect((await fetch(`${lonely.url}/health`)).status).toBe(503);
    expect(await lonely.stop()).toBe(0);
  });
});

describe.skipIf(!hasRedis || !hasOpenssl)('over TLS', () => {
  let redis: PlainRedis;
  const files = () => makeCertificates(join(folder, 'tls'));
  beforeAll(async () => {
    redis = await startPlainRedis({ dataDir: join(folder, 'tls-redis'), password, tls: files() });
  });
  afterAll(() => redis.stop());
  const url = () => `rediss://:${encodeURIComponent(password)}@localhost:${redis.port}`;

  test('with the certificate of its own authority it works', async () => {
    const front = await startFront({ REDIS_URL: url(), REDIS_CA_FILE: files().ca });
    expect(await post(front, '/', ['PING'])).toEqual({ status: 200, body: { result: 'PONG' } });
    expect(await front.stop()).toBe(0);
  });

  test('an authority that nobody trusts stops the start with one sentence', async () => {
    await expect(startFront({ REDIS_URL: url() })).rejects.toThrow("Redis's certificate is not trusted");
  });

  test('a port that speaks no TLS is named as what it may be', async () => {
    const plain = await startPlainRedis({ dataDir: join(folder, 'no-tls'), password });
    const front = await startFront({ REDIS_URL: `rediss://:${encodeURIComponent(password)}@localhost:${plain.port}` });
    expect(front.said()).toBe('redis-front: Redis does not answer (connect ETIMEDOUT); REDIS_URL begins with rediss://, so it must speak TLS there; trying again until it does.\n');
    expect(await front.stop()).toBe(0);
    await plain.stop();
  });
});
