/** Elements between two looks at the clock. */
const TURN = 32_768;
const DIGITS = 65_536;

/**
 * The numbers 0, 1, … in the order of `ranks`: by the first, equal ones by the second and so on, at last in their own order.
 * Counting from the last sixteen bits up (Knuth, TAOCP 3, 5.2.5), so no two elements are ever compared. Each rank is a whole
 * number below 2^32. @param breathe asked now and then.
 */
export async function radixOrder(ranks: readonly Float64Array[], breathe: () => Promise<void> | undefined): Promise<Uint32Array> {
  const length = ranks[0]?.length ?? 0;
  let from = new Uint32Array(length);
  for (let at = 0; at < length; at += 1) from[at] = at;
  let to = new Uint32Array(length);
  const digits = new Uint16Array(length);
  for (const rank of [...ranks].reverse()) {
    for (const isHigh of [false, true]) {
      const places = new Uint32Array(DIGITS + 1);
      for (let at = 0; at < length; at += 1) {
        const bits = rank[at] as number >>> 0;
        const digit = isHigh ? bits >>> 16 : bits & 0xffff;
        digits[at] = digit;
        places[digit + 1]! += 1;
        if (at % TURN === TURN - 1) await breathe();
      }
      // All alike: nothing moves.
      if (places[(digits[0] ?? 0) + 1] === length) continue;
      for (let digit = 0; digit < DIGITS; digit += 1) places[digit + 1]! += places[digit] as number;
      for (let at = 0; at < length; at += 1) {
        const element = from[at] as number;
        const digit = digits[element] as number;
        to[places[digit] as number] = element;
        places[digit]! += 1;
        if (at % TURN === TURN - 1) await breathe();
      }
      [from, to] = [to, from];
    }
  }
  return from;
}
