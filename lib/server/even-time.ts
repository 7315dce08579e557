import 'server-only';
import { setTimeout as wait } from 'node:timers/promises';
import * as limits from '../core/limits.ts';

/**
 * Starts a clock; the returned function resolves when the time since then is a whole multiple of
 * `limits.evenAnswerMs`. An answer that must not tell whether an account exists waits for it: Cognito sends a
 * mail for one and not for the other, and that takes longer.
 */
export function evenTime(): () => Promise<void> {
  const startedMs = performance.now();
  return async () => {
    const step = limits.evenAnswerMs;
    await wait(step - ((performance.now() - startedMs) % step));
  };
}
