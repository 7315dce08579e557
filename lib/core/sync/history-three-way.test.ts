import fc from 'fast-check';
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

test('taking one side everywhere gives that side where there is no base, and every line of a clean side where there is one', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'tail'), { maxLength: 20 });
  fc.assert(fc.property(text, text, text, (base, yours, theirs) => {
    const take = (parts: ReturnType<typeof threeWayParts>, side: 'yours' | 'theirs'): string => parts.map((part) => (part.kind === 'settled' ? part.text : part[side])).join('');
    const without = threeWayParts(undefined, yours, theirs);
    expect([take(without, 'yours'), take(without, 'theirs')]).toEqual([yours.join(''), theirs.join('')]);
    // A side that did not change anything has nothing to lose.
    expect(take(threeWayParts(base, yours, base), 'theirs')).toBe(yours.join(''));
    expect(take(threeWayParts(base, base, theirs), 'yours')).toBe(theirs.join(''));
  }), { numRuns: 300 });
});
