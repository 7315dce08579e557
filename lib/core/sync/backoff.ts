/**
 * Milliseconds to wait before attempt `failures + 1`: full jitter over a doubling ceiling, so that many browsers
 * coming back after an outage do not come back together (AWS Architecture Blog, "Exponential backoff and jitter").
 *
 * @param random in [0,1). @param atLeastMs what the server asked for.
 */
export function backoffMs(failures: number, random: number, atLeastMs = 0): number {
  const ceiling = Math.min(60_000, 1000 * 2 ** Math.min(failures, 16));
  return atLeastMs + Math.floor(random * ceiling);
}
