import * as limits from '../limits.ts';

/** `lines` stand where `count` lines from `at` on stood in the base. */
export interface LineChange {
  at: number;
  count: number;
  lines: string[];
}

/**
 * What was done to `base` to make `text` of it, in order, with at least one untouched line between two changes;
 * undefined when more lines differ than can be compared. The shortest way by Myers ("An O(ND) Difference Algorithm",
 * 1986), the method of git.
 * Rejected: Hunt and McIlroy's (node-diff3): its time grows with the cube of equal lines, and a few thousand blank ones held
 * the page for minutes.
 */
export function lineChanges(base: readonly string[], text: readonly string[]): LineChange[] | undefined {
  let start = 0;
  while (start < base.length && start < text.length && base[start] === text[start]) start++;
  let [baseEnd, textEnd] = [base.length, text.length];
  while (baseEnd > start && textEnd > start && base[baseEnd - 1] === text[textEnd - 1]) {
    baseEnd--;
    textEnd--;
  }
  const way = shortestWay(base.slice(start, baseEnd), text.slice(start, textEnd));
  if (way === undefined) return undefined;
  const changes: LineChange[] = [];
  let [x, y] = [0, 0];
  for (const [nextX, nextY] of [...way, [baseEnd - start, textEnd - start] as const]) {
    if (nextX > x || nextY > y) changes.push({ at: start + x, count: nextX - x, lines: text.slice(start + y, start + nextY) });
    [x, y] = [nextX + 1, nextY + 1];
  }
  return changes;
}

/** The same with the texts laid side by side from their ends: where lines repeat it may find other places. */
export function lineChangesFromBack(base: readonly string[], text: readonly string[]): LineChange[] | undefined {
  const changes = lineChanges(base.toReversed(), text.toReversed());
  return changes?.reverse().map(({ at, count, lines }) => ({ at: base.length - at - count, count, lines: lines.toReversed() }));
}

/** The same with whatever is only added or only removed as far down as it can go without meeting the next change; as git shows it. */
export function slideDown(base: readonly string[], changes: readonly LineChange[]): LineChange[] {
  const slid: LineChange[] = [];
  let next = base.length + 1;
  for (const change of changes.toReversed()) {
    let { at } = change;
    const { count } = change;
    const lines = [...change.lines];
    while (at + count + 1 < next && base[at + count] === (count === 0 ? lines[0] : base[at]) && (count === 0 || lines.length === 0)) {
      if (count === 0) lines.push(lines.shift() ?? '');
      at++;
    }
    slid.push({ at, count, lines });
    next = at;
  }
  return slid.reverse();
}

/** The pairs of lines that stay, in order. */
function shortestWay(a: readonly string[], b: readonly string[]): [number, number][] | undefined {
  // furthest[k + 1 + d] of step d: how far on diagonal k (= x - y) `d` insertions and removals lead.
  const steps: Int32Array[] = [];
  let last = new Int32Array(3);
  for (let d = 0; ; d++) {
    if (d > limits.mergeMaxChanges) return undefined;
    const furthest = new Int32Array(2 * d + 3);
    steps.push(furthest);
    for (let k = -d; k <= d; k += 2) {
      const down = d === 0 ? 0 : k === d ? -1 : last[k + 1 + d]!;
      const right = d === 0 || k === -d ? -1 : last[k - 1 + d]! + 1;
      let x = Math.max(down, right);
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[k + 1 + d] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(steps, a.length, b.length);
    }
    last = furthest;
  }
}

function walkBack(steps: readonly Int32Array[], aLength: number, bLength: number): [number, number][] {
  const pairs: [number, number][] = [];
  let [x, y] = [aLength, bLength];
  for (let d = steps.length - 1; d >= 0; d--) {
    const last = steps[d - 1];
    const k = x - y;
    const down = last === undefined ? 0 : k === d ? -1 : last[k + 1 + d]!;
    const right = last === undefined || k === -d ? -1 : last[k - 1 + d]! + 1;
    const from = Math.max(down, right);
    while (x > from) pairs.push([--x, --y]);
    if (last === undefined) break;
    if (right > down) x--;
    else y--;
  }
  return pairs.reverse();
}
