/** Below this a run is sorted by insertion. */
const RUN = 12;

/**
 * The numbers of `order` sorted by `compare`, which must be steady; equal ones keep their places. Merging from below, in
 * steps that yield. Rejected: the built-in sort with a comparison, which is several times slower and holds the page.
 */
export async function mergeOrder(order: Uint32Array, compare: (left: number, right: number) => number, breathe: () => Promise<void> | undefined): Promise<Uint32Array> {
  const { length } = order;
  let from = order;
  for (let start = 0; start < length; start += RUN) {
    const end = Math.min(start + RUN, length);
    for (let at = start + 1; at < end; at += 1) {
      const value = from[at] as number;
      let place = at - 1;
      for (; place >= start && compare(from[place] as number, value) > 0; place -= 1) from[place + 1] = from[place] as number;
      from[place + 1] = value;
    }
    if (start % (RUN * 64) === 0) {
      const rest = breathe();
      if (rest !== undefined) await rest;
    }
  }
  let to: Uint32Array = new Uint32Array(length);
  for (let width = RUN; width < length; width *= 2) {
    let untilRest = 2_048;
    for (let start = 0; start < length; start += width * 2) {
      const middle = Math.min(start + width, length);
      const end = Math.min(start + width * 2, length);
      let [left, right, out] = [start, middle, start];
      // Runs that are in order already, as in a sorted file.
      if (middle >= end || compare(from[middle - 1] as number, from[middle] as number) <= 0) {
        to.set(from.subarray(start, end), start);
        continue;
      }
      while (left < middle && right < end) {
        const stop = Math.min(end, out + untilRest);
        for (; out < stop && left < middle && right < end; out += 1) {
          if (compare(from[left] as number, from[right] as number) <= 0) {
            to[out] = from[left] as number;
            left += 1;
          } else {
            to[out] = from[right] as number;
            right += 1;
          }
        }
        const rest = breathe();
        if (rest !== undefined) await rest;
        untilRest = 2_048;
      }
      to.set(from.subarray(left, middle), out);
      to.set(from.subarray(right, end), out + middle - left);
    }
    [from, to] = [to, from];
  }
  return from;
}
