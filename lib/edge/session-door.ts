import { Redis } from '@upstash/redis/cloudflare';
import { unsealData } from 'iron-session';
import * as limits from '../core/limits.ts';
import { failureKind } from '../core/observe/failure-kind.ts';
import { observeRedis } from '../core/observe/observe-redis.ts';
import { createCircuitBreaker } from '../core/session/circuit-breaker.ts';
import { readCookie } from '../core/session/cookies.ts';
import { sha256 } from '../core/session/crypto-port.ts';
import type { Environment } from '../core/session/environment.ts';
import { signHandOver } from '../core/session/hand-over.ts';
import { createKeyRing } from '../core/session/key-ring.ts';
import { keyedName } from '../core/session/keyed-name.ts';
import { guardRedis, RedisUnavailable } from '../core/session/redis-port.ts';
import { checkSession } from '../core/session/scripts/check-session.ts';
import { openSessionSeal } from '../core/session/seal.ts';
import { upstashOptions } from '../core/session/upstash-options.ts';
import { logAtEdge, tally } from './tally.ts';

/** The middleware's answer about a request's session. */
export type Knock =
  | { kind: 'live'; handOver: string }
  | { kind: 'absent'; hadCookie: boolean; theft: boolean }
  | { kind: 'unknown' };

/** The first door: one check-and-touch for a cookie that opens, no trip to Redis for anything else. */
export function createSessionDoor(env: Environment): (request: Request, path: string, requestId: string) => Promise<Knock> {
  const ring = createKeyRing(crypto, env.sessionSecrets);
  const client = new Redis(upstashOptions(env.redis, () => AbortSignal.timeout(limits.redisTimeoutMs)));
  const guarded = guardRedis({ eval: (script, keys, args) => client.eval(script, keys, args) }, createCircuitBreaker(), Date.now);
  const redis = observeRedis(guarded, () => performance.now(), (ms, failure) => {
    if (failure !== undefined) tally.add('callFailures', { at: 'edge', dependency: 'redis', kind: failure });
    if (failure !== 'circuit-open') tally.observe('calls', { at: 'edge', dependency: 'redis', outcome: failure === undefined ? 'answered' : 'failed' }, ms / 1000);
  });
  const unseal = async (value: string) => unsealData(value, { password: await ring.passwords('seal-session'), ttl: 0 });

  return async (request, path, requestId) => {
    const cookie = readCookie(request.headers.get('cookie'), 'session', env.cookie);
    const seal = await openSessionSeal(cookie.value, unseal, Date.now());
    if (seal === undefined) return { kind: 'absent', hadCookie: cookie.present, theft: false };
    const cookieHash = await sha256(crypto, seal.id);
    try {
      const check = await checkSession(redis, cookieHash);
      tally.add('sessionChecks', { at: 'edge', outcome: check.kind });
      if (check.kind === 'absent') {
        if (check.reason === 'theft' && check.alarm) {
          logAtEdge(env.log, 'warn', 'audit', { requestId, kind: 'theft-alarm', who: await keyedName(crypto, ring, check.alarm.user) });
        }
        return { kind: 'absent', hadCookie: true, theft: check.reason === 'theft' };
      }
      const binding = { cookieHash, method: request.method, path };
      return { kind: 'live', handOver: await signHandOver(crypto, ring, check, binding, Date.now() + limits.handOverMs) };
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      tally.add('sessionChecks', { at: 'edge', outcome: 'unknown' });
      logAtEdge(env.log, 'warn', 'redis-unavailable', { requestId, reason: failureKind(error) });
      return { kind: 'unknown' };
    }
  };
}
