/** Names side by side, in as many columns as fit: GNU's own rule, so that a listing breaks where people expect it. */
export interface Cell {
  text: string;
  /** Cells that it takes on the screen; colours take none. */
  width: number;
}

/** A column is at least this wide. */
const MIN_WIDTH = 3;
const GAP = 2;
const TAB = 8;

export interface ColumnStyle {
  /** Cells of a line. */
  lineWidth: number;
  /** Down the columns (`ls -C`) or along the lines (`ls -x`). */
  direction: 'down' | 'across';
  /** Fill up with tabs where they reach, as GNU does; the screen gets blanks, which can be copied. */
  usesTabs: boolean;
}

export function inColumns(cells: readonly Cell[], { lineWidth, direction, usesTabs }: ColumnStyle): string {
  const most = Math.min(Math.max(1, Math.ceil(lineWidth / MIN_WIDTH)), cells.length);
  let widths: number[] = [];
  let count = most;
  for (; count >= 1; count -= 1) {
    const rows = Math.ceil(cells.length / count);
    widths = Array.from({ length: count }, () => MIN_WIDTH);
    for (const [index, cell] of cells.entries()) {
      const column = direction === 'across' ? index % count : Math.floor(index / rows);
      widths[column] = Math.max(widths[column]!, cell.width + (column === count - 1 ? 0 : GAP));
    }
    if (widths.reduce((sum, width) => sum + width, 0) < lineWidth || count === 1) break;
  }
  const rows = Math.ceil(cells.length / count);
  let out = '';
  for (let row = 0; row < rows; row += 1) {
    let at = 0;
    let start = 0;
    for (let column = 0; column < count; column += 1) {
      const index = direction === 'across' ? row * count + column : column * rows + row;
      const cell = cells[index];
      if (cell === undefined) break;
      out += fill(at, start, usesTabs) + cell.text;
      at = start + cell.width;
      start += widths[column]!;
    }
    out += '\n';
  }
  return out;
}

function fill(from: number, to: number, usesTabs: boolean): string {
  if (!usesTabs) return ' '.repeat(to - from);
  let text = '';
  for (let at = from; at < to; ) {
    if (Math.floor(to / TAB) > Math.floor((at + 1) / TAB)) {
      text += '\t';
      at += TAB - (at % TAB);
    } else {
      text += ' ';
      at += 1;
    }
  }
  return text;
}

/** `ls -m`: names behind one another, with commas. */
export function withCommas(cells: readonly Cell[], lineWidth: number): string {
  let out = '';
  let at = 0;
  for (const [index, cell] of cells.entries()) {
    if (index > 0) {
      const fits = lineWidth === 0 || at + 2 + cell.width + (index === cells.length - 1 ? 0 : 1) <= lineWidth;
      out += fits ? ', ' : ',\n';
      at = fits ? at + 2 : 0;
    }
    out += cell.text;
    at += cell.width;
  }
  return cells.length > 0 ? `${out}\n` : '';
}
