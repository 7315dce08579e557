import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headlessTerminal } from '../headless-terminal.ts';
import { CellGrid } from './cell-grid.ts';
import { paintFrame } from './paint-frame.ts';

type Draw = { row: number; column: number; text: string; style: string };

const draws = (columns: number, rows: number) => fc.array(fc.record<Draw>({
  row: fc.integer({ min: 0, max: rows - 1 }),
  column: fc.integer({ min: -2, max: columns - 1 }),
  text: fc.array(fc.constantFrom('a', 'b', ' ', '日', '🇩', '🇪', '🇩🇪', '👍🏽', '👍', '🏽', 'e\u0301', '👨‍👩‍👧', '\u200d', '\x1b[31m', '\ud800', 'ｗ'), { maxLength: 6 })
    .map((parts) => parts.join('')),
  style: fc.constantFrom('', '1', '31', '7', '38;5;200;48;5;20'),
}), { maxLength: 8 });

function gridOf(columns: number, rows: number, list: readonly Draw[]): CellGrid {
  const grid = new CellGrid(columns, rows);
  for (const { row, column, text, style } of list) grid.put(row, column, text, style);
  return grid;
}

/** Every cell as the terminal holds it: its text, how wide it is, how it looks. */
async function cellsAfter(columns: number, rows: number, sequence: string): Promise<string[]> {
  const { terminal, settled } = headlessTerminal(columns, rows);
  terminal.write(sequence);
  await settled();
  const cells: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const line = terminal.buffer.active.getLine(row);
    for (let column = 0; column < columns; column += 1) {
      const cell = line?.getCell(column);
      cells.push(`${cell?.getChars() || (cell?.getWidth() === 0 ? '' : ' ')}/${cell?.getWidth()}/${cell?.getFgColor()},${cell?.getBgColor()},${cell?.isBold()},${cell?.isInverse()}`);
    }
  }
  terminal.dispose();
  return cells;
}

test('after any sequence of frames the screen is what painting the last one afresh would show', async () => {
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 12 }).chain((columns) => fc.record({
      columns: fc.constant(columns),
      frames: fc.array(draws(columns, 3), { minLength: 1, maxLength: 4 }),
    })),
    async ({ columns, frames }) => {
      const grids = frames.map((list) => gridOf(columns, 3, list));
      const last = grids.at(-1) as CellGrid;
      const steps = grids.map((grid, index) => paintFrame(grids[index - 1], grid)).join('');
      expect(await cellsAfter(columns, 3, steps)).toEqual(await cellsAfter(columns, 3, paintFrame(undefined, last)));
      expect(await cellsAfter(columns, 3, steps)).toEqual(expectedCells(last));
    },
  ), { numRuns: 150 });
}, 60_000);

/** What the terminal must hold, by the grid's own words. */
function expectedCells(grid: CellGrid): string[] {
  const cells: string[] = [];
  for (let row = 0; row < grid.rows; row += 1) {
    for (let column = 0; column < grid.columns; column += 1) {
      const { text, style } = grid.cell(row, column);
      const width = text === '' ? 0 : column + 1 < grid.columns && grid.cell(row, column + 1).text === '' ? 2 : 1;
      cells.push(`${text}/${width}/${LOOKS[style] as string}`);
    }
  }
  return cells;
}

const LOOKS: Readonly<Record<string, string>> = {
  '': '-1,-1,0,0', 1: `-1,-1,${2 ** 27},0`, 31: '1,-1,0,0', 7: `-1,-1,0,${2 ** 26}`, '38;5;200;48;5;20': '200,20,0,0',
};

test('neighbours that would join are kept apart: halves of two flags, a skin tone behind somebody else\'s hand', async () => {
  const grid = gridOf(8, 1, [{ row: 0, column: 0, text: '🇩', style: '' }, { row: 0, column: 2, text: '🇪', style: '' }, { row: 0, column: 4, text: '👍', style: '' }, { row: 0, column: 6, text: '🏽', style: '' }]);
  expect(await cellsAfter(8, 1, paintFrame(undefined, grid))).toEqual(expectedCells(grid));
});
