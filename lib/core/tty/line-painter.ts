import { layoutLine, layoutList } from './line-layout.ts';
import type { LayoutCell, LayoutRow, LineLayout } from './line-layout.ts';
import type { LineView } from './line-view.ts';

/**
 * Draws a `LineView` on a terminal that wraps, and remembers the cells that are there. Only cells that changed are
 * written: a letter typed over its suggestion is that one letter, so a screen reader hears what was typed and not the whole line
 * again. Where rows come or go, everything behind the first change is drawn anew.
 *
 * A row knows in the terminal that it continues the one above, by having been written in one go; so drawing starts a
 * cell before a break of rows, never behind it. A line longer than the screen shows the rows around the cursor only
 * and is always drawn whole; rows that were pushed into the scrollback could not be reached again.
 *
 * Rejected: repainting the line for each key, which is less code and reads the line aloud for each key.
 */
export class LinePainter {
  #columns: number;
  #rows: number;
  #startColumn: number;
  #shown: { view: LineView; layout: LineLayout; first: number } | undefined;

  constructor(columns: number, rows: number, startColumn = 0) {
    this.#columns = columns;
    this.#rows = rows;
    this.#startColumn = startColumn;
  }

  /** The sequence that shows `view`, over what was shown before. */
  paint(view: LineView): string {
    const shown = this.#shown;
    const layout = this.#layout(view);
    if (shown === undefined || shown.first > 0 || layout.rows.length > this.#rows) return this.erase() + this.#draw(view, layout);
    this.#shown = { view, layout, first: 0 };
    return this.#change(shown.layout, layout);
  }

  /** Removes the line and leaves the cursor where it began. */
  erase(): string {
    const shown = this.#shown;
    this.#shown = undefined;
    return shown === undefined ? '' : `${this.#toOrigin(shown.layout.cursorRow - shown.first, shown.first)}\x1b[J`;
  }

  /** Moves below the line, which stays on the screen. */
  finish(): string {
    const shown = this.#shown;
    this.#shown = undefined;
    if (shown === undefined) return '\r\n';
    const { layout } = shown;
    const below = Math.min(layout.rows.length, shown.first + this.#rows) - 1 - layout.cursorRow;
    // The cursor may stand on an empty row that only the wrap of a full one made: that row is the new line.
    // Erasing it from column 0 makes xterm.js forget that it continues the one above.
    const last = layout.rows[layout.rows.length - 1];
    if (below === 0 && layout.cursorColumn === 0 && last?.cells.length === 0 && layout.rows.length > 1
      && layout.rows[layout.rows.length - 2]?.end === 'wrap') return '\r\x1b[K';
    return `${below > 0 ? `\x1b[${below}B` : ''}\r\n`;
  }

  /** Where the line begins, after something else was printed over it. */
  startAt(column: number): void {
    this.#shown = undefined;
    this.#startColumn = column;
  }

  /** How many rows above the cursor the first row stands that is drawn; 0 when nothing is. */
  get rowsUp(): number {
    return this.#shown === undefined ? 0 : this.#shown.layout.cursorRow - this.#shown.first;
  }

  /**
   * After the terminal got another size. `rowsUp`: how many rows above the cursor the first row stands now; negative where it
   * stands below. The terminal lays out rows anew, above the line and in it, and only it knows which (see `markRow`).
   */
  resize(columns: number, rows: number, rowsUp: number): string {
    const shown = this.#shown;
    this.#columns = columns;
    this.#rows = rows;
    if (shown === undefined) return '';
    const { view, first } = shown;
    const out = rowsUp >= 0 ? this.#toOrigin(rowsUp, first) : `\x1b[${-rowsUp}B${this.#toOrigin(0, first)}`;
    this.#shown = undefined;
    this.#startColumn = Math.min(this.#startColumn, columns - 1);
    return `${out}\x1b[J${this.#draw(view, this.#layout(view))}`;
  }

  #layout(view: LineView): LineLayout {
    const layout = layoutLine(view, this.#columns, this.#startColumn);
    const room = this.#rows - layout.rows.length;
    if (view.below === undefined || room <= 0) return layout;
    const list = layoutList(view.below(this.#columns, room).slice(0, room), this.#columns);
    const last = layout.rows[layout.rows.length - 1];
    if (list.length === 0 || last === undefined) return layout;
    last.end = 'hard';
    for (const row of list.slice(0, -1)) row.end = 'hard';
    return { ...layout, rows: [...layout.rows, ...list] };
  }

  #toOrigin(rowsUp: number, firstRow: number): string {
    const column = firstRow === 0 ? this.#startColumn : 0;
    return `${rowsUp > 0 ? `\x1b[${rowsUp}A` : ''}\r${column > 0 ? `\x1b[${column}C` : ''}`;
  }

  #draw(view: LineView, layout: LineLayout): string {
    const overflow = Math.max(0, layout.rows.length - this.#rows);
    const first = Math.min(overflow, Math.max(0, layout.cursorRow - this.#rows + 1));
    // The rows above are gone into the scrollback, and with them what stood before the line.
    if (overflow > 0) this.#startColumn = 0;
    const visible = layout.rows.slice(first, first + this.#rows);
    this.#shown = { view, layout, first };
    return drawRows(visible, 0) + moves({ row: visible.length - 1, column: undefined }, { row: layout.cursorRow - first, column: layout.cursorColumn });
  }

  #change(before: LineLayout, after: LineLayout): string {
    let at: Place = { row: before.cursorRow, column: before.cursorColumn };
    const end: Place = { row: after.cursorRow, column: after.cursorColumn };
    let out = '';
    const isSameShape = before.rows.length === after.rows.length
      && after.rows.every((row, index) => row.end === before.rows[index]?.end && row.width === before.rows[index]?.width);
    if (isSameShape) {
      after.rows.forEach((row, index) => {
        const old = before.rows[index] as LayoutRow;
        const from = commonStart(old.cells, row.cells);
        if (from === row.cells.length && from === old.cells.length) return;
        const to = row.cells.length - commonEnd(old.cells, row.cells, from);
        const column = this.#columnOf(after, index, from);
        out += moves(at, { row: index, column }) + drawCells(row.cells.slice(from, to));
        at = { row: index, column: undefined };
        const reached = this.#columnOf(after, index, to);
        // At the last column the terminal waits; where its cursor then counts as being is its own affair.
        if (reached < this.#columns) at = { row: index, column: reached };
      });
      return out + moves(at, end);
    }
    let row = 0;
    while (row < before.rows.length && row < after.rows.length && isSameRow(before.rows[row], after.rows[row])) row += 1;
    row = Math.min(row, after.rows.length - 1);
    const cells = (index: number) => after.rows[index]?.cells ?? [];
    let from = commonStart(before.rows[row]?.cells ?? [], cells(row));
    // The last cell of a row is written again when what follows it changes: only then does the terminal wrap after it.
    const isEndOnly = from === cells(row).length && from > 0 && from === before.rows[row]?.cells.length && after.rows[row]?.end === 'wrap';
    if (isEndOnly || (from > 0 && this.#columnOf(after, row, from) >= this.#columns)) from -= 1;
    while (from === 0 && row > 0 && after.rows[row - 1]?.end === 'wrap') {
      row -= 1;
      from = Math.max(0, cells(row).length - 1);
    }
    const column = this.#columnOf(after, row, from);
    const isLeftOver = row < before.rows.length - 1 || from < (before.rows[row]?.cells.length ?? 0);
    out += `${moves(at, { row, column })}${isLeftOver ? '\x1b[J' : ''}${drawRows(after.rows.slice(row), from)}`;
    const last = after.rows.length - 1;
    const reached = after.rows[last]?.width ?? 0;
    return out + moves({ row: last, column: reached < this.#columns ? reached : undefined }, end);
  }

  #columnOf(layout: LineLayout, row: number, cell: number): number {
    let column = row === 0 ? this.#startColumn : 0;
    for (const { width } of (layout.rows[row]?.cells ?? []).slice(0, cell)) column += width;
    return column;
  }
}

interface Place {
  row: number;
  /** Undefined: not known. */
  column: number | undefined;
}

function moves(from: Place, to: Place): string {
  if (from.row === to.row && from.column === to.column) return '';
  const down = to.row - from.row;
  const vertical = down > 0 ? `\x1b[${down}B` : down < 0 ? `\x1b[${-down}A` : '';
  return `${vertical}\r${to.column !== undefined && to.column > 0 ? `\x1b[${to.column}C` : ''}`;
}

/** Ends in the default colours. */
function drawCells(cells: readonly LayoutCell[]): string {
  let out = '';
  let style = '';
  for (const cell of cells) {
    if (cell.style !== style) {
      out += `${style === '' ? '' : '\x1b[0m'}${cell.style}`;
      style = cell.style;
    }
    out += cell.text;
  }
  return style === '' ? out : `${out}\x1b[0m`;
}

/** `from`: the first cell of the first row that is drawn. */
function drawRows(rows: readonly LayoutRow[], from: number): string {
  let out = '';
  rows.forEach((row, index) => {
    out += drawCells(index === 0 ? row.cells.slice(from) : row.cells);
    const next = rows[index + 1];
    if (next === undefined) return;
    if (row.end === 'hard') out += '\r\n';
    // A full row wraps only when something follows it; here only the cursor does.
    else if (next.cells.length === 0) out += ' \r';
  });
  return out;
}

function isSameCell(one: LayoutCell | undefined, other: LayoutCell | undefined): boolean {
  return one !== undefined && other !== undefined && one.text === other.text && one.style === other.style;
}

function isSameRow(one: LayoutRow | undefined, other: LayoutRow | undefined): boolean {
  return one !== undefined && other !== undefined && one.end === other.end && one.cells.length === other.cells.length
    && commonStart(one.cells, other.cells) === one.cells.length;
}

function commonStart(one: readonly LayoutCell[], other: readonly LayoutCell[]): number {
  let count = 0;
  while (isSameCell(one[count], other[count])) count += 1;
  return count;
}

function commonEnd(one: readonly LayoutCell[], other: readonly LayoutCell[], from: number): number {
  let count = 0;
  const most = Math.min(one.length, other.length) - from;
  while (count < most && isSameCell(one[one.length - 1 - count], other[other.length - 1 - count])) count += 1;
  return count;
}
