/**
 * Which lines of two texts differ: the shortest edit by Myers' divide and conquer in linear space, so arranged that
 * the answer is the one GNU diff gives. Among the many shortest edits GNU's comes from three habits, all kept here: lines that are
 * nowhere in the other text, or there too often to tell anything, are set aside first; ties are broken in its order; and each run of
 * changes is slid to its last possible place, or to where it meets one on the other side.
 * Source: E. Myers, "An O(ND) difference algorithm and its variations" (1986); the GNU diffutils manual, "Tradeoffs".
 * Rejected: `sync/merge-text.ts`, which finds an equally short edit but another one; `patch` users compare diffs letter by letter.
 */

/** A mark for each line: 1 where it is removed (left) or added (right). */
export interface Changes {
  left: Uint8Array;
  right: Uint8Array;
}

/** Waits when it is time to; called again and again. */
type Breathe = () => Promise<void> | undefined;

/** Below this many steps the shortest edit is always found; past it a near one does (GNU's own figure). */
const MIN_COST = 4096;

/**
 * @param left lines as numbers, the same number for lines that count as equal; `right` likewise.
 * @param isMinimal find the shortest edit whatever it costs (`diff -d`).
 */
export async function compareLines(left: Int32Array, right: Int32Array, isMinimal: boolean, breathe: Breathe): Promise<Changes> {
  const changes = { left: new Uint8Array(left.length), right: new Uint8Array(right.length) };
  const [keptLeft, keptRight] = [keptLines(left, right, changes.left, isMinimal), keptLines(right, left, changes.right, isMinimal)];
  await markChanges(left, right, keptLeft, keptRight, changes, isMinimal, breathe);
  slideRuns(left, changes.left, changes.right);
  slideRuns(right, changes.right, changes.left);
  return changes;
}

/** Places of the lines that take part; the others are marked as changed. */
function keptLines(own: Int32Array, other: Int32Array, changed: Uint8Array, isMinimal: boolean): Int32Array {
  const counts = new Map<number, number>();
  for (const line of other) counts.set(line, (counts.get(line) ?? 0) + 1);
  const discards = new Uint8Array(own.length);
  let many = 5;
  for (let size = Math.floor(own.length / 64) >> 2; size > 0; size >>= 2) many *= 2;
  for (let at = 0; at < own.length; at += 1) {
    const matches = counts.get(own[at]!) ?? 0;
    discards[at] = matches === 0 ? 1 : matches > many ? 2 : 0;
  }
  settleProvisional(discards);
  const kept: number[] = [];
  for (let at = 0; at < own.length; at += 1) {
    if (isMinimal || discards[at] === 0) kept.push(at);
    else changed[at] = 1;
  }
  return Int32Array.from(kept);
}

/** A line that is merely frequent (2) is set aside only within a run of lines that match nothing (1). */
function settleProvisional(discards: Uint8Array): void {
  for (let at = 0; at < discards.length; at += 1) {
    if (discards[at] === 2) discards[at] = 0;
    if (discards[at] === 0) continue;
    let end = at;
    let provisional = 0;
    for (; end < discards.length && discards[end] !== 0; end += 1) if (discards[end] === 2) provisional += 1;
    while (end > at && discards[end - 1] === 2) {
      end -= 1;
      discards[end] = 0;
      provisional -= 1;
    }
    const length = end - at;
    if (provisional * 4 > length) {
      for (let index = at; index < end; index += 1) if (discards[index] === 2) discards[index] = 0;
    } else {
      let minimum = 1;
      for (let size = (length >> 2) >> 2; size > 0; size >>= 2) minimum <<= 1;
      minimum += 1;
      clearLongSubruns(discards, at, length, minimum);
      clearNearEnd(discards, at, length, 1);
      clearNearEnd(discards, end - 1, length, -1);
    }
    at = end - 1;
  }
}

function clearLongSubruns(discards: Uint8Array, from: number, length: number, minimum: number): void {
  for (let index = 0, inRow = 0; index < length; index += 1) {
    if (discards[from + index] !== 2) inRow = 0;
    else if ((inRow += 1) === minimum) index -= inRow;
    else if (inRow > minimum) discards[from + index] = 0;
  }
}

/** From one end of a run inwards, until what follows surely matches nothing. */
function clearNearEnd(discards: Uint8Array, from: number, length: number, step: number): void {
  for (let index = 0, inRow = 0; index < length; index += 1) {
    const at = from + index * step;
    if (index >= 8 && discards[at] === 1) return;
    if (discards[at] === 2) {
      inRow = 0;
      discards[at] = 0;
    } else inRow = discards[at] === 0 ? 0 : inRow + 1;
    if (inRow === 3) return;
  }
}

async function markChanges(
  left: Int32Array, right: Int32Array, keptLeft: Int32Array, keptRight: Int32Array, changes: Changes, isMinimal: boolean, breathe: Breathe,
): Promise<void> {
  const [xs, ys] = [keptLeft.map((at) => left[at]!), keptRight.map((at) => right[at]!)];
  const offset = ys.length + 1;
  const size = xs.length + ys.length + 3;
  const [forward, backward] = [new Int32Array(size), new Int32Array(size)];
  let costMax = 1;
  for (let rest = size; rest > 0; rest >>= 2) costMax <<= 1;
  costMax = Math.max(MIN_COST, costMax);
  const pending: [xFrom: number, xTo: number, yFrom: number, yTo: number, isMinimal: boolean][] = [[0, xs.length, 0, ys.length, isMinimal]];
  for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
    let [xFrom, xTo, yFrom, yTo] = range;
    while (xFrom < xTo && yFrom < yTo && xs[xFrom] === ys[yFrom]) {
      xFrom += 1;
      yFrom += 1;
    }
    while (xFrom < xTo && yFrom < yTo && xs[xTo - 1] === ys[yTo - 1]) {
      xTo -= 1;
      yTo -= 1;
    }
    if (xFrom === xTo) for (let y = yFrom; y < yTo; y += 1) changes.right[keptRight[y]!] = 1;
    else if (yFrom === yTo) for (let x = xFrom; x < xTo; x += 1) changes.left[keptLeft[x]!] = 1;
    else {
      const [x, y, isLowMinimal, isHighMinimal] = await middle(xFrom, xTo, yFrom, yTo, range[4]);
      pending.push([x, xTo, y, yTo, isHighMinimal], [xFrom, x, yFrom, y, isLowMinimal]);
    }
  }

  /** A point on the shortest way, met by searching from both ends at once. */
  async function middle(xFrom: number, xTo: number, yFrom: number, yTo: number, minimal: boolean): Promise<[x: number, y: number, boolean, boolean]> {
    const [lowest, highest] = [xFrom - yTo, xTo - yFrom];
    const [start, end] = [xFrom - yFrom, xTo - yTo];
    const isOdd = ((start - end) & 1) !== 0;
    let [fMin, fMax, bMin, bMax] = [start, start, end, end];
    forward[offset + start] = xFrom;
    backward[offset + end] = xTo;
    for (let cost = 1; ; cost += 1) {
      if (fMin > lowest) forward[offset + (fMin -= 1) - 1] = -1;
      else fMin += 1;
      if (fMax < highest) forward[offset + (fMax += 1) + 1] = -1;
      else fMax -= 1;
      for (let d = fMax; d >= fMin; d -= 2) {
        const [low, high] = [forward[offset + d - 1]!, forward[offset + d + 1]!];
        let x = low < high ? high : low + 1;
        while (x < xTo && x - d < yTo && xs[x] === ys[x - d]) x += 1;
        if (isOdd && bMin <= d && d <= bMax && backward[offset + d]! <= x) return [x, x - d, true, true];
        forward[offset + d] = x;
      }
      if (bMin > lowest) backward[offset + (bMin -= 1) - 1] = 0x7fffffff;
      else bMin += 1;
      if (bMax < highest) backward[offset + (bMax += 1) + 1] = 0x7fffffff;
      else bMax -= 1;
      for (let d = bMax; d >= bMin; d -= 2) {
        const [low, high] = [backward[offset + d - 1]!, backward[offset + d + 1]!];
        let x = low < high ? low : high - 1;
        while (x > xFrom && x - d > yFrom && xs[x - 1] === ys[x - d - 1]) x -= 1;
        if (!isOdd && fMin <= d && d <= fMax && x <= forward[offset + d]!) return [x, x - d, true, true];
        backward[offset + d] = x;
      }
      const rest = breathe();
      if (rest !== undefined) await rest;
      if (!minimal && cost >= costMax) return giveUp(xFrom, xTo, yFrom, yTo, [fMin, fMax], [bMin, bMax]);
    }
  }

  /** The farthest point that either search has reached. */
  function giveUp(
    xFrom: number, xTo: number, yFrom: number, yTo: number, [fMin, fMax]: [number, number], [bMin, bMax]: [number, number],
  ): [number, number, boolean, boolean] {
    let [fBest, fX, bBest, bX] = [-1, 0, Number.MAX_SAFE_INTEGER, 0];
    for (let d = fMax; d >= fMin; d -= 2) {
      const x = Math.min(forward[offset + d]!, xTo, yTo + d);
      if (x + x - d > fBest) [fBest, fX] = [x + x - d, x];
    }
    for (let d = bMax; d >= bMin; d -= 2) {
      const x = Math.max(backward[offset + d]!, xFrom, yFrom + d);
      if (x + x - d < bBest) [bBest, bX] = [x + x - d, x];
    }
    return xTo + yTo - bBest < fBest - (xFrom + yFrom) ? [fX, fBest - fX, true, false] : [bX, bBest - bX, false, true];
  }
}

/** Slides each run of changed lines to where a reader expects it. */
function slideRuns(lines: Int32Array, changed: Uint8Array, other: Uint8Array): void {
  let at = 0;
  let beside = 0;
  for (;;) {
    while (at < lines.length && changed[at] === 0) {
      while (other[beside] === 1) beside += 1;
      beside += 1;
      at += 1;
    }
    if (at === lines.length) return;
    let start = at;
    while (changed[at] === 1) at += 1;
    while (other[beside] === 1) beside += 1;
    let length: number;
    let meeting: number;
    do {
      length = at - start;
      while (start > 0 && lines[start - 1] === lines[at - 1]) {
        changed[start -= 1] = 1;
        changed[at -= 1] = 0;
        while (start > 0 && changed[start - 1] === 1) start -= 1;
        do beside -= 1; while (other[beside] === 1);
      }
      meeting = beside > 0 && other[beside - 1] === 1 ? at : lines.length;
      while (at < lines.length && lines[start] === lines[at]) {
        changed[start] = 0;
        changed[at] = 1;
        start += 1;
        at += 1;
        while (changed[at] === 1) at += 1;
        while (other[beside += 1] === 1) meeting = at;
      }
    } while (length !== at - start);
    while (meeting < at) {
      changed[start -= 1] = 1;
      changed[at -= 1] = 0;
      do beside -= 1; while (other[beside] === 1);
    }
  }
}
