import type { ChainableCommander, Redis } from 'ioredis';
import { EngineUnreachable, type Command, type Engine, type Outcome, type Reply } from './engine.ts';

/** Commands over one connection to a Redis. Replies come as bytes, so binary values stay whole. */
export function connectionEngine(redis: Redis, close: () => Promise<void>): Engine {
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
    close,
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
