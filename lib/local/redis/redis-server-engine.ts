import { Redis } from 'ioredis';
import { connectionEngine } from './connection-engine.ts';
import type { Engine } from './engine.ts';
import { startRedisServer } from './redis-server-process.ts';

/** Our own `redis-server`, over a Unix socket. */
export async function openRedisServerEngine(options: { dataDir: string; now: () => number; warn: (sentence: string) => void }): Promise<Engine> {
  const server = await startRedisServer(options);
  const redis = new Redis({ path: server.socket, maxRetriesPerRequest: 1, retryStrategy: (times) => Math.min(times * 50, 500), lazyConnect: true });
  // Each failed command tells its own caller; without a listener ioredis would print every one as well.
  redis.on('error', () => undefined);
  await redis.connect();
  return connectionEngine(redis, async () => {
    redis.disconnect();
    await server.close();
  });
}
