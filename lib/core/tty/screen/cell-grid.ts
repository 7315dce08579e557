import { clusters, codePointWidth } from '../width.ts';

/**
 * A screen as a table of cells, which views draw into and `paint-frame.ts` compares. Only printable text and colour codes
 * can get in, so whatever a file holds, what leaves a view cannot steer the terminal.
 */
export interface Cell {
  /** One cluster; `''` in the right half of a wide one. */
  text: string;
  /** Parameters of SGR (ECMA-48 8.3.117), e.g. `1;36`; `''` is plain. */
  style: string;
}

const BLANK: Cell = { text: ' ', style: '' };
const STYLE = /^[0-9;]*$/;

export class CellGrid {
  readonly columns: number;
  readonly rows: number;
  readonly #cells: Cell[];

  /** A grid of blanks. */
  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = Array.from<Cell>({ length: columns * rows }).fill(BLANK);
  }

  /** Outside of the grid: a blank. */
  cell(row: number, column: number): Cell {
    return this.#cells[row * this.columns + column] ?? BLANK;
  }

  /**
   * Writes from `column` on; what passes `end` (or the right edge) is cut, a wide character as a whole. Control characters
   * and marks without a base are left out. Answers the column after the text.
   */
  put(row: number, column: number, text: string, style = '', end = this.columns): number {
    if (row < 0 || row >= this.rows) return column;
    if (!STYLE.test(style)) throw new RangeError(`not a style: ${JSON.stringify(style)}`);
    const last = Math.min(end, this.columns);
    let at = column;
    for (const cluster of clusters(text)) {
      if (cluster.width === 0) continue;
      if (at + cluster.width > last) return at;
      if (at >= 0) this.#set(row, at, withoutControls(cluster.text), cluster.width, style);
      at += cluster.width;
    }
    return at;
  }

  /** Blanks of one style from `column` up to `end`. */
  fill(row: number, style: string, column = 0, end = this.columns): void {
    this.put(row, column, ' '.repeat(Math.max(0, end - column)), style, end);
  }

  #set(row: number, column: number, text: string, width: number, style: string): void {
    this.#clear(row, column);
    if (width === 2) this.#clear(row, column + 1);
    const at = row * this.columns + column;
    this.#cells[at] = { text, style };
    if (width === 2) this.#cells[at + 1] = { text: '', style };
  }

  /** Half of a wide character is none: its other half becomes a blank. */
  #clear(row: number, column: number): void {
    const at = row * this.columns + column;
    const { text, style } = this.#cells[at] as Cell;
    if (text === '' && column > 0) this.#cells[at - 1] = { text: ' ', style };
    else if (column + 1 < this.columns && this.#cells[at + 1]?.text === '') this.#cells[at + 1] = { text: ' ', style };
  }
}

/** A variation selector or joiner stays with its base; a control character cannot be in a cluster but alone. */
function withoutControls(text: string): string {
  // A lone surrogate has no form on the wire.
  return codePointWidth(text.codePointAt(0) as number) === 0 || /\p{Surrogate}/u.test(text) ? '\ufffd' : text;
}
