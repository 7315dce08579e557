import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { propertyRuns } from '../testing/property-runs.ts';
import { LineStore } from './line-store.ts';
import { plainLine, styledLine } from './styled-line.ts';

const encoder = new TextEncoder();
const linesOf = (store: LineStore) => Array.from({ length: store.count }, (_, index) => store.line(index));

test('however the bytes are cut into chunks, the lines are the same', () => {
  fc.assert(fc.property(
    fc.array(fc.constantFrom('a', 'é', '日', '🎉', '\n', '\n\n', 'long '.repeat(9)), { maxLength: 40 }).map((parts) => parts.join('')),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
    (text, sizes) => {
      const store = new LineStore();
      const bytes = encoder.encode(text);
      for (let from = 0, at = 0; from < bytes.length; at += 1) {
        const size = sizes[at % sizes.length] as number;
        store.append(bytes.subarray(from, from + size));
        from += size;
      }
      store.finish();
      const lines = text.split('\n');
      expect(linesOf(store)).toEqual(lines.at(-1) === '' ? lines.slice(0, -1) : lines);
      expect(store.bytes).toBe(bytes.length);
    },
  ), { numRuns: propertyRuns(40) });
});

test('a line that is too long is kept in pieces that cut no character, and counts as one line', () => {
  const store = new LineStore();
  const long = 'é'.repeat(limits.pagerLineMaxBytes);
  store.append(encoder.encode(`first\n${long}\nlast\n`));
  const pieces = linesOf(store).slice(1, -1);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe(long);
  expect(linesOf(store).map((_, index) => store.numberOf(index))).toEqual([1, 2, ...pieces.slice(1).map(() => undefined), 3]);
  expect([1, 2, 3].map((number) => store.indexOf(number))).toEqual([0, 1, store.count - 1]);
});

test('a line without an end grows when the text goes on', () => {
  const store = new LineStore();
  store.append(encoder.encode('a\nha'));
  store.finish();
  expect(linesOf(store)).toEqual(['a', 'ha']);
  store.reopen();
  store.append(encoder.encode('lf\nb'));
  expect(linesOf(store)).toEqual(['a', 'half', 'b']);
});

test('a line is shown with its colours added up, its tabs as blanks and its controls named', () => {
  const shown = (line: string) => styledLine(line).map(({ text, style }) => (style === '' ? text : `${text}{${style}}`)).join('');
  expect(shown('\x1b[1m\x1b[31ma\x1b[22mb\x1b[0mc\x1b[38;5;200;48;2;1;2;3md\x1b[39me\x1b[5mf\x1b[38;5;999mg'))
    .toBe('a{1;31}b{31}cd{38;5;200;48;2;1;2;3}e{48;2;1;2;3}f{48;2;1;2;3}g{48;2;1;2;3}');
  expect(shown('a\tb')).toBe('a       b');
  expect(shown('\x07\x1b[2Jx')).toBe('^{7}G{7}E{7}S{7}C{7}[2Jx');
  expect(plainLine('\x1b]8;;https://x\x1b\\te\x1b[31mxt\x1b]8;;\x1b\\')).toBe('text');
});
