import * as limits from '../../core/limits.ts';
import type { RedisEvidence } from './ask-redis.ts';
import { ok, unknown, wrong, type Check, type Verdict } from './check.ts';
import { isNearby, isPlain, NEARBY } from './environment-checks.ts';

function usable(judge: (evidence: RedisEvidence) => Verdict): (evidence: RedisEvidence) => Verdict {
  return (evidence) => (evidence.ping.kind === 'answer' ? judge(evidence) : unknown('Redis could not be used'));
}

/** A line of INFO. */
function told({ info }: RedisEvidence, name: string, judge: (value: string) => Verdict): Verdict {
  const value = info.kind === 'answer' ? info.value[name] : undefined;
  return value === undefined ? unknown(`it does not answer INFO with ${name}; look at the database's own settings`) : judge(value);
}

/** Of each guarded request: more is felt with every click. */
const SLOW_MS = 50;

export const redisChecks: readonly Check<RedisEvidence>[] = [
  {
    id: 'redis.reachable',
    severity: 'error',
    line: 'Redis answers through its REST API',
    why: 'Without it nobody can sign in, and every guarded request is a 503.',
    todo: 'Check UPSTASH_REDIS_REST_URL, and that this machine may reach it.',
    judge: ({ ping }) => (ping.kind === 'silent' ? wrong(`Redis could not be asked: ${ping.why}`) : ok('Redis answers')),
  },
  {
    id: 'redis.token',
    severity: 'error',
    line: 'Redis accepts our token',
    why: 'Nobody can sign in.',
    todo: 'Set UPSTASH_REDIS_REST_TOKEN to the token of this database (not the read-only one).',
    atStart: true,
    judge({ ping, script }) {
      if (ping.kind === 'silent') return unknown('Redis does not answer');
      if (ping.kind === 'refused') return wrong(ping.code === 'Unauthorized' ? 'Redis refuses our token' : `Redis refuses PING: ${ping.message}`);
      return script.kind === 'refused' && /NOPERM/.test(script.message) ? wrong('Our token may not write (NOPERM)') : ok('Redis accepts our token');
    },
  },
  {
    id: 'redis.refuses-strangers',
    severity: 'error',
    line: 'Redis refuses any other token',
    why: 'Whoever reaches it could end everybody’s sessions and write records that the app believes.',
    todo: 'Give the REST API a token; never leave it open, not even in a network of your own.',
    judge: usable(({ stranger }) => (stranger.kind === 'answer' ? wrong('Redis answers somebody who does not have the token') : stranger.kind === 'silent' ? unknown(stranger.why) : ok('Redis refuses any other token'))),
  },
  {
    id: 'redis.tls',
    severity: 'error',
    line: 'Redis is spoken to over https, unless it is on this machine',
    why: 'The token and everybody’s records would cross the network in the clear.',
    todo: 'Give UPSTASH_REDIS_REST_URL with https://.',
    atStart: true,
    judge: ({ settings: { redis } }) => (isPlain(redis.url) ? wrong('UPSTASH_REDIS_REST_URL is plain http on another machine', isNearby(redis.url) ? { severity: 'warning', todo: NEARBY } : {}) : ok('Redis is not spoken to in the clear')),
  },
  {
    id: 'redis.scripts',
    severity: 'error',
    line: 'Redis runs Lua scripts',
    why: 'Every session operation is one script, so that nothing can come in between.',
    todo: 'Use a Redis whose REST API allows EVAL.',
    atStart: true,
    judge: usable(({ script }) => {
      if (script.kind === 'silent') return unknown(script.why);
      if (script.kind === 'refused') return /NOPERM/.test(script.message) ? unknown('our token may not write; see redis.token') : wrong(`Redis does not run scripts: ${script.message}`);
      return Array.isArray(script.value) && script.value[0] === 'selkie' ? ok('Redis runs scripts') : wrong('A script did not return what it wrote');
    }),
  },
  {
    id: 'redis.version',
    severity: 'error',
    line: 'Redis is version 7 or newer',
    why: 'Older ones get no security fixes, and the sessions’ scripts are tested on 7.',
    todo: 'Upgrade it.',
    judge: usable((evidence) => told(evidence, 'redis_version', (version) => (Number.parseInt(version, 10) >= 7 ? ok(`Redis is version ${version}`) : wrong(`Redis is version ${version}`)))),
  },
  {
    id: 'redis.eviction',
    severity: 'error',
    line: 'Redis evicts nothing (maxmemory-policy noeviction)',
    why: 'An evicted record is a sign-out, and an evicted counter is another 20 guesses.',
    todo: 'Set maxmemory-policy to noeviction (at Upstash: switch eviction off).',
    judge: usable((evidence) => {
      const judge = (policy: string) => (policy === 'noeviction' ? ok('Redis evicts nothing') : wrong(`Redis evicts records when its memory is full (${policy})`));
      return evidence.eviction.kind === 'answer' && evidence.eviction.value !== undefined ? judge(evidence.eviction.value) : told(evidence, 'maxmemory_policy', judge);
    }),
  },
  {
    id: 'redis.persistence',
    severity: 'error',
    line: 'Redis keeps its data over a restart (append-only file)',
    why: 'A restart would sign everybody out and forget all counters of attempts.',
    todo: 'Set appendonly to yes.',
    judge: usable((evidence) =>
      told(evidence, 'aof_enabled', (enabled) => {
        if (enabled === '1') return told(evidence, 'aof_last_write_status', (status) => (status === 'ok' ? ok('Redis keeps an append-only file') : wrong('Redis could not write its append-only file; its disk may be full')));
        return wrong('Redis keeps no append-only file');
      })),
  },
  {
    id: 'redis.latency',
    severity: 'warning',
    line: `Half of the pings come back within ${SLOW_MS} ms`,
    why: `Every guarded request waits for one round trip, and past ${limits.redisTimeoutMs} ms it is a 503.`,
    todo: 'Put Redis into the region of the app.',
    judge: usable(({ pings }) => {
      if (pings.length === 0) return unknown('no ping came back');
      const half = pings[Math.floor(pings.length / 2)]!;
      const told = `Half of ${pings.length} pings came back within ${Math.round(half)} ms`;
      if (half >= limits.redisTimeoutMs) return wrong(`${told}, and the app waits ${limits.redisTimeoutMs} ms`, { severity: 'error' });
      return half > SLOW_MS ? wrong(told) : ok(told);
    }),
  },
];
