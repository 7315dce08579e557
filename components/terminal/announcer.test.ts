import { expect, test } from 'vitest';
import { spokenText } from './announcer.ts';

test('colours, movements, titles and links are not said, their text is', () => {
  expect(spokenText('\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07\r\n\x1b[2K\x1b(Bnext\x07\ttab\x1b]0;title\x1b\\')).toBe('red link\nnext\ttab');
});

test('of much output the end is said, from the start of a line', () => {
  const text = spokenText(Array.from({ length: 1_000 }, (_, index) => `line ${index}`).join('\n'));
  expect(text).toMatch(/^Much output; its end: line \d+\n/);
  expect(text.endsWith('\nline 999')).toBe(true);
  expect(text.length).toBeLessThan(2_100);
  expect(spokenText('x'.repeat(5_000)).length).toBeLessThan(2_100);
  expect(spokenText('end', 99)).toBe('Much output; its end: end');
});

test('nothing to say is nothing', () => {
  expect(spokenText('\x1b[0m\r\n  \r\n')).toBe('');
});
