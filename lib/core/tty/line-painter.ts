import { layoutLine } from './line-layout.ts';
import type { LineLayout } from './line-layout.ts';
import type { LineView } from './line-reader.ts';

/**
 * Draws a `LineView` on a terminal that wraps, and remembers just enough to draw over it: on which of its
 * rows the cursor was left. Each change repaints the whole line, which xterm.js draws in one frame anyway;
 * the one shortcut is a letter typed at the end. Rejected: a cell diff, which is more code than the line is.
 *
 * A line longer than the screen shows the rows around the cursor only; rows that were pushed into the
 * scrollback could not be reached again.
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
    const appended = this.#append(view);
    if (appended !== undefined) return appended;
    const layout = layoutLine(view, this.#columns, this.#startColumn);
    return this.erase() + this.#draw(view, layout);
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
    if (below === 0 && layout.cursorColumn === 0 && last?.text === '' && layout.rows.length > 1
      && layout.rows[layout.rows.length - 2]?.end === 'wrap') return '\r\x1b[K';
    return `${below > 0 ? `\x1b[${below}B` : ''}\r\n`;
  }

  /** Where the line begins, after something else was printed over it. */
  startAt(column: number): void {
    this.#shown = undefined;
    this.#startColumn = column;
  }

  /**
   * After xterm.js was resized. It leaves the wrapped rows under the cursor as they are and lays out the rows
   * of earlier line ends anew, so the way up is counted in both widths.
   */
  resize(columns: number, rows: number): string {
    const shown = this.#shown;
    const before = this.#columns;
    this.#columns = columns;
    this.#rows = rows;
    if (shown === undefined) return '';
    const { view, layout, first } = shown;
    let out = '';
    if (columns === before || first > 0) {
      out = this.#toOrigin(Math.min(layout.cursorRow - first, rows - 1), first);
    } else {
      let above = 0;
      let row = layout.cursorRow;
      while (row > 0 && layout.rows[row - 1]?.end === 'wrap') {
        row -= 1;
        above += 1;
      }
      if (row > 0) {
        const lineEnds = layout.rows.slice(0, row).filter((each) => each.end === 'hard').length;
        const earlier = view.text.split('\n').slice(0, lineEnds).join('\n');
        above += layoutLine({ ...view, text: earlier, cursor: 0 }, columns, this.#startColumn).rows.length;
      }
      out = this.#toOrigin(Math.min(above, rows - 1), 0);
    }
    this.#shown = undefined;
    this.#startColumn = Math.min(this.#startColumn, columns - 1);
    return `${out}\x1b[J${this.#draw(view, layoutLine(view, columns, this.#startColumn))}`;
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
    let out = '';
    visible.forEach((row, index) => {
      const next = visible[index + 1];
      out += row.text;
      if (next === undefined) return;
      if (row.end === 'hard') out += '\r\n';
      // A full row wraps only when something follows it; here only the cursor does.
      else if (next.text === '') out += ' \r';
    });
    const up = visible.length - 1 - (layout.cursorRow - first);
    out += `\x1b[0m${up > 0 ? `\x1b[${up}A` : ''}\r`;
    if (layout.cursorColumn > 0) out += `\x1b[${layout.cursorColumn}C`;
    this.#shown = { view, layout, first };
    return out;
  }

  /** A plain letter at the end of the line needs no repaint. */
  #append(view: LineView): string | undefined {
    const shown = this.#shown;
    if (shown === undefined || view.prompt !== shown.view.prompt || view.continuation !== shown.view.continuation
      || shown.view.cursor !== shown.view.text.length || view.cursor !== view.text.length
      || !view.text.startsWith(shown.view.text)) return undefined;
    const added = view.text.slice(shown.view.text.length);
    const { layout } = shown;
    if (!/^[ -~]+$/.test(added) || layout.cursorColumn + added.length >= this.#columns) return undefined;
    (layout.rows[layout.rows.length - 1] as { text: string }).text += added;
    layout.cursorColumn += added.length;
    shown.view = view;
    return added;
  }
}
