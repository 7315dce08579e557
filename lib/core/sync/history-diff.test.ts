import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from './history-diff.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const diff = (from: string, to: string): string | undefined => unifiedDiff(bytes(from), bytes(to))?.join('');

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

test('the difference is as diff -u prints it', () => {
  const lines = (count: number): string => Array.from({ length: count }, (_, index) => `${index + 1}\n`).join('');
  expect([diff('a\n', 'a\n'), diff('', 'new\n'), diff('old\n', ''), diff('no end', 'no end\n')]).toEqual([
    '', '@@ -0,0 +1 @@\n+new\n', '@@ -1 +0,0 @@\n-old\n', '@@ -1 +1 @@\n-no end\n\\ No newline at end of file\n+no end\n',
  ]);
  expect(diff(lines(20), lines(20).replace('\n3\n', '\nthree\n').replace('\n18\n', '\n'))).toBe(
    '@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n@@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n',
  );
  // Seven lines between two changes are too many for one hunk, six are not.
  expect([diff(lines(20), lines(20).replace('\n5\n', '\n').replace('\n12\n', '\n'))?.match(/@@ -/g)?.length, diff(lines(20), lines(20).replace('\n5\n', '\n').replace('\n13\n', '\n'))?.match(/@@ -/g)?.length]).toEqual([1, 2]);
});

test('patching the older text with the difference gives the newer one', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'é\r\n', 'longer line\n'), { maxLength: 40 }).chain((lines) => fc.constantFrom(lines.join(''), `${lines.join('')}end without line feed`));
  fc.assert(fc.property(text, text, (from, to) => patch(from, unifiedDiff(bytes(from), bytes(to)) ?? []) === to), { numRuns: 300 });
});

test('thousands of equal lines, and thousands of different ones, do not hold the page', () => {
  const blank = '\n'.repeat(9_000);
  expect(diff(`${blank}end\n`, `start\n${blank}`)).toBe(`@@ -1,3 +1,4 @@\n+start\n \n \n \n@@ -8998,4 +8999,3 @@\n \n \n \n-end\n`);
  const numbers = (from: number): string => Array.from({ length: 9_000 }, (_, index) => `${from + index}\n`).join('');
  const lines = unifiedDiff(bytes(numbers(0)), bytes(numbers(10_000))) ?? [];
  expect([lines.length, lines[0], patch(numbers(0), lines) === numbers(10_000)]).toEqual([18_001, '@@ -1,9000 +1,9000 @@\n', true]);
});

test('what is no text, or too long, is not compared', () => {
  expect([unifiedDiff(Uint8Array.of(0), bytes('a')), unifiedDiff(bytes('a'), Uint8Array.of(255)), unifiedDiff(bytes('\n'.repeat(20_000)), bytes(''))]).toEqual([undefined, undefined, undefined]);
});
