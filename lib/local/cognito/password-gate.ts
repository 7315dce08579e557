import * as limits from '../../core/limits.ts';

/**
 * Cognito's lock-out ("Lockout behavior for failed sign-in attempts" in the developer guide): from the fifth
 * wrong password on, a name is locked for 2^(n-5) seconds, at most about 15 minutes. Attempts while it is locked
 * do not count. A right password, or 15 minutes without any attempt, starts afresh.
 *
 * Guesses at one name run one after another: if they ran together, a burst would be judged before the first
 * failure was counted. Names that belong to nobody are counted too, or the lock-out would tell who exists.
 */
export interface PasswordGate {
  /** Runs `check` unless the name is locked. */
  attempt(name: string, check: () => Promise<boolean>): Promise<'right' | 'wrong' | 'locked'>;
}

const LONGEST_MS = 15 * 60 * 1000;
const FREE_FAILURES = 5;

export function createPasswordGate(now: () => number): PasswordGate {
  const failures = new Map<string, { count: number; lockedUntil: number; lastAt: number }>();
  const lines = new Map<string, Promise<unknown>>();

  const judge = async (name: string, check: () => Promise<boolean>) => {
    const before = failures.get(name);
    if (before !== undefined && now() < before.lockedUntil) return 'locked';
    const isRight = await check();
    failures.delete(name);
    if (isRight) return 'right';
    const isStale = before === undefined || now() - Math.max(before.lastAt, before.lockedUntil) >= LONGEST_MS;
    const count = isStale ? 1 : before.count + 1;
    const lockedMs = count < FREE_FAILURES ? 0 : Math.min(1000 * 2 ** (count - FREE_FAILURES), LONGEST_MS);
    failures.set(name, { count, lockedUntil: now() + lockedMs, lastAt: now() });
    for (const oldest of failures.keys()) {
      if (failures.size <= limits.cognitoCountersMax) break;
      failures.delete(oldest);
    }
    return 'wrong';
  };

  return {
    attempt(name, check) {
      const turn = (lines.get(name) ?? Promise.resolve()).then(() => judge(name, check));
      const settled = turn.catch(() => undefined).then(() => {
        if (lines.get(name) === settled) lines.delete(name);
      });
      lines.set(name, settled);
      return turn;
    },
  };
}
