import { wrapWords } from '../wrap-words.ts';
import type { CellGrid } from './cell-grid.ts';

const STYLE = '7';
const MOST_ROWS = 4;

/** The bar at the bottom: a sentence that is longer than the screen is wide takes more rows, of which the last is the bottom one. */
export function drawStatus(grid: CellGrid, text: string): void {
  const rows = wrapWords(text, Math.max(1, grid.columns - 2)).slice(0, Math.min(MOST_ROWS, grid.rows));
  rows.forEach((row, index) => {
    const at = grid.rows - rows.length + index;
    grid.fill(at, STYLE);
    grid.put(at, 1, row, STYLE);
  });
}

/** What to do next, at the right end of the bottom row. */
export function drawHint(grid: CellGrid, hint: string): void {
  grid.put(grid.rows - 1, grid.columns - hint.length - 1, hint, STYLE);
}
