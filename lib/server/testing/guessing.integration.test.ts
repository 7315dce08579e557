import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { attemptCounters } from '../../core/session/attempt-policy.ts';
import { countAttempt, refundAttempt } from '../../core/session/scripts/count-attempt.ts';
import { seededRandom } from '../../core/sync/seeded-random.ts';
import { createPasswordGate } from '../../local/cognito/password-gate.ts';
import { openTestRedis, type TestRedis } from './redis-ports.ts';

/**
 * Credential stuffing in simulation: the real script on a real engine, Cognito's own lock behind it, strangers with
 * 10,000 addresses who lose no millisecond, and a person on a known device. Time passes by moving every counter's
 * end, and every pause's, into the past: for the script that is the same as waiting.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const ADDRESSES = 10_000;

interface World {
  now(): number;
  advance(ms: number): Promise<void>;
  redis: TestRedis;
  gate: ReturnType<typeof createPasswordGate>;
}

function createWorld(redis: TestRedis): World {
  let movedMs = 0;
  const now = () => Date.now() + movedMs;
  return {
    now,
    redis,
    gate: createPasswordGate(now),
    async advance(ms) {
      movedMs += ms;
      for (const key of (await redis.command('KEYS', 'rl:*')) as string[]) {
        const left = Number(await redis.command('PTTL', key)) - ms;
        if (left <= 0) {
          await redis.command('DEL', key);
          continue;
        }
        await redis.command('PEXPIRE', key, String(Math.round(left)));
        const until = await redis.command('HGET', key, 'until');
        if (typeof until === 'string') await redis.command('HSET', key, 'until', String(Math.round(Number(until) - ms)));
      }
    },
  };
}

/** A wrong password from somewhere: 0 when it reached Cognito, else how long our own door stays shut. */
async function guess({ redis, gate, now }: World, account: string, address: string, made: Array<{ account: string; atMs: number }>): Promise<number> {
  const counters = attemptCounters('sign-in', { address, account });
  const word = `${address} ${made.length}`;
  const waitMs = await countAttempt(redis.port, counters, word);
  if (waitMs > 0) return waitMs;
  // As the route does: what Cognito's lock refused unseen was no guess.
  if ((await gate.attempt(account, async () => false)) === 'locked') await refundAttempt(redis.port, counters, word);
  else made.push({ account, atMs: now() });
  return 0;
}

/** Whether Cognito would judge a password now. Asks without leaving a trace. */
async function isLocked({ gate }: World, account: string): Promise<boolean> {
  const judged = new Error('would be judged');
  return gate.attempt(account, async () => { throw judged; }).then((verdict) => verdict === 'locked', (error: unknown) => error !== judged);
}

/** The person at a browser that they signed in with before. */
async function signIn({ redis, gate }: World, account: string): Promise<'refused' | 'locked' | 'right' | 'wrong'> {
  const counters = attemptCounters('sign-in', { address: 'home', account, knownDevice: 'laptop' });
  if ((await countAttempt(redis.port, counters, 'home')) > 0) return 'refused';
  const verdict = await gate.attempt(account, async () => true);
  await refundAttempt(redis.port, counters, 'home');
  return verdict;
}

function mostInADay(times: readonly number[]): number {
  return Math.max(0, ...times.map((start) => times.filter((time) => time >= start && time < start + DAY).length));
}

function stuffing(name: string, engine: 'redis-server' | 'mock', seeds: readonly number[], flood: number): void {
  describe(`guessing, on ${name}`, () => {
    for (const seed of seeds) {
      test(`four days of strangers (seed ${seed}): 20 guesses an account a day, Cognito never locked for more than a second, the known device never refused`, { timeout: 240_000 }, async () => {
        const redis = await openTestRedis(engine);
        try {
          const world = createWorld(redis);
          const random = seededRandom(seed);
          const whole = (below: number) => Math.floor(random() * below);
          const made: Array<{ account: string; atMs: number }> = [];
          // The first has nobody at home whose right password would make Cognito forget the wrong ones.
          const accounts = ['deserted', 'ada', 'grace'];
          const endMs = world.now() + 4 * DAY;
          let longestLockMs = 0;
          while (world.now() < endMs) {
            const burst = 15 + whole(10);
            const waits = await Promise.all(Array.from({ length: burst }, (_, index) => guess(world, accounts[index % 3]!, `address ${whole(ADDRESSES)}`, made)));
            for (const account of accounts) if (await isLocked(world, account)) longestLockMs = Math.max(longestLockMs, SECOND);
            if (random() < 0.3) {
              // At the very moment of the attack, and if Cognito is locked just then, a second later.
              const first = await signIn(world, 'ada');
              expect(['right', 'locked']).toContain(first);
              await world.advance(SECOND);
              expect(await signIn(world, 'ada')).toBe('right');
            } else await world.advance(SECOND);
            for (const account of accounts) expect([account, await isLocked(world, account)]).toEqual([account, false]);
            // They come back the moment that the first door opens, or at any other time.
            const soonest = Math.min(...waits.filter((waitMs) => waitMs > 0));
            await world.advance(Number.isFinite(soonest) && random() < 0.7 ? soonest : whole(2 * 60 * MINUTE));
          }
          for (const account of accounts) {
            const times = made.filter((one) => one.account === account).map(({ atMs }) => atMs);
            expect([account, mostInADay(times) <= 20]).toEqual([account, true]);
            // And the attack was one: a door that lets nobody through proves nothing.
            expect(times.length).toBeGreaterThan(20);
          }
          expect(longestLockMs).toBe(SECOND);
        } finally {
          await redis.close();
        }
      });
    }

    test(`${flood} addresses at one account within a moment: five guesses, whoever makes them`, async () => {
      const redis = await openTestRedis(engine);
      try {
        const world = createWorld(redis);
        const made: Array<{ account: string; atMs: number }> = [];
        for (let next = 0; next < flood; next += 500) {
          await Promise.all(Array.from({ length: 500 }, (_, index) => guess(world, 'ada', `address ${next + index}`, made)));
        }
        expect(made.length).toBe(5);
        await world.advance(SECOND);
        expect([await isLocked(world, 'ada'), await signIn(world, 'ada')]).toEqual([false, 'right']);
      } finally {
        await redis.close();
      }
    });

    test('a refund takes back its own pause and not that of a rival guess', async () => {
      const redis = await openTestRedis(engine);
      try {
        const counters = attemptCounters('sign-in', { address: 'a', account: 'ada' }).slice(2);
        for (let number = 0; number < 4; number += 1) expect(await countAttempt(redis.port, counters, String(number))).toBe(0);
        expect(await countAttempt(redis.port, counters, 'fifth')).toBe(0);
        // The fourth turns out not to have been judged, but the fifth was, and its pause stands.
        await refundAttempt(redis.port, counters, '3');
        expect(await countAttempt(redis.port, counters, 'sixth')).toBeGreaterThan(15 * MINUTE);
        await refundAttempt(redis.port, counters, 'fifth');
        expect(await countAttempt(redis.port, counters, 'again')).toBe(0);
      } finally {
        await redis.close();
      }
    });
  });
}

// The stand-in takes some milliseconds a script.
stuffing('the stand-in for redis-server', 'mock', [1], 500);

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
describe.skipIf(!isInstalled && !process.env.CI)('with redis-server installed', () => stuffing('redis-server', 'redis-server', [1, 2, 3], ADDRESSES));
