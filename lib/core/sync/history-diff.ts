import * as limits from '../limits.ts';
import { lineChanges, slideDown } from './line-changes.ts';

/** Lines around a change, as `diff -u` shows them. */
const CONTEXT = 3;

/** Lines with their ends; undefined for what is not UTF-8 text, or too long to compare line by line. */
export function linesOf(bytes: Uint8Array): string[] | undefined {
  if (bytes.length > limits.mergeMaxBytes || bytes.includes(0)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    return lines.length <= limits.mergeMaxLines ? lines : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The difference of two texts as `diff -u` prints it, without the two lines that name them; each line ends with a line
 * feed. Empty when they are equal; undefined when one of them is no text or too long.
 */
export function unifiedDiff(from: Uint8Array, to: Uint8Array): string[] | undefined {
  const [a, b] = [linesOf(from), linesOf(to)];
  if (a === undefined || b === undefined) return undefined;
  const hunks: { a: [number, number]; b: [number, number]; lines: string[] }[] = [];
  const push = (lines: string[], mark: string, added: readonly string[]): void => {
    for (const line of added) {
      lines.push(line.endsWith('\n') ? `${mark}${line}` : `${mark}${line}\n`);
      if (!line.endsWith('\n')) lines.push('\\ No newline at end of file\n');
    }
  };
  // Too many changes to find the shortest way: everything goes and everything comes.
  const changes = lineChanges(a, b) ?? [{ at: 0, count: a.length, lines: b }];
  let shift = 0;
  for (const { at, count: length, lines: added } of slideDown(a, changes)) {
    const toAt = at + shift;
    shift += added.length - length;
    let hunk = hunks.at(-1);
    const lastEnd = hunk === undefined ? 0 : hunk.a[0] + hunk.a[1];
    if (hunk === undefined || at - lastEnd > 2 * CONTEXT) {
      if (hunk !== undefined) closeHunk(hunk);
      const start = Math.max(0, at - CONTEXT);
      hunk = { a: [start, 0], b: [toAt - (at - start), 0], lines: [] };
      hunks.push(hunk);
    }
    const gap = a.slice(hunk.a[0] + hunk.a[1], at);
    push(hunk.lines, ' ', gap);
    push(hunk.lines, '-', a.slice(at, at + length));
    push(hunk.lines, '+', added);
    hunk.a[1] += gap.length + length;
    hunk.b[1] += gap.length + added.length;
  }
  const last = hunks.at(-1);
  if (last !== undefined) closeHunk(last);
  return hunks.flatMap(({ a: one, b: other, lines }) => [`@@ -${range(one)} +${range(other)} @@\n`, ...lines]);

  function closeHunk(hunk: { a: [number, number]; b: [number, number]; lines: string[] }): void {
    const end = hunk.a[0] + hunk.a[1];
    const after = (a as string[]).slice(end, end + CONTEXT);
    push(hunk.lines, ' ', after);
    hunk.a[1] += after.length;
    hunk.b[1] += after.length;
  }
}

/** As diff(1) writes it: an empty range names the line before it, a range of one line no length. */
function range([start, length]: [number, number]): string {
  return length === 1 ? String(start + 1) : `${length === 0 ? start : start + 1},${length}`;
}
