import { Redis, type ChainableCommander } from 'ioredis';
import { EngineUnreachable, type Command, type Engine, type Outcome, type Reply } from './engine.ts';
import { startRedisServer } from './redis-server-process.ts';

/** Commands over one connection to our own `redis-server`. Replies come as bytes, so binary values stay whole. */
export async function openRedisServerEngine(options: { dataDir: string; now: () => number; warn: (sentence: string) => void }): Promise<Engine> {
  const server = await startRedisServer(options);
  const redis = new Redis({ path: server.socket, maxRetriesPerRequest: 1, retryStrategy: (times) => Math.min(times * 50, 500), lazyConnect: true });
  // Each failed command tells its own caller; without a listener ioredis would print every one as well.
  redis.on('error', () => undefined);
  await redis.connect();

  const send = async (chain: ChainableCommander, commands: readonly Command[]) => {
    for (const [name, ...parameters] of commands) chain.callBuffer(name, ...parameters);
    return chain.exec();
  };
  return {
    kind: 'redis-server',
    async pipeline(commands) {
      return ((await send(redis.pipeline(), commands)) ?? []).map(outcome);
    },
    async transaction(commands) {
      try {
        return ((await send(redis.multi(), commands)) ?? []).map(outcome);
      } catch (error) {
        return { error: replyError(error) };
      }
    },
    async close() {
      redis.disconnect();
      await server.close();
    },
  };
}

function outcome([error, reply]: [Error | null, unknown]): Outcome {
  return error === null ? { reply: reply as Reply } : { error: replyError(error) };
}

/** Redis's own words; anything else means that it did not answer. */
function replyError(error: unknown): string {
  if (error instanceof Error && error.name === 'ReplyError') return error.message;
  throw new EngineUnreachable('redis-server did not answer', { cause: error });
}
