import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { startOperatorsRedis } from './plain-redis.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'selkie-redis-conf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasRedis)('redis.conf', () => {
  test('what a script wrote is there after a restart', async () => {
    let server = await startOperatorsRedis({ dataDir: folder, password: 'pw' });
    const connect = () => new Redis({ port: server.port, username: 'selkie', password: 'pw' });
    const before = connect();
    await before.eval("redis.call('HSET', KEYS[1], 'a', '1') redis.call('PEXPIRE', KEYS[1], ARGV[1]) return 1", 1, 's:x', 100_000_000);
    before.disconnect();
    await server.stop();
    server = await startOperatorsRedis({ dataDir: folder, password: 'pw', port: server.port });
    const after = connect();
    expect([await after.hgetall('s:x'), (await after.pttl('s:x')) > 99_000_000]).toEqual([{ a: '1' }, true]);
    after.disconnect();
    await server.stop();
  });

  test('nobody gets in without the password, and who is in can neither govern the server nor delete all', async () => {
    const server = await startOperatorsRedis({ dataDir: folder, password: 'pw' });
    const words = async (options: { username?: string; password?: string }, command: string, ...parameters: string[]) => {
      const redis = new Redis({ port: server.port, ...options, retryStrategy: () => null, lazyConnect: true });
      redis.on('error', () => undefined);
      const answer = await redis.connect().then(() => redis.call(command, ...parameters)).catch((error: Error) => error.message);
      redis.disconnect();
      return String(answer).split(' ')[0];
    };
    const own = { username: 'selkie', password: 'pw' };
    const refused = await Promise.all([
      words({}, 'GET', 'k'), words({ username: 'selkie', password: 'no' }, 'GET', 'k'), words({ username: 'default', password: '' }, 'GET', 'k'), words({ username: 'default', password: 'pw' }, 'GET', 'k'),
    ]);
    expect(refused.filter((word) => word === 'null' || word === 'OK')).toEqual([]);
    for (const command of [['FLUSHALL'], ['FLUSHDB'], ['KEYS', '*'], ['CONFIG', 'GET', '*'], ['SHUTDOWN'], ['DEBUG', 'SLEEP', '0'], ['ACL', 'LIST'], ['EVAL', "return redis.call('FLUSHALL')", '0']]) {
      expect([command[0], await words(own, ...(command as [string, ...string[]]))]).toEqual([command[0], expect.stringMatching(/^(NOPERM|ERR)$/)]);
    }
    expect([await words(own, 'SET', 'k', 'v'), await words(own, 'CONFIG', 'GET', 'maxmemory-policy'), await words(own, 'DBSIZE')]).toEqual(['OK', 'NOPERM', '2']);
    await server.stop();
  });
});
