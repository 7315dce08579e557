import 'server-only';
import { Redis } from '@upstash/redis';
import { limits } from '../core/limits.ts';
import { createCircuitBreaker } from '../core/session/circuit-breaker.ts';
import { guardRedis, type RedisPort } from '../core/session/redis-port.ts';
import { upstashOptions } from '../core/session/upstash-options.ts';
import { serverEnv } from './env.ts';

let port: RedisPort | undefined;

/** The one way from the Node side to Redis; rejects with `RedisUnavailable` and nothing else. */
export function redis(): RedisPort {
  if (port === undefined) {
    const client = new Redis(upstashOptions(serverEnv().redis, () => AbortSignal.timeout(limits.redisTimeoutMs)));
    port = guardRedis({ eval: (script, keys, args) => client.eval(script, keys, args) }, createCircuitBreaker(), Date.now);
  }
  return port;
}
