import { ok, unknown, wrong, type Check } from './check.ts';
import type { ClockReading } from './context.ts';

/** Tokens are judged by the second; S3 refuses signatures 15 minutes off, Cognito 5. */
const MOST_MS = 30_000;

/** Run last: the readings are gathered on the way. */
export const clockChecks: readonly Check<readonly ClockReading[]>[] = [
  {
    id: 'clock.services',
    severity: 'error',
    line: 'This machine and every service agree on the time to half a minute',
    why: 'Tokens count as expired or as not yet valid, sessions end early or late, and AWS refuses what is signed.',
    todo: 'Let a time service (chrony, systemd-timesyncd) set the clock of whoever is off.',
    atStart: true,
    judge(readings) {
      if (readings.length === 0) return unknown('no service said what the time is');
      const off = readings.filter(({ aheadMs, uncertainMs }) => Math.abs(aheadMs) - uncertainMs > MOST_MS);
      if (off.length === 0) return ok(`${readings.map(({ whose }) => whose).join(', ')} and this machine agree on the time`);
      const apart = (aheadMs: number) => `${span(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
      // When all of them are off, it is we.
      if (off.length === readings.length && readings.length > 1) return wrong(`This machine's clock is ${apart(-off[0]!.aheadMs)} the services`);
      return wrong(off.map(({ whose, aheadMs }) => `The clock of ${whose} is ${apart(aheadMs)} this machine's`).join('; '));
    },
  },
];

function span(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 2) return `${Math.round(ms / 1000)} seconds`;
  return minutes < 120 ? `${Math.round(minutes)} minutes` : `${Math.round(minutes / 60)} hours`;
}
