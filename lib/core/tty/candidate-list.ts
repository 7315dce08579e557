import { limits } from '../limits.ts';
import type { Candidate } from './line-reader.ts';
import { textWidth } from './width.ts';

const GAP = 2;
const DIRECTORY = '\x1b[1;34m';
const RESET = '\x1b[0m';

/** Control characters in a file name may not reach the screen as such. */
// oxlint-disable-next-line no-control-regex
const printable = (name: string) => name.replace(/[\x00-\x1f\x7f-\x9f]/g, '?');

/** The lines that a second Tab shows: down the columns, like `ls`, directories in blue. */
export function candidateList(candidates: readonly Candidate[], columns: number): string[] {
  const shown = candidates.slice(0, limits.completionMaxShown).map((candidate) => {
    const text = printable(candidate.display);
    return { text, width: textWidth(text), isDirectory: candidate.kind === 'directory' };
  });
  const cell = Math.max(...shown.map((each) => each.width)) + GAP;
  const perRow = Math.max(1, Math.floor((columns + GAP) / cell));
  const rowCount = Math.ceil(shown.length / perRow);
  const lines: string[] = [];
  for (let row = 0; row < rowCount; row += 1) {
    let line = '';
    for (let index = row; index < shown.length; index += rowCount) {
      const { text, width, isDirectory } = shown[index] as (typeof shown)[number];
      line += isDirectory ? `${DIRECTORY}${text}${RESET}` : text;
      if (index + rowCount < shown.length) line += ' '.repeat(cell - width);
    }
    lines.push(line);
  }
  const rest = candidates.length - shown.length;
  if (rest > 0) lines.push(`… and ${rest} more`);
  return lines;
}
