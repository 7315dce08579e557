import { decodeText } from '../text.ts';
import { compareLines } from './compare-lines.ts';

/** Which differences between lines do not count. */
export interface LineRules {
  ignoreCase: boolean;
  /** `trailing`: at the end; `amount`: how much there is, and at the end; `all`: any. */
  ignoreSpace: 'none' | 'trailing' | 'amount' | 'all';
  /** A tab counts as the blanks up to the next stop. */
  expandTabs: boolean;
  stripCarriageReturn: boolean;
  isMinimal: boolean;
}

/** A text as lines without their newlines. */
export interface Side {
  lines: readonly string[];
  /** Whether the last line ends with a newline; true for a text without lines. */
  isTerminated: boolean;
}

/** A run of lines that is replaced by another; one of the two may be empty. Lines count from 0. */
export interface Change {
  leftFrom: number;
  leftCount: number;
  rightFrom: number;
  rightCount: number;
}

export function sideOf(bytes: Uint8Array, stripCarriageReturn = false): Side {
  const text = decodeText(bytes);
  if (text === '') return { lines: [], isTerminated: true };
  const isTerminated = text.endsWith('\n');
  const lines = (isTerminated ? text.slice(0, -1) : text).split('\n');
  return { lines: stripCarriageReturn ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines, isTerminated };
}

/** The line with everything taken out that the rules ignore. */
function normalized(line: string, rules: LineRules): string {
  let text = rules.ignoreCase ? line.toLowerCase() : line;
  if (rules.expandTabs) {
    let column = 0;
    text = text.replace(/[^\t]+|\t/g, (part) => {
      const made = part === '\t' ? ' '.repeat(8 - (column % 8)) : part;
      column += made.length;
      return made;
    });
  }
  switch (rules.ignoreSpace) {
    case 'all': return text.replace(/[ \t\n\v\f\r]+/g, '');
    case 'amount': return text.replace(/[ \t\n\v\f\r]+/g, ' ').replace(/ $/, '');
    case 'trailing': return text.replace(/[ \t\n\v\f\r]+$/, '');
    case 'none': return text;
  }
}

/**
 * What changes from left to right, in order.
 *
 * @param horizon equal lines at both ends that take part in the comparison, as GNU lets those of the context do.
 */
export async function changesBetween(left: Side, right: Side, rules: LineRules, horizon: number, breathe: () => Promise<void> | undefined): Promise<Change[]> {
  const isEqual = (x: number, y: number): boolean =>
    left.lines[x] === right.lines[y] && (x === left.lines.length - 1 ? left.isTerminated : true) === (y === right.lines.length - 1 ? right.isTerminated : true);
  const shorter = Math.min(left.lines.length, right.lines.length);
  let before = 0;
  while (before < shorter && isEqual(before, before)) before += 1;
  let after = 0;
  while (after < shorter - before && isEqual(left.lines.length - 1 - after, right.lines.length - 1 - after)) after += 1;
  if (before === left.lines.length && before === right.lines.length) return [];
  before = Math.max(0, before - horizon);
  after = Math.max(0, after - horizon);
  const numbers = new Map<string, number>();
  const numbered = (side: Side): Int32Array => {
    const to = side.lines.length - after;
    const made = new Int32Array(Math.max(0, to - before));
    for (let at = before; at < to; at += 1) {
      const isOpen = at === side.lines.length - 1 && !side.isTerminated && rules.ignoreSpace === 'none';
      const key = normalized(side.lines[at]!, rules) + (isOpen ? '' : '\n');
      let number = numbers.get(key);
      if (number === undefined) numbers.set(key, (number = numbers.size));
      made[at - before] = number;
    }
    return made;
  };
  const marks = await compareLines(numbered(left), numbered(right), rules.isMinimal, breathe);
  const changes: Change[] = [];
  for (let x = 0, y = 0; x < marks.left.length || y < marks.right.length; ) {
    const [leftFrom, rightFrom] = [x, y];
    while (marks.left[x] === 1) x += 1;
    while (marks.right[y] === 1) y += 1;
    if (x > leftFrom || y > rightFrom) {
      changes.push({ leftFrom: before + leftFrom, leftCount: x - leftFrom, rightFrom: before + rightFrom, rightCount: y - rightFrom });
    } else {
      x += 1;
      y += 1;
    }
  }
  return changes;
}
