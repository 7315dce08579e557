import type { RedisPort } from '../session/redis-port.ts';
import { failureKind, type FailureKind } from './failure-kind.ts';

/** Tells `note` of each call: how long it took, and why it failed if it did. A call that the breaker held back took no time. */
export function observeRedis(port: RedisPort, now: () => number, note: (ms: number, failure: FailureKind | undefined) => void): RedisPort {
  return {
    async eval(script, keys, args) {
      const began = now();
      try {
        const reply = await port.eval(script, keys, args);
        note(now() - began, undefined);
        return reply;
      } catch (error) {
        note(now() - began, failureKind(error));
        throw error;
      }
    },
  };
}
