import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as limits from '../../core/limits.ts';
import { sha256 } from '../../core/session/crypto-port.ts';
import { RedisUnavailable } from '../../core/session/redis-port.ts';
import { countSessions } from '../../core/session/scripts/count-sessions.ts';
import { createSession } from '../../core/session/scripts/create-session.ts';
import { revokeAllSessions, revokeSession } from '../../core/session/scripts/revoke-session.ts';
import { openTestRedis, type TestRedis } from './redis-ports.ts';
import { newSession } from './session-contract.ts';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

describe.each(['mock', 'redis-server'] as const)('the count of sessions on %s', (engine) => {
  // CI installs it: missing there is a failure, not a half that quietly did not run.
  describe.skipIf(engine === 'redis-server' && !isInstalled && !process.env.CI)(engine, () => {
    let redis: TestRedis;
    beforeAll(async () => void (redis = await openTestRedis(engine)));
    beforeEach(async () => void (await redis.command('FLUSHALL')));
    afterAll(() => redis.close());

    const signIn = async (name: string) => {
      const session = await newSession({ user: { id: name, email: `${name}@example.com` }, emailHash: await sha256(crypto, name) });
      await createSession(redis.port, session);
      return session;
    };

    test('of few people it is exact: what has ended, by itself or by everybody, is no session', async () => {
      expect(await countSessions(redis.port)).toEqual({ people: 0, sessions: 0 });
      const [first] = [await signIn('ada'), await signIn('ada'), await signIn('bob'), await signIn('cy')];
      expect(await countSessions(redis.port)).toEqual({ people: 3, sessions: 4 });
      await revokeSession(redis.port, first.hash);
      await revokeAllSessions(redis.port, 'bob');
      expect(await countSessions(redis.port)).toEqual({ people: 3, sessions: 2 });
    });

    test('of many a sample is looked at, spread over all of them, and stands for the rest', async () => {
      const many = 2.5 * limits.sessionCountSample;
      const later = String(Date.now() + 3_600_000);
      for (let i = 0; i < many; i++) await redis.command('ZADD', 'people', later, `person-${String(i).padStart(4, '0')}`);
      // One of two hints leads to a session.
      const { hash } = await newSession();
      for (let i = 0; i < many; i += 2) {
        const user = `person-${String(i).padStart(4, '0')}`;
        await redis.command('HSET', `s:${hash}${i}`, 'user', user, 'epoch', '0', 'abs', later, 'seen', String(Date.now()), 'idle', '3600000');
        await redis.command('ZADD', `u:${user}:s`, '1', `${hash}${i}`);
      }
      // Someone whose last session is long over.
      await redis.command('ZADD', 'people', '1', 'gone');
      // 26 of the 50 that are looked at have one.
      expect(await countSessions(redis.port)).toEqual({ people: many, sessions: 65 });
    });

    test('an answer that is no count is none', async () => {
      await expect(countSessions({ eval: async () => ['counted', 'x', '1', '1'] })).rejects.toBeInstanceOf(RedisUnavailable);
      await expect(countSessions({ eval: async () => [] })).rejects.toBeInstanceOf(RedisUnavailable);
    });
  });
});
