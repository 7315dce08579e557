import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import * as limits from '../../core/limits.ts';
import { randomToken, sha256 } from '../../core/session/crypto-port.ts';
import type { RedisPort } from '../../core/session/redis-port.ts';
import { checkSession } from '../../core/session/scripts/check-session.ts';
import { createSession } from '../../core/session/scripts/create-session.ts';
import { revokeAllSessions } from '../../core/session/scripts/revoke-session.ts';
import { startRedisServer } from '../../local/redis/redis-server-process.ts';
import { median, type Row } from './table.ts';

/**
 * The session store alone, on a redis-server of its own, through the product's scripts: how long it takes to end
 * 1,000 sessions of one person, and what 100,000 sessions weigh. The envelope has the size of a sealed pair of
 * Cognito tokens (an access token of about 1,100 characters, a refresh token of about 1,800).
 */
const MANY = 1_000;
const ALL = 100_000;
const ENVELOPE_CHARS = 3_960;
const DAY_MS = 86_400_000;
const BATCH = 500;

export async function measureSessionStore(dataDir: string): Promise<Row[]> {
  const server = await startRedisServer({ dataDir: join(dataDir, 'store-redis'), now: Date.now, warn: () => undefined });
  const redis = new Redis({ path: server.socket });
  let trips = 0;
  const port: RedisPort = {
    eval(script, keys, args) {
      trips += 1;
      return redis.eval(script, keys.length, ...keys, ...args);
    },
  };
  // At most 20 a person is the product's rule, so this one argument is raised to make a person with 1,000.
  const lifted: RedisPort = {
    eval: (script, keys, args) => port.eval(script, keys, args.map((arg) => (arg === String(limits.sessionsPerPerson) ? String(MANY) : arg))),
  };
  try {
    const times: number[] = [];
    const oneByOne: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (const figures of [times, oneByOne]) {
        const user = `many${round}${figures === times ? 'a' : 'b'}`;
        const hashes = await create(lifted, user, MANY);
        const live = await Promise.all(hashes.map(async (hash) => (await checkSession(port, hash)).kind));
        if (live.some((kind) => kind !== 'live')) throw new Error('Not all of the 1,000 sessions were live.');
        trips = 0;
        const started = performance.now();
        if (figures === times) {
          const ended = await revokeAllSessions(port, user);
          if (ended !== MANY || trips !== 1) throw new Error(`${ended} sessions ended in ${trips} round trips.`);
        } else for (const hash of hashes) await redis.del(`s:${hash}`, `t:${hash}`);
        figures.push(performance.now() - started);
        const left = await Promise.all(hashes.map(async (hash) => (await checkSession(port, hash)).kind));
        if (left.some((kind) => kind !== 'absent')) throw new Error('A session outlived the end of all.');
      }
    }
    await redis.flushall();
    const usedBytes = async () => Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))![1]);
    const before = await usedBytes();
    for (let made = 0; made < ALL; made += limits.sessionsPerPerson * 50) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => create(port, randomToken(crypto, 16) + i, limits.sessionsPerPerson)));
    }
    const records = (await redis.eval("local n = 0\nlocal at = '0'\nrepeat\nlocal r = redis.call('SCAN', at, 'MATCH', 's:*', 'COUNT', '10000')\nat = r[1]\nn = n + #r[2]\nuntil at == '0'\nreturn n", 0)) as number;
    if (records !== ALL) throw new Error(`${records} sessions are there, not ${ALL}.`);
    const bytes = await usedBytes() - before;
    return [
      { what: `${MANY} sessions of one person ended`, ours: median(times), peer: median(oneByOne), peerName: 'DEL, one by one', unit: 'ms', note: `1 round trip, theirs ${MANY}; all ${MANY} refused at their next request` },
      {
        what: `Redis memory after ${ALL.toLocaleString('en')} sessions`, ours: bytes / 1_048_576, peer: (ALL * ENVELOPE_CHARS) / 1_048_576, peerName: 'the sealed tokens alone', unit: 'MB',
        note: `${Math.round(bytes / ALL).toLocaleString('en')} bytes a session, ${ENVELOPE_CHARS.toLocaleString('en')} of them tokens; ${limits.sessionsPerPerson} sessions a person`,
      },
    ];
  } finally {
    redis.disconnect();
    await server.close();
  }
}

async function create(port: RedisPort, user: string, count: number): Promise<string[]> {
  const emailHash = await sha256(crypto, `${user}@example.com`);
  const hashes: string[] = [];
  for (let at = 0; at < count; at += BATCH) {
    await Promise.all(Array.from({ length: Math.min(BATCH, count - at) }, async () => {
      const hash = randomToken(crypto);
      hashes.push(hash);
      await createSession(port, {
        hash, id: randomToken(crypto, 16), user: { id: user, email: `${user}@example.com` }, emailHash, idleMs: DAY_MS, absoluteMs: 7 * DAY_MS, proof: 'password',
        device: 'Firefox on Linux', address: '192.0.2.0/24', groups: [], remembered: false, envelope: randomBytes((ENVELOPE_CHARS * 3) / 4).toString('base64url'), formerHash: undefined,
      });
    }));
  }
  return hashes;
}
