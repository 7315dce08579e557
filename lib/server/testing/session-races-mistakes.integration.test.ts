import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { setEnvironment } from './simulation/environment.ts';
import { routePlatform } from './simulation/place.ts';
import { startOwnRedis, type OwnRedis } from './simulation/redis-server.ts';
import { runSeeds } from './simulation/run-seeds.ts';
import type { Mistakes } from './simulation/system.ts';

vi.mock('../redis.ts', async () => ({ redis: (await import('./simulation/place.ts')).redisHere }));
vi.mock('../cognito/refresh.ts', async () => {
  const { refreshHere, revokeHere } = await import('./simulation/place.ts');
  return { refreshTokens: refreshHere, revokeRefreshToken: revokeHere };
});
vi.mock('node:timers/promises', async () => ({ setTimeout: (await import('./simulation/place.ts')).waitHere }));

/** Two edges of a script that the mistake lies between; `in` names the script by words that only it has. */
interface Plant {
  in: string;
  instead: string;
  comes: string;
}

const COMMIT = "'nonce', lock)";
const ROTATE = "redis.call('RENAME'";
const CHECK = 'an old copy of the cookie was used';
const ALL = "redis.call('INCR', 'u:'";

const table: [mistake: string, Plant, seen: RegExp][] = [
  ['a refresh without a lock', { in: "'l:' .. h, ARGV[2], 'NX'", instead: "'NX', 'PX'", comes: "'PX'" }, /two refreshes|used-up token|second refresh|keeps/],
  ['a commit that looks at neither generation nor lock', {
    in: COMMIT, instead: "if field('s:' .. h, 'gen') ~= gen or get('l:' .. h) ~= lock then return {'changed'} end", comes: '',
  }, /generation|keeps|used-up|brought back|refreshes/],
  ['a commit to a session that has ended', {
    in: COMMIT, instead: "if not exists('s:' .. h) or fault(h) ~= '' then return {'absent'} end\nif field('s:' .. h, 'nonce') == lock then return {'committed'} end\nif field('s:' .. h, 'gen') ~= gen or get('l:' .. h) ~= lock then return {'changed'} end",
    comes: "redis.call('HSET', 's:' .. h, 'abs', num(now + 9e6), 'idle', '9000000')",
  }, /without its facts|without its session|generation/],
  ['a revocation that leaves the tokens', { in: 'local function drop(h)', instead: "'s:' .. h, 't:' .. h, 'l:' .. h", comes: "'s:' .. h, 'l:' .. h" }, /without its session/],
  ['a rotation that keeps the old id alive', { in: ROTATE, instead: "redis.call('RENAME', 's:' .. old, 's:' .. new)", comes: "redis.call('COPY', 's:' .. old, 's:' .. new)" }, /two ids|without its tokens/],
  ['a rotation that leaves no tombstone', { in: ROTATE, instead: "redis.call('HSET', 'x:' .. old, 'next', new, 'at', num(now))", comes: '' }, /does not lead/],
  ['a rotation that moves the old envelope', {
    in: ROTATE, instead: "redis.call('SET', 't:' .. new, envelope", comes: "redis.call('SET', 't:' .. new, get('t:' .. old)",
  }, /do not open/],
  ['a rotation that forgets to count', { in: ROTATE, instead: "'gen', num(tonumber(gen) + 1), 'seen'", comes: "'seen'" }, /generation/],
  ['an old copy of a cookie that sets nothing off', { in: CHECK, instead: 'then stolen = true end', comes: 'then stolen = false end' }, /the door said live|dead cookie/],
  ['the end of all that ends the kept one too', { in: ALL, instead: "if keeps then redis.call('HSET', 's:' .. keep, 'epoch', epoch) end", comes: '' }, /without a reason/],
  ['a sign-in that leaves the former session', { in: 'local former = ARGV[15]', instead: "local former = ARGV[15]", comes: "local former = ''" }, /survived a sign-in/],
];

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** A harness that never caught a mistake proves nothing: each of these is planted, and must be caught for what it is. */
describe.skipIf(!isInstalled && !process.env.CI)('the simulation of sessions notices', () => {
  let redis: OwnRedis;
  let restore: () => void;
  beforeAll(async () => {
    setEnvironment();
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    restore = routePlatform();
    redis = await startOwnRedis();
  });
  afterAll(async () => {
    restore();
    vi.restoreAllMocks();
    await redis.close();
  });

  for (const [mistake, plant, seen] of table) {
    test(mistake, { timeout: 300_000 }, async () => {
      let planted = 0;
      const script = (text: string) => {
        if (!text.includes(plant.in) || !text.includes(plant.instead)) return text;
        planted += 1;
        return text.replace(plant.instead, () => plant.comes);
      };
      await expect(runSeeds(redis, 0, 200, { script })).rejects.toThrow(seen);
      expect(planted).toBeGreaterThan(0);
    });
  }

  const outages: [string, Mistakes, RegExp][] = [
    ['an outage of Cognito taken for its word', { refresh: (reply) => (reply.kind === 'unavailable' ? { kind: 'dead', reason: 'timeout' } : reply) }, /without a reason/],
    ['a rotated token that is thrown away', {
      refresh: (reply) => {
        if (reply.kind !== 'tokens') return reply;
        const { refreshToken: _, ...rest } = reply;
        return rest;
      },
    }, /keeps/],
    ['a store that answers from an old copy', {
      redis: (port) => {
        const copies = new Map<string, unknown>();
        return {
          async eval(script, keys, args) {
            const name = `${keys.join()} ${args[0]}`;
            if (!script.includes("'l:' .. h, ARGV[2], 'NX'")) return port.eval(script, keys, args);
            const reply = (await port.eval(script, keys, args)) as string[];
            if (!copies.has(name)) copies.set(name, reply[2]);
            return reply[0] === 'absent' ? reply : [reply[0], reply[1], copies.get(name)];
          },
        };
      },
    }, /used-up token|keeps|answered/],
  ];
  for (const [mistake, mistakes, seen] of outages) {
    test(mistake, { timeout: 300_000 }, async () => {
      await expect(runSeeds(redis, 0, 200, mistakes)).rejects.toThrow(seen);
    });
  }
});
