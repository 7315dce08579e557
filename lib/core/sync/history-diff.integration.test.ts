import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from './history-diff.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const diff = (from: string, to: string): string[] | undefined => unifiedDiff(bytes(from), bytes(to));

/** patch(1), strictly: every line of context and every removed line must be there. */
function patch(from: string, lines: readonly string[]): string {
  const old = from.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n$/.exec(line);
    const body = lines[index + 1]?.startsWith('\\') === true ? line.slice(1, -1) : line.slice(1);
    if (header !== null) {
      const start = Number(header[1]) - (header[2] === '0' ? 0 : 1);
      out.push(...old.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) out.push(body);
    else if (line.startsWith('-') || line.startsWith(' ')) {
      if (old[at] !== body) throw new Error(`line ${at + 1} is ${JSON.stringify(old[at])}, not ${JSON.stringify(body)}`);
      if (line.startsWith(' ')) out.push(body);
      at += 1;
    }
  }
  return [...out, ...old.slice(at)].join('');
}

test('patching the older text with the difference gives the newer one', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'é\r\n', 'longer line\n'), { maxLength: 40 }).chain((lines) => fc.constantFrom(lines.join(''), `${lines.join('')}end without line feed`));
  fc.assert(fc.property(text, text, (from, to) => patch(from, diff(from, to) ?? []) === to), { numRuns: 300 });
});

test('thousands of equal lines, and thousands of different ones, do not hold the page', () => {
  const blank = '\n'.repeat(9_000);
  expect(diff(`${blank}end\n`, `start\n${blank}`)?.join('')).toBe(`@@ -1,3 +1,4 @@\n+start\n \n \n \n@@ -8998,4 +8999,3 @@\n \n \n \n-end\n`);
  const numbers = (from: number): string[] => Array.from({ length: 9_000 }, (_, index) => `${from + index}\n`);
  const [older, newer] = [numbers(0), numbers(10_000)];
  expect(diff(older.join(''), newer.join(''))).toEqual(['@@ -1,9000 +1,9000 @@\n', ...older.map((line) => `-${line}`), ...newer.map((line) => `+${line}`)]);
});
