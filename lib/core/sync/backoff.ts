/**
 * Milliseconds to wait before attempt `failures + 1`: full jitter over a doubling ceiling, so that many browsers
 * coming back after an outage do not come back together (AWS Architecture Blog, "Exponential backoff and jitter").
 *
 * @param random in [0,1). @param atLeastMs what the server asked for.
 */
export function backoffMs(failures: number, random: number, atLeastMs = 0): number {
  // A person who looks at the page should not wait much longer than the outage lasted; a hidden page polls slower anyway.
  const ceiling = Math.min(12_000, 1000 * 2 ** Math.min(failures, 16));
  return atLeastMs + Math.floor(random * ceiling);
}
