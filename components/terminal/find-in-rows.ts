import type { IBuffer, IBufferLine } from '@xterm/xterm';
import * as limits from '@/lib/core/limits.ts';
import { Matcher } from '@/lib/core/shell/regex/matcher.ts';
import { PatternError } from '@/lib/core/shell/regex/pattern.ts';
import { literalPattern, parsePosix } from '@/lib/core/shell/regex/posix.ts';

/**
 * Finds a text in what the screen and its scrollback hold. Rows that only wrapped are one line. The expressions are
 * grep's (`grep -E`), by the same engine, which takes linear time whatever is searched for. Rejected:
 * @xterm/addon-search, whose expressions are JavaScript's and can hang the page, and which stops to count at a thousand.
 */
export interface FindOptions {
  text: string;
  isExpression: boolean;
  matchesCase: boolean;
}

/** In cells: `row` counts from the oldest row; `length` may go on over the following rows. */
export interface Found {
  row: number;
  column: number;
  length: number;
}

export interface FoundAll {
  found: Found[];
  /** There are more than are counted. */
  isCut: boolean;
}

/** A sentence when the text is no expression; undefined when there is nothing to search for. */
export function compileFind({ text, isExpression, matchesCase }: FindOptions): Matcher | { problem: string } | undefined {
  if (text === '') return undefined;
  try {
    return new Matcher(isExpression ? parsePosix(text, true).pattern : literalPattern(text), !matchesCase);
  } catch (error) {
    if (error instanceof PatternError) return { problem: error.message };
    throw error;
  }
}

/** The places, from the oldest; `breathe` is called for each line and may wait. */
export async function findAll(buffer: IBuffer, matcher: Matcher, columns: number, breathe: () => Promise<void> | undefined): Promise<FoundAll> {
  const found: Found[] = [];
  for (let row = 0; row < buffer.length;) {
    const rows = [buffer.getLine(row)].filter((line): line is IBufferLine => line !== undefined);
    while (buffer.getLine(row + rows.length)?.isWrapped === true) rows.push(buffer.getLine(row + rows.length) as IBufferLine);
    const text = rows.map((line, index) => line.translateToString(index === rows.length - 1)).join('');
    let cells: number[] | undefined;
    for (let from = 0; from <= text.length;) {
      let span: { start: number; end: number } | undefined;
      try {
        span = matcher.exec(text, from);
      } catch (error) {
        // Only a costly way is left for this line: it counts as not fitting.
        if (!(error instanceof PatternError)) throw error;
      }
      if (span === undefined) break;
      from = Math.max(span.end, span.start + 1);
      if (span.end === span.start) continue;
      if (found.length === limits.findMaxMatches) return { found, isCut: true };
      cells ??= cellsOf(rows, columns);
      const start = cells[span.start] ?? 0;
      const end = cells[span.end] ?? rows.length * columns;
      found.push({ row: row + Math.floor(start / columns), column: start % columns, length: end - start });
    }
    const wait = breathe();
    if (wait !== undefined) await wait;
    row += Math.max(1, rows.length);
  }
  return { found, isCut: false };
}

/** For each UTF-16 unit of the line, and one past its end, the cell it is in. */
function cellsOf(rows: readonly IBufferLine[], columns: number): number[] {
  const cells: number[] = [];
  let end = 0;
  for (const [index, line] of rows.entries()) {
    for (let x = 0; x < columns; x += 1) {
      const cell = line.getCell(x);
      const width = cell?.getWidth() ?? 1;
      // The second half of a wide character.
      if (width === 0) continue;
      const { length } = cell?.getChars() || ' ';
      for (let unit = 0; unit < length; unit += 1) cells.push(index * columns + x);
      end = index * columns + x + width;
    }
  }
  cells.push(end);
  return cells;
}
