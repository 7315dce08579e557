import type { PrintedPair } from './print-changes.ts';
import type { Side } from './text-sides.ts';

/** `diff -y`: both texts in columns, as GNU lays them out. */
export interface ColumnRules {
  width: number;
  expandTabs: boolean;
  /** Leave out what is equal. */
  onlyChanges: boolean;
  /** Of equal lines show the left one only, with `(`. */
  leftColumn: boolean;
}

const TAB = 8;
const GUTTER = 3;

export function* printSideBySide({ left, right, changes, isIgnored, paint }: PrintedPair, rules: ColumnRules): Generator<string, void, void> {
  const tab = rules.expandTabs ? 1 : TAB;
  const middle = Math.floor(rules.width / 2) + Math.floor((tab + GUTTER) / 2) + (rules.width & (tab + GUTTER) & 1);
  const offset = middle - (middle % tab);
  const half = Math.max(0, Math.min(offset - GUTTER, rules.width - offset));
  const column = half > 0 ? offset : rules.width;
  const isOpen = (side: Side, at: number): boolean => at === side.lines.length - 1 && !side.isTerminated;

  const row = (leftAt: number | undefined, mark: string, rightAt: number | undefined): string => {
    let text = '';
    let at = 0;
    let needsNewline = false;
    if (leftAt !== undefined) {
      needsNewline ||= !isOpen(left, leftAt);
      const shown = fit(left.lines[leftAt]!, 0, half, rules.expandTabs);
      text += shown.text;
      at = shown.end;
    }
    if (mark !== ' ') {
      const to = Math.floor((half + column - 1) / 2);
      text += tabs(at, to, rules.expandTabs);
      at = to + 1;
      let sign = mark;
      if (mark === '|' && rightAt !== undefined && needsNewline === isOpen(right, rightAt)) sign = needsNewline ? '/' : '\\';
      text += sign;
    }
    if (rightAt !== undefined) {
      needsNewline ||= !isOpen(right, rightAt);
      if (right.lines[rightAt] !== '') text += tabs(at, column, rules.expandTabs) + fit(right.lines[rightAt]!, column, half, rules.expandTabs).text;
    }
    const painted = mark === '<' ? paint('removed', text) : mark === '>' ? paint('added', text) : text;
    return needsNewline ? `${painted}\n` : painted;
  };

  let [x, y] = [0, 0];
  function* common(to: number): Generator<string, void, void> {
    for (; x < to; x += 1, y += 1) {
      if (rules.onlyChanges) continue;
      yield rules.leftColumn ? row(x, '(', undefined) : row(x, ' ', y);
    }
  }
  for (const change of changes) {
    if (isIgnored(change) && change.leftCount === change.rightCount) continue;
    yield* common(change.leftFrom);
    const [leftTo, rightTo] = [change.leftFrom + change.leftCount, change.rightFrom + change.rightCount];
    for (; x < leftTo && y < rightTo; x += 1, y += 1) yield row(x, '|', y);
    for (; y < rightTo; y += 1) yield row(undefined, '>', y);
    for (; x < leftTo; x += 1) yield row(x, '<', undefined);
  }
  yield* common(left.lines.length);
}

/** Blanks from one column to another, by tabs where they reach. */
function tabs(from: number, to: number, expand: boolean): string {
  let text = '';
  let at = from;
  if (!expand) {
    for (let next = at + TAB - (at % TAB); next <= to; next += TAB) {
      text += '\t';
      at = next;
    }
  }
  return text + ' '.repeat(Math.max(0, to - at));
}

/** As much of a line as the column holds. */
function fit(line: string, start: number, room: number, expand: boolean): { text: string; end: number } {
  let text = '';
  let inAt = 0;
  let outAt = 0;
  for (const character of line) {
    if (character === '\t') {
      const spaces = TAB - (inAt % TAB);
      if (inAt === outAt) {
        const stop = outAt + spaces;
        if (expand) {
          const to = Math.min(stop, room);
          text += ' '.repeat(Math.max(0, to - outAt));
          outAt = Math.max(outAt, to);
        } else if (stop < room) {
          outAt = stop;
          text += '\t';
        }
      }
      inAt += spaces;
      continue;
    }
    inAt += 1;
    if (inAt <= room) {
      outAt = inAt;
      text += character;
    }
  }
  return { text, end: outAt };
}
