import { expect, test } from 'vitest';
import { planFaults } from './fault-plan.ts';

test('ten minutes: a kill every 20 s, a minute without S3, a minute without Cognito, Redis once, a new build, then calm', () => {
  expect(planFaults(600_000)).toEqual({
    killEveryMs: 20_000, restartMs: 1_000, redisAtMs: 150_000, redisDownMs: 3_000, s3: { fromMs: 240_000, toMs: 300_000 }, cognito: { fromMs: 360_000, toMs: 420_000 },
    rollAtMs: 500_000, calmFromMs: 560_000,
  });
});

test('however short the run, no two of S3, Cognito and Redis are away at once, and it ends in calm', () => {
  for (const totalMs of [6_000, 30_000, 60_000, 599_000, 3_600_000]) {
    const { redisAtMs, redisDownMs, s3, cognito, rollAtMs, calmFromMs } = planFaults(totalMs);
    const order = [0, redisAtMs, redisAtMs + redisDownMs, s3.fromMs, s3.toMs, cognito.fromMs, cognito.toMs, rollAtMs, calmFromMs, totalMs];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
});
