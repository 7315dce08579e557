import { expect, test } from 'vitest';
import { CellGrid } from './cell-grid.ts';
import { paintFrame } from './paint-frame.ts';

function gridOf(text: string): CellGrid {
  const grid = new CellGrid(10, 2);
  grid.put(0, 0, text);
  return grid;
}

test('what did not change is not sent again', () => {
  const before = gridOf('abcdefghij');
  const after = gridOf('abcXefghij');
  expect(paintFrame(before, after)).toBe('\x1b[?25l\x1b[0m\x1b[1;4HX');
  expect(paintFrame(after, gridOf('abc'))).toBe('\x1b[?25l\x1b[0m\x1b[1;4H\x1b[K');
});

test('a grid lets no control character and no made-up style through', () => {
  const grid = new CellGrid(6, 1);
  grid.put(0, 0, 'a\x1b]0;b\x07');
  expect([0, 1, 2, 3, 4, 5].map((column) => grid.cell(0, column).text).join('')).toBe('a]0;b ');
  expect(() => grid.put(0, 0, 'x', '0m\x1b[2J')).toThrow('not a style');
});
