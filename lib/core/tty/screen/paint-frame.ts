import { clusters } from '../width.ts';
import { type Cell, CellGrid } from './cell-grid.ts';

/** Where the cursor stands; both from 0. */
export interface CursorPlace {
  row: number;
  column: number;
}

const areSame = (one: Cell, other: Cell): boolean => one.text === other.text && one.style === other.style;
const isBlank = ({ text, style }: Cell): boolean => text === ' ' && style === '';

/**
 * The shortest simple way from one screen to the next: runs of changed cells, each after one cursor move, and "erase to the
 * end of the line" where only blanks follow. `before` undefined, or of another size: the screen is cleared first.
 * Rejected: scroll regions and insert-line. They save bytes, and xterm.js is in the same page.
 */
export function paintFrame(before: CellGrid | undefined, after: CellGrid, cursor?: CursorPlace): string {
  const isFresh = before === undefined || before.columns !== after.columns || before.rows !== after.rows;
  const old = isFresh ? new CellGrid(after.columns, after.rows) : before;
  let out = isFresh ? '\x1b[?25l\x1b[0m\x1b[2J' : '\x1b[?25l\x1b[0m';
  let style = '';
  for (let row = 0; row < after.rows; row += 1) {
    let end = after.columns;
    while (end > 0 && isBlank(after.cell(row, end - 1))) end -= 1;
    /** Where the terminal's cursor is in this row; undefined: elsewhere. */
    let at: number | undefined;
    let previous = '';
    for (let column = 0; column < end; column += 1) {
      const cell = after.cell(row, column);
      if (cell.text === '' || areSame(cell, old.cell(row, column))) continue;
      // Two neighbours that would be drawn as one character (two halves of different flags) are told apart by a move.
      if (at !== column || clusters(previous + cell.text).length !== 2) out += `\x1b[${row + 1};${column + 1}H`;
      if (cell.style !== style) {
        out += cell.style === '' ? '\x1b[0m' : `\x1b[0;${cell.style}m`;
        style = cell.style;
      }
      out += cell.text;
      previous = cell.text;
      at = column + (after.cell(row, column + 1).text === '' && column + 1 < after.columns ? 2 : 1);
    }
    let isTailSame = true;
    for (let column = end; column < after.columns && isTailSame; column += 1) isTailSame = isBlank(old.cell(row, column));
    if (isTailSame) continue;
    if (style !== '') out += '\x1b[0m';
    style = '';
    out += `\x1b[${row + 1};${end + 1}H\x1b[K`;
  }
  if (style !== '') out += '\x1b[0m';
  return cursor === undefined ? out : `${out}\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h`;
}
