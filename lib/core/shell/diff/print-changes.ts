import type { Change, Side } from './text-sides.ts';

/**
 * The forms in which changes are written: normal, unified, context and ed script, letter by letter as GNU diff writes them.
 * Each yields text in pieces of about a change. Source: POSIX `diff`; the GNU diffutils manual, "Output Formats".
 */
export interface PrintedPair {
  left: Side;
  right: Side;
  changes: readonly Change[];
  /** Changes that the rules ignore; they are shown only beside one that counts. */
  isIgnored: (change: Change) => boolean;
  /** `\x1b[1m` and the like around what is special; or plain. */
  paint: Paint;
  /** The line that opens the part a hunk is in (`-p`, `-F`); undefined: not asked for. */
  isHeading: ((line: string) => boolean) | undefined;
}

export type Paint = (kind: 'header' | 'place' | 'removed' | 'added', text: string) => string;

const COLOURS = { header: '1', place: '36', removed: '31', added: '32' } as const;

export const plain: Paint = (_, text) => text;

export const coloured: Paint = (kind, text) => `\x1b[${COLOURS[kind]}m${text}\x1b[0m`;

const NO_NEWLINE = '\n\\ No newline at end of file\n';

/** One line, with what GNU says below a last one that has no newline. */
function printLine({ lines, isTerminated }: Side, at: number, mark: string, paint: (text: string) => string): string {
  return paint(mark + lines[at]!) + (at === lines.length - 1 && !isTerminated ? NO_NEWLINE : '\n');
}

/** `first,last`, counted from 1; of no line the one before it. */
function rangeText(from: number, count: number): string {
  return count > 1 ? `${from + 1},${from + count}` : String(from + count);
}

export function* printNormal({ left, right, changes, isIgnored, paint }: PrintedPair): Generator<string, void, void> {
  for (const change of changes) {
    if (isIgnored(change)) continue;
    const { leftFrom, leftCount, rightFrom, rightCount } = change;
    const letter = leftCount === 0 ? 'a' : rightCount === 0 ? 'd' : 'c';
    yield `${paint('place', `${rangeText(leftFrom, leftCount)}${letter}${rangeText(rightFrom, rightCount)}`)}\n`;
    for (let at = leftFrom; at < leftFrom + leftCount; at += 1) yield printLine(left, at, '< ', (text) => paint('removed', text));
    if (letter === 'c') yield '---\n';
    for (let at = rightFrom; at < rightFrom + rightCount; at += 1) yield printLine(right, at, '> ', (text) => paint('added', text));
  }
}

/** From the last change to the first, so that the numbers stay true while the script runs. */
export function* printEdScript({ right, changes, isIgnored }: PrintedPair): Generator<string, void, void> {
  for (const change of [...changes].reverse()) {
    if (isIgnored(change)) continue;
    const { leftFrom, leftCount, rightFrom, rightCount } = change;
    yield `${rangeText(leftFrom, leftCount)}${leftCount === 0 ? 'a' : rightCount === 0 ? 'd' : 'c'}\n`;
    if (rightCount === 0) continue;
    let isInserting = true;
    for (let at = rightFrom; at < rightFrom + rightCount; at += 1) {
      if (!isInserting) yield 'a\n';
      const line = right.lines[at]!;
      // A lone dot would end the text: it goes in as two, and one is taken away.
      isInserting = line !== '.';
      yield isInserting ? `${line}\n` : '..\n.\ns/.//\n';
    }
    if (isInserting) yield '.\n';
  }
}

/** Changes so near that their contexts touch. */
function* hunksOf({ changes, isIgnored }: PrintedPair, context: number): Generator<Change[], void, void> {
  for (let at = 0; at < changes.length; ) {
    const hunk: Change[] = [];
    for (;;) {
      const change = changes[at]!;
      hunk.push(change);
      at += 1;
      const next = changes[at];
      if (next === undefined || next.leftFrom - change.leftFrom - change.leftCount >= (isIgnored(next) ? context : context * 2 + 1)) break;
    }
    if (!hunk.every(isIgnored)) yield hunk;
  }
}

interface HunkSpan {
  leftFrom: number;
  leftTo: number;
  rightFrom: number;
  rightTo: number;
}

function spanOf({ left, right }: PrintedPair, hunk: readonly Change[], context: number): HunkSpan {
  const [first, last] = [hunk[0]!, hunk[hunk.length - 1]!];
  return {
    leftFrom: Math.max(0, first.leftFrom - context),
    rightFrom: Math.max(0, first.rightFrom - context),
    leftTo: Math.min(left.lines.length, last.leftFrom + last.leftCount + context),
    rightTo: Math.min(right.lines.length, last.rightFrom + last.rightCount + context),
  };
}

/** ` heading` of the last line before the hunk that is one. */
function headingOf({ left, isHeading }: PrintedPair, from: number): string {
  if (isHeading === undefined) return '';
  for (let at = from - 1; at >= 0; at -= 1) {
    if (isHeading(left.lines[at]!)) return ` ${left.lines[at]!.replace(/^[ \t]+/, '').slice(0, 40).trimEnd()}`;
  }
  return '';
}

function unifiedRange(from: number, to: number): string {
  return to - from === 1 ? String(to) : to === from ? `${from},0` : `${from + 1},${to - from}`;
}

export function* printUnified(pair: PrintedPair, context: number): Generator<string, void, void> {
  const { left, right, paint } = pair;
  for (const hunk of hunksOf(pair, context)) {
    const { leftFrom, leftTo, rightFrom, rightTo } = spanOf(pair, hunk, context);
    yield `${paint('place', `@@ -${unifiedRange(leftFrom, leftTo)} +${unifiedRange(rightFrom, rightTo)} @@`)}${headingOf(pair, leftFrom)}\n`;
    let at = leftFrom;
    for (const change of hunk) {
      for (; at < change.leftFrom; at += 1) yield printLine(left, at, ' ', (text) => text);
      for (; at < change.leftFrom + change.leftCount; at += 1) yield printLine(left, at, '-', (text) => paint('removed', text));
      for (let own = change.rightFrom; own < change.rightFrom + change.rightCount; own += 1) yield printLine(right, own, '+', (text) => paint('added', text));
    }
    for (; at < leftTo; at += 1) yield printLine(left, at, ' ', (text) => text);
  }
}

export function* printContext(pair: PrintedPair, context: number): Generator<string, void, void> {
  const { left, right, paint } = pair;
  for (const hunk of hunksOf(pair, context)) {
    const { leftFrom, leftTo, rightFrom, rightTo } = spanOf(pair, hunk, context);
    yield `***************${headingOf(pair, leftFrom)}\n`;
    yield `${paint('place', `*** ${rangeText(leftFrom, leftTo - leftFrom)} ****`)}\n`;
    if (hunk.some((change) => change.leftCount > 0)) {
      let at = leftFrom;
      for (const change of hunk) {
        for (; at < change.leftFrom; at += 1) yield printLine(left, at, '  ', (text) => paint('removed', text));
        for (; at < change.leftFrom + change.leftCount; at += 1) yield printLine(left, at, change.rightCount > 0 ? '! ' : '- ', (text) => paint('removed', text));
      }
      for (; at < leftTo; at += 1) yield printLine(left, at, '  ', (text) => paint('removed', text));
    }
    yield `${paint('place', `--- ${rangeText(rightFrom, rightTo - rightFrom)} ----`)}\n`;
    if (hunk.some((change) => change.rightCount > 0)) {
      let at = rightFrom;
      for (const change of hunk) {
        for (; at < change.rightFrom; at += 1) yield printLine(right, at, '  ', (text) => paint('added', text));
        for (; at < change.rightFrom + change.rightCount; at += 1) yield printLine(right, at, change.leftCount > 0 ? '! ' : '+ ', (text) => paint('added', text));
      }
      for (; at < rightTo; at += 1) yield printLine(right, at, '  ', (text) => paint('added', text));
    }
  }
}
