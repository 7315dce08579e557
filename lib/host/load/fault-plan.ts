/** What is done to the deployment, and when; all times in milliseconds from the first act. */
export interface FaultPlan {
  /** An instance is killed at each multiple of this, one after the other, and started again `restartMs` later. */
  killEveryMs: number;
  restartMs: number;
  /** redis-server is stopped at `redisAtMs` for `redisDownMs`. */
  redisAtMs: number;
  redisDownMs: number;
  s3: { fromMs: number; toMs: number };
  cognito: { fromMs: number; toMs: number };
  /** The instances are replaced by a new build, one by one, beginning here. */
  rollAtMs: number;
  /** Nothing is broken from here on. */
  calmFromMs: number;
}

const MINUTE = 60_000;

/**
 * The run of ten minutes: a kill every 20 s; Redis restarted at 2:30; S3 failing from 4:00 to 5:00, Cognito from 6:00 to 7:00; a new
 * build at 8:20; calm from 9:20. A shorter run is the same, pressed together; kills stay far enough apart for a start between them.
 */
export function planFaults(totalMs: number): FaultPlan {
  const part = Math.min(1, totalMs / (10 * MINUTE));
  return {
    killEveryMs: Math.max(20_000 * part, 8_000), restartMs: 1_000,
    redisAtMs: 2.5 * MINUTE * part, redisDownMs: Math.max(3_000 * part, 500),
    s3: { fromMs: 4 * MINUTE * part, toMs: 5 * MINUTE * part },
    cognito: { fromMs: 6 * MINUTE * part, toMs: 7 * MINUTE * part },
    rollAtMs: 500_000 * part,
    calmFromMs: 560_000 * part,
  };
}
