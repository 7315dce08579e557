import type { Hunk } from './read-patch.ts';
import type { Side } from './text-sides.ts';

/** Where a hunk fits into a text that may have changed meanwhile, as GNU patch looks for it ("Applying Imperfect Patches"). */

/** The other way round: what it added it removes. */
export function reversed(hunk: Hunk): Hunk {
  const lines: Hunk['lines'] = [];
  let added: Hunk['lines'] = [];
  for (const { mark, text } of hunk.lines) {
    if (mark === ' ') {
      lines.push(...added, { mark, text });
      added = [];
    } else if (mark === '+') lines.push({ mark: '-', text });
    else added.push({ mark: '+', text });
  }
  lines.push(...added);
  return { ...hunk, oldStart: hunk.newStart, newStart: hunk.oldStart, oldIsOpen: hunk.newIsOpen, newIsOpen: hunk.oldIsOpen, lines: removalsFirst(lines) };
}

/** Within a run of changes what is removed stands first. */
function removalsFirst(lines: Hunk['lines']): Hunk['lines'] {
  const made: Hunk['lines'] = [];
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (end < lines.length && lines[end]!.mark !== ' ') end += 1;
    const run = lines.slice(at, end);
    made.push(...run.filter(({ mark }) => mark === '-'), ...run.filter(({ mark }) => mark === '+'));
    if (end < lines.length) made.push(lines[end]!);
    at = end + 1;
  }
  return made;
}

/** Lines of context at the two ends. */
export function contextOf({ lines }: Hunk): { before: number; after: number } {
  let before = 0;
  while (before < lines.length && lines[before]!.mark === ' ') before += 1;
  let after = 0;
  while (after < lines.length - before && lines[lines.length - 1 - after]!.mark === ' ') after += 1;
  return { before, after };
}

const blanks = (line: string): string => line.replace(/[ \t]+/g, ' ').replace(/ $/, '');

/**
 * @param offset how far the hunks before were from where they should have been.
 * @param frozen lines at the start that earlier hunks have settled.
 * @param fuzz lines of context at each end that need not match.
 * @returns the line from 1 at which it fits; undefined where it does not.
 */
export function placeOf(hunk: Hunk, text: Side, { offset, frozen, fuzz, ignoresSpace }: { offset: number; frozen: number; fuzz: number; ignoresSpace: boolean }): number | undefined {
  const pattern = hunk.lines.filter(({ mark }) => mark !== '+');
  const guess = (pattern.length === 0 ? hunk.oldStart + 1 : hunk.oldStart) + offset;
  if (pattern.length === 0) return guess;
  const { before, after } = contextOf(hunk);
  const most = Math.max(before, after);
  let beforeFuzz = fuzz + before - most;
  const afterFuzz = fuzz + after - most;
  const matches = (at: number, skipBefore: number, skipAfter: number): boolean => {
    for (let index = skipBefore; index < pattern.length - skipAfter; index += 1) {
      const line = text.lines[at - 1 + index];
      if (line === undefined) return false;
      const wanted = pattern[index]!.text;
      if (line !== wanted && !(ignoresSpace && blanks(line) === blanks(wanted))) return false;
      const isLast = at + index === text.lines.length;
      if (!ignoresSpace && (isLast && !text.isTerminated) !== (index === pattern.length - 1 && hunk.oldIsOpen)) return false;
    }
    return true;
  };
  const highest = text.lines.length - (pattern.length - Math.max(0, afterFuzz)) + 1;
  const maxUp = highest - guess;
  const maxDown = Math.min(guess - (frozen + 1), guess - 1);
  if (beforeFuzz < 0 && hunk.oldStart <= 1) {
    // Too little context before: only the start of the file can be meant.
    if (afterFuzz < 0 && (pattern.length !== text.lines.length || before < frozen)) return undefined;
    return frozen <= before && 1 - guess <= maxUp && matches(1, 0, Math.max(0, afterFuzz)) ? 1 : undefined;
  }
  beforeFuzz = Math.max(0, beforeFuzz);
  if (afterFuzz < 0) {
    const at = text.lines.length - pattern.length + 1;
    return guess - at <= maxDown && at >= 1 && matches(at, beforeFuzz, 0) ? at : undefined;
  }
  for (let away = 0; away <= Math.max(maxUp, maxDown); away += 1) {
    if (away <= maxUp && guess + away >= 1 && matches(guess + away, beforeFuzz, afterFuzz)) return guess + away;
    if (away > 0 && away <= maxDown && matches(guess - away, beforeFuzz, afterFuzz)) return guess - away;
  }
  return undefined;
}
