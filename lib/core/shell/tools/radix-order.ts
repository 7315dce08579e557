/** Elements between two looks at the clock. */
const TURN = 32_768;
const DIGITS = 65_536;

/**
 * The numbers 0, 1, … in the order of `ranks`: by the first, equal ones by the second and so on, at last in their own order.
 * Counting from the last sixteen bits up (Knuth, TAOCP 3, 5.2.5), so no two elements are ever compared. @param breathe asked now and then.
 */
export async function radixOrder(ranks: readonly Uint32Array[], breathe: () => Promise<void> | undefined): Promise<Uint32Array> {
  const length = ranks[0]?.length ?? 0;
  let from = new Uint32Array(length);
  for (let at = 0; at < length; at += 1) from[at] = at;
  let to = new Uint32Array(length);
  const digits = new Uint16Array(length);
  const places = new Uint32Array(DIGITS + 1);
  for (const rank of [...ranks].reverse()) {
    for (const shift of [0, 16]) {
      places.fill(0);
      for (let start = 0; start < length; start += TURN) {
        countDigits(rank, shift, digits, places, start, Math.min(length, start + TURN));
        await breathe();
      }
      // All alike: nothing moves.
      if (places[(digits[0] ?? 0) + 1] === length) continue;
      for (let digit = 0; digit < DIGITS; digit += 1) places[digit + 1]! += places[digit] as number;
      for (let start = 0; start < length; start += TURN) {
        place(from, to, digits, places, start, Math.min(length, start + TURN));
        await breathe();
      }
      [from, to] = [to, from];
    }
  }
  return from;
}

function countDigits(rank: Uint32Array, shift: number, digits: Uint16Array, places: Uint32Array, start: number, end: number): void {
  for (let at = start; at < end; at += 1) {
    const digit = ((rank[at] as number) >>> shift) & 0xffff;
    digits[at] = digit;
    places[digit + 1]! += 1;
  }
}

function place(from: Uint32Array, to: Uint32Array, digits: Uint16Array, places: Uint32Array, start: number, end: number): void {
  for (let at = start; at < end; at += 1) {
    const element = from[at] as number;
    const digit = digits[element] as number;
    to[places[digit] as number] = element;
    places[digit]! += 1;
  }
}
