import { expect, test } from 'vitest';
import { openLines, threeWayParts } from './history-three-way.ts';

const lines = (text: string): string[] => [...text].map((letter) => `${letter}\n`);
const short = (parts: ReturnType<typeof threeWayParts>): unknown[] => parts.map((part) => (part.kind === 'settled'
  ? part.text.replaceAll('\n', '') : [part.base?.replaceAll('\n', ''), part.yours.replaceAll('\n', ''), part.theirs.replaceAll('\n', '')]));

test('what one side changed is settled; what both changed is open, with all three versions', () => {
  expect(short(threeWayParts(lines('abcdefg'), lines('aXcdeYg'), lines('abcdeZg')))).toEqual(['aXcde', ['f', 'Y', 'Z'], 'g']);
  expect(short(threeWayParts(lines('abcdefg'), lines('aXcdefg'), lines('abcdeZg')))).toEqual(['aXcdeZg']);
  expect(short(threeWayParts(lines('abc'), lines('aXc'), lines('aXc')))).toEqual(['aXc']);
  expect(short(threeWayParts(lines('ab'), lines('a1b'), lines('a2b')))).toEqual(['a', ['', '1', '2'], 'b']);
  expect(short(threeWayParts(lines('abc'), lines('a'), lines('abcd')))).toEqual(['a', ['bc', '', 'bcd']]);
});

test('without a base every difference is open', () => {
  expect(short(threeWayParts(undefined, lines('aXc'), lines('abcd')))).toEqual(['a', [undefined, 'X', 'b'], 'c', [undefined, '', 'd']]);
  expect(openLines(threeWayParts(undefined, lines('abc'), lines('abc')))).toBe(0);
});
