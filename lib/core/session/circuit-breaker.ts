/**
 * Stops asking a dependency that does not answer, so that an outage costs each request nothing rather than a
 * full timeout. closed → (5 failures in a row) → open for 2 s → one probe → closed, or open again. Pure: the
 * caller brings the clock, so a test turns it.
 */
export const BREAKER_FAILURES = 5;
export const BREAKER_OPEN_MS = 2_000;

export interface CircuitBreaker {
  /** Whether a call may go out at `nowMs`; in the half-open state only the first one may. */
  admits(nowMs: number): boolean;
  succeeded(): void;
  failed(nowMs: number): void;
}

export function createCircuitBreaker(): CircuitBreaker {
  let failures = 0;
  let openUntilMs = 0;
  return {
    admits(nowMs) {
      if (failures < BREAKER_FAILURES) return true;
      if (nowMs < openUntilMs) return false;
      // The probe holds the door for as long as it may take; if it never reports, the next one goes after that.
      openUntilMs = nowMs + BREAKER_OPEN_MS;
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed(nowMs) {
      failures += 1;
      if (failures >= BREAKER_FAILURES) openUntilMs = nowMs + BREAKER_OPEN_MS;
    },
  };
}
