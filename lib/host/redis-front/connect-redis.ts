import { Redis, type RedisOptions } from 'ioredis';
import { connectionEngine } from '../../local/redis/connection-engine.ts';
import type { Engine } from '../../local/redis/engine.ts';
import { Stop } from '../stop.ts';
import type { FrontSettings } from './front-settings.ts';

/** Longer than Selkie waits for an answer (limits.redisTimeoutMs): whatever is late is not asked for any more. */
const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Connects, and reconnects for ever. While Redis is away every command fails at once, since a request that waits in a
 * queue here would be answered when nobody listens any more; and none is sent a second time by itself.
 * @param say gets a sentence when Redis goes away, and when it is back.
 * @throws Stop when Redis answers and refuses us: that does not mend itself. One that can't be reached does not stop the start.
 */
export async function connectRedis({ redis: settings }: Pick<FrontSettings, 'redis'>, say: (sentence: string) => void): Promise<Engine> {
  const redis = new Redis(optionsOf(settings));
  let lastError: Error | undefined;
  let isAway = false;
  redis.on('error', (error: Error) => (lastError = error));
  redis.on('close', () => {
    if (!isAway) say(`Redis does not answer${lastError === undefined ? '' : ` (${lastError.message})`}${settings.tls === undefined ? '' : '; REDIS_URL begins with rediss://, so it must speak TLS there'}; trying again until it does.`);
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) say('Redis answers again.');
    isAway = false;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    const refusal = refusalOf(lastError, error as Error);
    if (refusal !== undefined) {
      redis.disconnect();
      throw new Stop(refusal);
    }
  }
  return connectionEngine(redis, async () => {
    await redis.quit().catch(() => redis.disconnect());
  });
}

function optionsOf(settings: FrontSettings['redis']): RedisOptions {
  const { host, port, sentinel, tls, ...rest } = settings;
  return {
    ...rest,
    ...(tls !== undefined && { tls }),
    ...(sentinel === undefined
      ? { host, port }
      : {
          name: sentinel.name, sentinels: sentinel.hosts, sentinelRetryStrategy: retry,
          ...(sentinel.password !== undefined && { sentinelPassword: sentinel.password }),
          ...(tls !== undefined && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
        }),
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: retry,
    // After a failover the old master may come back as a replica, over a connection that never broke.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    keepAlive: 10_000,
  };
}

const retry = (times: number): number => Math.min(times * 50, 500);

/** A sentence when one of the errors says that trying again is of no use. */
function refusalOf(...errors: (Error | undefined)[]): string | undefined {
  const text = errors.map((error) => `${(error as NodeJS.ErrnoException | undefined)?.code ?? ''} ${error?.message ?? ''}`).join(' ');
  if (/WRONGPASS|NOAUTH|invalid password|no password is set/i.test(text)) return 'Redis refuses the user or the password in REDIS_URL.';
  if (/NOPERM/.test(text)) return 'The Redis user in REDIS_URL may not do what Selkie needs: give it the rights in lib/infra/hosts/redis.conf.';
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/i.test(text)) return "Redis's certificate is not trusted, has run out, or is for another name: set REDIS_CA_FILE to the certificate of your own authority, and use the name that the certificate is for.";
  if (/DB index is out of range/.test(text)) return 'REDIS_URL names a database that Redis does not have; leave the number out.';
  return undefined;
}
