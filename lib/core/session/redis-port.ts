import type { CircuitBreaker } from './circuit-breaker.ts';

/** Redis as sessions see it: one Lua script, one round trip. `Redis` of @upstash/redis and ioredis both fit behind it. */
export interface RedisPort {
  /** Runs the script atomically. Rejects with `RedisUnavailable` when there is no answer to rely on. */
  eval(script: string, keys: string[], args: string[]): Promise<unknown>;
}

/** Redis did not answer, or answered nonsense: nothing is known. Never the same as "there is no session". */
export class RedisUnavailable extends Error {
  constructor(readonly reason: string) {
    super(`Redis did not answer (${reason}).`);
    this.name = 'RedisUnavailable';
  }
}

/** Seconds for `Retry-After` while Redis does not answer: about as long as the breaker stays open. */
export const RETRY_AFTER_SECONDS = 2;

/**
 * Puts the breaker before a port and turns every failure into `RedisUnavailable`. The client's own error
 * texts quote the whole command, arguments included, so only their first words survive.
 */
export function guardRedis(port: RedisPort, breaker: CircuitBreaker, now: () => number): RedisPort {
  return {
    async eval(script, keys, args) {
      if (!breaker.admits(now())) throw new RedisUnavailable('circuit open');
      try {
        const reply = await port.eval(script, keys, args);
        breaker.succeeded();
        return reply;
      } catch (error) {
        breaker.failed(now());
        throw new RedisUnavailable(reasonOf(error));
      }
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  // What `fetch` throws when there is no connection.
  if (error.name === 'TypeError') return 'no connection';
  if (error.name !== 'UpstashError') return error.name;
  return error.message.split(', command was:')[0]!.slice(0, 160);
}

/** `replyList`, whose first item must be one of the script's own words: an empty or foreign list says nothing about anybody. */
export function statusReply<Status extends string>(reply: unknown, statuses: readonly Status[]): [Status, ...string[]] {
  const [first, ...rest] = replyList(reply);
  const status = statuses.find((word) => word === first);
  if (status === undefined) throw new RedisUnavailable('unexpected reply');
  return [status, ...rest];
}

/**
 * A script's reply as flat strings. Engines differ in how they send the empty value inside a table (null,
 * false) and numbers; our scripts send strings, so anything else than a list is no answer.
 */
export function replyList(reply: unknown): string[] {
  if (!Array.isArray(reply)) throw new RedisUnavailable('unexpected reply');
  return reply.map((item: unknown) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number') return String(item);
    if (item === null || item === false || item === undefined) return '';
    throw new RedisUnavailable('unexpected reply');
  });
}
