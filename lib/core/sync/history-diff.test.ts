import { expect, test } from 'vitest';
import { unifiedDiff } from './history-diff.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const diff = (from: string, to: string): string | undefined => unifiedDiff(bytes(from), bytes(to))?.join('');

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

test('what is no text, or too long, is not compared', () => {
  expect([unifiedDiff(Uint8Array.of(0), bytes('a')), unifiedDiff(bytes('a'), Uint8Array.of(255)), unifiedDiff(bytes('\n'.repeat(20_000)), bytes(''))]).toEqual([undefined, undefined, undefined]);
});
