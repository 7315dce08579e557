import type { Run } from '../run.ts';

/** The longest that one timer is asked for: browsers hold timers back, and a closed laptop stops them. */
const STEP_MS = 60_000;

/** Resolves once so many milliseconds have gone by; `isOver` ends it at its next look. */
export async function pause(run: Run, milliseconds: number, isOver?: () => boolean): Promise<void> {
  const until = run.monotonic() + milliseconds;
  for (let left = milliseconds; left > 0 && isOver?.() !== true; left = until - run.monotonic()) await run.delay(Math.min(left, STEP_MS));
}

/** `2`, `0.5s`, `3m`, `1h`, `1d`, `infinity` as milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  if (match === null) return undefined;
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] || 's'] ?? 1;
  return Number(match[1]) * unit * 1000;
}
