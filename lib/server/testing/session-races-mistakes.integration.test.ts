import { expect, test } from 'vitest';
import { seedsOnRedis } from './simulation/seeds-on-redis.ts';
import type { Mistakes } from './simulation/system.ts';

/** Two edges of a script that the mistake lies between; `in` names the script by words that only it has. */
interface Plant {
  in: string;
  instead: string;
  comes: string;
}

const LOCK = "'l:' .. h, ARGV[2], 'PX'";
const COMMIT = "'nonce', lock)";
const ROTATE = "redis.call('RENAME'";
const CREATE = 'lead(ARGV[15])';
const ALL = "redis.call('INCR', 'u:'";

const table: [mistake: string, Plant, seen: RegExp][] = [
  ['a refresh without a lock', { in: LOCK, instead: "(holder == '' or holder == ARGV[2])", comes: 'true' }, /two refreshes|used-up token|second refresh|keeps/],
  ['a commit that looks at neither generation nor lock', {
    in: COMMIT, instead: "if field('s:' .. h, 'gen') ~= gen or (holder ~= lock and holder ~= '') then return {'changed'} end", comes: '',
  }, /generation|keeps|used-up|brought back|refreshes/],
  ['a commit to a session that has ended', {
    in: COMMIT,
    instead: "if live == '' or fault(live) ~= '' then return {'absent'} end\nif live ~= h then return {'changed'} end\nif field('s:' .. h, 'nonce') == lock then return {'committed'} end\nlocal holder = get('l:' .. h)\nif field('s:' .. h, 'gen') ~= gen or (holder ~= lock and holder ~= '') then return {'changed'} end",
    comes: "redis.call('HSET', 's:' .. h, 'abs', num(now + 9e6), 'idle', '9000000')",
  }, /without its facts|without its session|generation/],
  ['a revocation that leaves the tokens', { in: 'local function drop(h)', instead: "'s:' .. h, 't:' .. h, 'l:' .. h", comes: "'s:' .. h, 'l:' .. h" }, /without its session/],
  ['a rotation that keeps the old id alive', { in: ROTATE, instead: "redis.call('RENAME', 's:' .. old, 's:' .. new)", comes: "redis.call('COPY', 's:' .. old, 's:' .. new)" }, /two ids|without its tokens/],
  ['a rotation that leaves no tombstone', { in: ROTATE, instead: "redis.call('HSET', 'x:' .. old, 'next', new, 'at', num(now))", comes: '' }, /does not lead/],
  ['a rotation that moves the old envelope', {
    in: ROTATE, instead: "redis.call('SET', 't:' .. new, envelope", comes: "redis.call('SET', 't:' .. new, get('t:' .. old)",
  }, /do not open/],
  ['a rotation that forgets to count', { in: ROTATE, instead: "'gen', num(tonumber(gen) + 1), 'seen'", comes: "'seen'" }, /generation/],
  ['an old copy of a cookie that sets nothing off', { in: 'local function lead(h)', instead: 'then stolen = true end', comes: 'then stolen = false end' }, /the door said live|dead cookie/],
  ['the end of all that ends the kept one too', { in: ALL, instead: "if keeps then redis.call('HSET', 's:' .. keep, 'epoch', epoch) end", comes: '' }, /without a reason/],
  ['a sign-in that leaves the former session', { in: CREATE, instead: 'lead(ARGV[15])', comes: "lead('')" }, /survived a sign-in/],
  ['a sign-in that looks for its former session under the old id only', {
    in: CREATE, instead: 'lead(ARGV[15])', comes: "ARGV[15], 0, false\nif not exists('s:' .. former) then former = '' end",
  }, /survived a sign-in/],
  ['a change of password that looks for its own session under the old id only', { in: ALL, instead: 'lead(ARGV[2])', comes: 'ARGV[2]' }, /without a reason/],
  ['a lock that does not know its holder again', { in: LOCK, instead: " or holder == ARGV[2]", comes: '' }, /refused to its own holder/],
  ['tokens that are thrown away because their lock ran out', { in: COMMIT, instead: " and holder ~= ''", comes: '' }, /thrown away/],
  ['a replaced id taken for the end, by who wants the tokens', { in: LOCK, instead: "{'moved'}", comes: "{'absent'}" }, /called ended|called absent/],
];

/** A harness that never caught a mistake proves nothing: each of these is planted, and must be caught for what it is. */
seedsOnRedis('the simulation of sessions notices', (run) => {
  for (const [mistake, plant, seen] of table) {
    test(mistake, { timeout: 300_000 }, async () => {
      let planted = 0;
      const script = (text: string) => {
        if (!text.includes(plant.in) || !text.includes(plant.instead)) return text;
        planted += 1;
        return text.replace(plant.instead, () => plant.comes);
      };
      await expect(run(0, 200, { script })).rejects.toThrow(seen);
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
    }, /keeps|thrown away/],
    ['a store that answers from an old copy', {
      redis: (port) => {
        const copies = new Map<string, unknown>();
        return {
          async eval(script, keys, args) {
            const name = `${keys.join()} ${args[0]}`;
            if (!script.includes(LOCK)) return port.eval(script, keys, args);
            const reply = (await port.eval(script, keys, args)) as string[];
            if (reply.length === 1) return reply;
            if (!copies.has(name)) copies.set(name, reply[2]);
            return [reply[0], reply[1], copies.get(name)];
          },
        };
      },
    }, /used-up token|keeps|answered/],
  ];
  for (const [mistake, mistakes, seen] of outages) {
    test(mistake, { timeout: 300_000 }, async () => {
      await expect(run(0, 200, mistakes)).rejects.toThrow(seen);
    });
  }
});
