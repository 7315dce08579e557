import { Redis, type RedisOptions } from 'ioredis';
import { connectionEngine } from '../../local/redis/connection-engine.ts';
import type { Engine } from '../../local/redis/engine.ts';
import { Stop } from '../stop.ts';
import type { FrontSettings } from './front-settings.ts';

/** Longer than Selkie waits for an answer (limits.redisTimeoutMs): whatever is late is not asked for any more. */
const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** A connection that is left is not waited for: the other end may be gone without a word. */
const PARTING_MS = 200;

/**
 * Connects, and reconnects for ever. While Redis is away every command fails at once, since a request that waits in a
 * queue here would be answered when nobody listens any more; and none is sent a second time by itself. With Sentinel the
 * master is asked for at each connection, and the connection is left as soon as a Sentinel names another one: the old master
 * may hang, or be cut off from the rest, without ending it.
 * @param say gets a sentence when Redis goes away, and when it is back.
 * @throws Stop when Redis or a Sentinel answers and refuses us: that does not mend itself. One that can't be reached does not stop the start.
 */
export async function connectRedis({ redis: settings }: Pick<FrontSettings, 'redis'>, say: (sentence: string) => void): Promise<Engine> {
  const redis = new Redis(optionsOf(settings));
  let lastError: Error | undefined;
  let isAway = false;
  const sentinels = new Set<string>();
  const goneAway = () => {
    if (!isAway) say(`Redis does not answer${lastError === undefined ? '' : ` (${lastError.message})`}${settings.tls === undefined ? '' : '; REDIS_URL begins with rediss://, so it must speak TLS there'}; trying again until it does.`);
    isAway = true;
  };
  redis.on('error', (error: Error) => (lastError = error));
  // ioredis tells it apart; its types do not know of it.
  (redis as { on(event: string, listener: (error: Error) => void): unknown }).on('sentinelError', (error) => sentinels.add(error.message));
  redis.on('close', goneAway);
  let isClosing = false;
  // A Sentinel that names the new master while ioredis is looking for it ends the search for good (5.11): begun again, by us.
  redis.on('end', () => {
    if (!isClosing) setTimeout(() => redis.connect().catch(() => undefined), retry(1));
  });
  redis.on('ready', () => {
    if (isAway) say('Redis answers again.');
    isAway = false;
    lastError = undefined;
  });
  try {
    await firstAnswer(redis);
  } catch (error) {
    const refusal = refusalOfSentinel(settings.sentinel?.name, [...sentinels]) ?? refusalOf(lastError, error as Error);
    if (refusal !== undefined) {
      isClosing = true;
      redis.disconnect();
      throw new Stop(refusal);
    }
    goneAway();
  }
  return leaveSilentOnes(redis, connectionEngine(redis, async () => {
    isClosing = true;
    await redis.quit().catch(() => redis.disconnect());
  }));
}

/**
 * A machine that is lost, or cut off, closes no connection: one that leaves a question without an answer is left, so that the
 * next one leads to whoever is there now. By ourselves, because the timer that ioredis has for it (`socketTimeout`, 5.11)
 * outlives the connection that it was wound up for, and ends the next one.
 */
function leaveSilentOnes(redis: Redis, engine: Engine): Engine {
  const watch = async <T>(asked: Promise<T>): Promise<T> => {
    const { stream } = redis;
    return asked.catch((error: unknown) => {
      // Several wait for one silent connection; the next one is not to be left for what the first did.
      if (redis.stream === stream && redis.status === 'ready' && isTimeout(error)) redis.disconnect(true);
      throw error;
    });
  };
  return { ...engine, pipeline: (commands) => watch(engine.pipeline(commands)), transaction: (commands) => watch(engine.transaction(commands)) };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && error.cause.message === 'Command timed out';
}

/** An error comes when no Sentinel of the list had an answer; ioredis then goes on asking for ever, and `connect` says nothing. */
async function firstAnswer(redis: Redis): Promise<void> {
  const connected = redis.connect().then(() => redis.ping());
  connected.catch(() => undefined);
  await Promise.race([connected, new Promise((_, reject) => redis.once('error', reject))]);
}

function optionsOf(settings: FrontSettings['redis']): RedisOptions {
  const { host, port, sentinel, tls, ...rest } = settings;
  return {
    ...rest,
    ...(tls !== undefined && { tls }),
    ...(sentinel === undefined
      ? { host, port }
      : {
          name: sentinel.name, sentinels: sentinel.hosts, sentinelRetryStrategy: retry, sentinelReconnectStrategy: retry, sentinelCommandTimeout: COMMAND_TIMEOUT_MS, failoverDetector: true,
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
    disconnectTimeout: PARTING_MS,
    keepAlive: 10_000,
  };
}

/** A sentence when all Sentinels that answered say something that trying again does not change. */
function refusalOfSentinel(name: string | undefined, said: readonly string[]): string | undefined {
  if (name === undefined || said.length === 0) return undefined;
  if (said.some((text) => /WRONGPASS|NOAUTH|invalid password|no password is set/i.test(text))) return 'The Sentinels refuse the password in REDIS_SENTINEL_PASSWORD: set it to `requirepass` of sentinel.conf.';
  if (said.some((text) => /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/i.test(text))) return "The Sentinels' certificate is not trusted, has run out, or is for another name: with rediss:// they must speak TLS as well, with a certificate of the same authority.";
  return said.every((text) => /invalid reply: null$|No such master with that name/.test(text)) ? `No Sentinel knows a master called ${name}: set REDIS_SENTINEL_NAME to the name that follows \`sentinel monitor\`.` : undefined;
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
