import { PAUSE } from './code.ts';
import type { Machine } from './machine.ts';

const RUN = 64;

/** A stable merge sort that lets the page have its turn; the list itself is not changed. */
export function* sortSteps<T>(machine: Machine, list: readonly T[], compare: (left: T, right: T) => number): Generator<typeof PAUSE, readonly T[], void> {
  let from: T[] = [];
  for (let at = 0; at < list.length; at += RUN) {
    if (machine.tick()) yield PAUSE;
    for (const item of list.slice(at, at + RUN).sort(compare)) from.push(item);
  }
  for (let width = RUN; width < from.length; width *= 2) {
    const to: T[] = [];
    for (let start = 0; start < from.length; start += width * 2) {
      const [middle, end] = [Math.min(start + width, from.length), Math.min(start + width * 2, from.length)];
      let [left, right] = [start, middle];
      while (left < middle || right < end) {
        if (machine.tick()) yield PAUSE;
        const isLeft = right >= end || (left < middle && compare(from[left] as T, from[right] as T) <= 0);
        to.push(from[isLeft ? left : right] as T);
        if (isLeft) left += 1;
        else right += 1;
      }
    }
    from = to;
  }
  return from;
}
