import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as UpstashRedis } from '@upstash/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as limits from '../../core/limits.ts';
import { guardRedis, RedisUnavailable, type RedisPort } from '../../core/session/redis-port.ts';
import { checkSession } from '../../core/session/scripts/check-session.ts';
import { createSession, type NewSession } from '../../core/session/scripts/create-session.ts';
import { revokeSession } from '../../core/session/scripts/revoke-session.ts';
import { upstashOptions } from '../../core/session/upstash-options.ts';
import { newSession, sessionContract } from '../../server/testing/session-contract.ts';
import { freePort } from '../load/free-port.ts';
import { connectRedis } from './connect-redis.ts';
import { startFront as startFrontWith, type Front } from './testing/start-front.ts';
import { SENTINEL_NAME, startSentinels, until, type Node, type Sentinels } from './testing/start-sentinels.ts';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
const token = randomBytes(32).toString('hex');
const password = randomBytes(16).toString('hex');
const folder = mkdtempSync(join(tmpdir(), 'selkie-sentinel-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of this run; a test may set another. */
const startFront = (env: Record<string, string>): Promise<Front> => startFrontWith({ REDIS_FRONT_TOKEN: token, ...env });

/** As the app reaches Redis, without the breaker, so that every question is asked. */
function portOf(front: Front): RedisPort {
  const client = new UpstashRedis(upstashOptions({ url: front.url, token }, () => AbortSignal.timeout(limits.redisTimeoutMs)));
  return guardRedis({ eval: (script, keys, args) => client.eval(script, keys, args) }, { admits: () => true, succeeded: () => undefined, failed: () => undefined }, Date.now);
}

// The very program that is a Sentinel too. CI installs it: missing there is a failure, not a test that quietly did not run.
describe.skipIf(!isInstalled && !process.env.CI)('the REST front over three servers and three Sentinels', () => {
  let group: Sentinels;
  let front: Front;
  let redis: RedisPort;
  const settings = (sentinels: readonly number[]) => ({
    REDIS_URL: `redis://selkie:${password}@sentinel`, REDIS_SENTINELS: sentinels.map((port) => `127.0.0.1:${port}`).join(','), REDIS_SENTINEL_NAME: SENTINEL_NAME, REDIS_SENTINEL_PASSWORD: password,
  });
  const health = async (of: Front) => (await fetch(`${of.url}/health`)).status;
  beforeAll(async () => {
    group = await startSentinels({ folder, password });
    front = await startFront(settings(group.sentinels.map(({ port }) => port)));
    redis = portOf(front);
  });
  beforeEach(() => until(async () => (await group.followers()) === 2 && (await health(front)) === 200));
  afterAll(async () => {
    await front?.stop();
    await group?.stop();
  });

  let people = 0;
  const person = (): Promise<NewSession> => {
    people += 1;
    // Nobody has more than some sessions; the oldest would end.
    return newSession({ user: { id: `person-${people}`, email: `person-${people}@example.com` } });
  };
  const born = async (): Promise<NewSession> => {
    const session = await person();
    await createSession(redis, session);
    return session;
  };
  const kindOf = async (session: NewSession) => (await checkSession(redis, session.hash)).kind;
  /** Each Sentinel tells of a new master in its own time, and the front then connects once more: for that moment there is no answer. */
  const inTheEnd = async (session: NewSession) => {
    let kind: string | undefined;
    await patiently(async () => (kind = await kindOf(session)));
    return kind;
  };
  const masterNode = async (): Promise<Node> => {
    const port = await group.master();
    return group.servers.find((each) => each.port === port)!;
  };

  /** Asks for these sessions all the time until told to end, and counts the answers: right, none, or wrong. */
  const askAllTheTime = (expected: ReadonlyMap<NewSession, string>) => {
    const seen = { right: 0, none: 0, wrong: [] as string[] };
    let isOver = false;
    const asking = Promise.all(Array.from({ length: 2 }, async () => {
      while (!isOver) {
        for (const [session, kind] of expected) {
          try {
            const got = await kindOf(session);
            if (got === kind) seen.right += 1;
            else seen.wrong.push(`${got} instead of ${kind}`);
          } catch (error) {
            if (error instanceof RedisUnavailable) seen.none += 1;
            else seen.wrong.push(String(error));
          }
        }
      }
    }));
    return {
      seen,
      async end() {
        isOver = true;
        await asking;
      },
    };
  };
  /** On a busy machine an answer may be late; each of these may be asked again. */
  const patiently = <T>(ask: () => Promise<T>): Promise<void> => until(() => ask().then(() => true));
  const someSessions = async () => {
    const [live, ended] = [await Promise.all(Array.from({ length: 20 }, person)), await Promise.all(Array.from({ length: 10 }, person))];
    for (const session of [...live, ...ended]) await patiently(() => createSession(redis, session));
    for (const session of ended) await patiently(() => revokeSession(redis, session.hash));
    await patiently(() => group.replicated());
    return new Map<NewSession, string>([...live.map((each) => [each, 'live'] as const), ...ended.map((each) => [each, 'absent'] as const)]);
  };

  test('the master is killed: no answer until another is master, never a wrong one; then every session as it was, and new ones', async () => {
    const [sessions, old, before] = [await someSessions(), await masterNode(), front.said()];
    const asking = askAllTheTime(sessions);
    await until(async () => asking.seen.right > 100);
    await old.kill();
    await until(async () => (await group.master()) !== old.port && (await health(front)) === 200);
    await asking.end();
    await old.start();
    // The Sentinels would see to it within ten seconds, as they do in the next test.
    await group.command(old.port, 'REPLICAOF', '127.0.0.1', String(await group.master()));
    expect(asking.seen.wrong).toEqual([]);
    expect(asking.seen.none).toBeGreaterThan(0);
    for (const [session, kind] of sessions) expect(await inTheEnd(session)).toBe(kind);
    // Nothing is written before a follower is there to have it as well.
    let fresh: NewSession | undefined;
    await until(async () => Boolean((fresh = await born())));
    expect(await inTheEnd(fresh!)).toBe('live');
    expect(front.said().slice(before.length)).toMatch(/^(redis-front: Redis does not answer.*; trying again until it does\.\nredis-front: Redis answers again\.\n)+$/);
  });

  test('the master hangs without closing a connection: the front goes to the new one, and what the old one still believes is never heard', async () => {
    const [sessions, old] = [await someSessions(), await masterNode()];
    const asking = askAllTheTime(sessions);
    await until(async () => asking.seen.right > 100);
    old.hang();
    await until(async () => (await group.master()) !== old.port && (await health(front)) === 200);
    await asking.end();
    expect(asking.seen.wrong).toEqual([]);
    expect(asking.seen.none).toBeGreaterThan(0);
    // Ended while it does not see it; it wakes up as a master for whom it lives.
    const [session] = [...sessions].find(([, kind]) => kind === 'live')!;
    await patiently(() => revokeSession(redis, session.hash));
    sessions.set(session, 'absent');
    const afterwards = askAllTheTime(sessions);
    old.wake();
    await until(async () => String(await group.command(old.port, 'INFO', 'replication')).includes('role:slave') && (await group.followers()) === 2);
    await afterwards.end();
    expect(afterwards.seen.wrong).toEqual([]);
    for (const [each, kind] of sessions) expect(await inTheEnd(each)).toBe(kind);
  });

  test('without any follower nothing is written: a sign-in and a sign-out have no answer, and go on when one is back', async () => {
    const session = await person();
    await patiently(() => createSession(redis, session));
    const master = await masterNode();
    const others = group.servers.filter((each) => each !== master);
    for (const each of others) await each.kill();
    await until(async () => (await group.followers()) === 0);
    await expect(born()).rejects.toThrow(/NOREPLICAS/);
    await expect(revokeSession(redis, session.hash)).rejects.toThrow(/NOREPLICAS/);
    expect(await inTheEnd(session)).toBe('live');
    for (const each of others) await each.start();
    await patiently(() => revokeSession(redis, session.hash));
    expect(await inTheEnd(session)).toBe('absent');
  });

  test('Sentinels that are away or hang are passed by; with none of them the front starts, says 503, and is well when one is back', async () => {
    const [first, second, third] = group.sentinels;
    first!.hang();
    await second!.kill();
    const other = await startFront(settings([await freePort(), first!.port, second!.port, third!.port]));
    expect(await health(other)).toBe(200);
    expect(await other.stop()).toBe(0);
    await third!.kill();
    first!.wake();
    await first!.kill();
    const lonely = await startFront(settings(group.sentinels.map(({ port }) => port)));
    expect([await health(lonely), lonely.said()]).toEqual([503, expect.stringMatching(/^redis-front: Redis does not answer \(All sentinels are unreachable\..*\); trying again until it does\.\n$/)]);
    // The front that is connected needs none of them.
    expect(await health(front)).toBe(200);
    for (const each of group.sentinels) await each.start();
    await until(async () => (await health(lonely)) === 200);
    expect(await lonely.stop()).toBe(0);
  });

  test("a wrong password of the Sentinels' and a name that they do not know stop the start with one sentence each", async () => {
    const right = settings(group.sentinels.map(({ port }) => port));
    await expect(startFront({ ...right, REDIS_SENTINEL_PASSWORD: 'wrong' })).rejects.toThrow('selkie: The Sentinels refuse the password in REDIS_SENTINEL_PASSWORD');
    await expect(startFront({ ...right, REDIS_SENTINEL_NAME: 'another' })).rejects.toThrow('selkie: No Sentinel knows a master called another');
    await expect(startFront({ ...right, REDIS_URL: `redis://selkie:wrong@sentinel` })).rejects.toThrow('selkie: Redis refuses the user or the password in REDIS_URL.');
  });

  test("a Sentinel's word that comes while the master is being looked for does not end the search", async () => {
    const connect = vi.spyOn(Redis.prototype, 'connect');
    const hosts = group.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
    const engine = await connectRedis({ redis: { host: 'sentinel', port: 6379, db: 0, username: 'selkie', password, sentinel: { name: SENTINEL_NAME, password, hosts } } }, () => undefined);
    const client = (connect.mock.contexts as Redis[]).find(({ options }) => options.name === SENTINEL_NAME);
    let searchesEnded = 0;
    client!.on('end', () => (searchesEnded += 1));
    // What ioredis' own watch over the Sentinels does at that word.
    client!.once('connecting', () => (client as unknown as { connector: { disconnect(): void } }).connector.disconnect());
    client!.stream.destroy();
    await until(async () => searchesEnded === 1 && 'reply' in (await engine.pipeline([['PING']]))[0]!);
    connect.mockRestore();
    await engine.close();
  });

  describe('after all this', () => {
    sessionContract('the master that is left', async () => ({
      port: redis, close: async () => undefined, command: async (...words) => group.command(await group.master(), ...words),
    }));
  });
});
