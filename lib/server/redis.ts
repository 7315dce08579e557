import 'server-only';
import { Redis } from '@upstash/redis';
import * as limits from '../core/limits.ts';
import { createCircuitBreaker } from '../core/session/circuit-breaker.ts';
import { observeRedis } from '../core/observe/observe-redis.ts';
import { guardRedis, type RedisPort } from '../core/session/redis-port.ts';
import { upstashOptions } from '../core/session/upstash-options.ts';
import { serverEnv } from './env.ts';
import { noteCall } from './observe/note-call.ts';

let port: RedisPort | undefined;

/** The one way from the Node side to Redis; rejects with `RedisUnavailable` and nothing else. */
export function redis(): RedisPort {
  if (port === undefined) {
    const client = new Redis(upstashOptions(serverEnv().redis, () => AbortSignal.timeout(limits.redisTimeoutMs)));
    const guarded = guardRedis({ eval: (script, keys, args) => client.eval(script, keys, args) }, createCircuitBreaker(), Date.now);
    port = observeRedis(guarded, () => performance.now(), (ms, failure) => noteCall('redis', 'eval', ms, failure));
  }
  return port;
}
