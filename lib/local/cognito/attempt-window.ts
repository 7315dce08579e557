import * as limits from '../../core/limits.ts';
import { refuse } from './service-error.ts';

/**
 * Counts events by name in a sliding window, in memory: a restart forgets them, which an attacker on loopback
 * could do anyway. Cognito allows between 5 and 20 requests for, or entries of, a code in an hour for a person.
 */
export interface AttemptWindow {
  /** Throws LimitExceededException once the window is full. */
  require(name: string): void;
  add(name: string): void;
  forget(name: string): void;
}

export function createAttemptWindow(options: { max: number; windowMs: number; now: () => number }): AttemptWindow {
  const times = new Map<string, number[]>();
  const recent = (name: string) => (times.get(name) ?? []).filter((time) => time > options.now() - options.windowMs);
  return {
    require(name) {
      if (recent(name).length >= options.max) throw refuse.limitExceeded();
    },
    add(name) {
      const kept = [...recent(name), options.now()];
      times.delete(name);
      times.set(name, kept);
      for (const oldest of times.keys()) {
        if (times.size <= limits.cognitoCountersMax) break;
        times.delete(oldest);
      }
    },
    forget: (name) => void times.delete(name),
  };
}
