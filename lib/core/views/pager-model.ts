import type { Matcher } from '../shell/regex/matcher.ts';
import { CellGrid } from '../tty/screen/cell-grid.ts';
import type { LineStore } from './line-store.ts';
import { plainLine, styledLine, wrapClusters, type StyledCluster } from './styled-line.ts';

/** The first row on the screen: a row of a line, both from 0. */
export interface PagerPlace {
  line: number;
  row: number;
}

export interface PagerLook {
  hasNumbers: boolean;
  /** Long lines are cut at the edge instead of wrapped; then the arrows move sideways. */
  isChopped: boolean;
}

const TOP: PagerPlace = { line: 0, row: 0 };
/** Inverse, so that the text has the colour of the background, which is readable on yellow in every theme. */
const FOUND_STYLE = '33;7';
const NUMBER_STYLE = '90';
const NUMBER_CELLS = 7;
/** Rows laid out that are kept; a screen has fewer. */
const CACHE_LINES = 1_000;

/** Where in a text the pager is and what is on the screen then. It reads no keys and no input. */
export class PagerModel {
  readonly store: LineStore;
  readonly look: PagerLook;
  top: PagerPlace = TOP;
  /** Cells that are scrolled out at the left while lines are chopped. */
  left = 0;
  /** What is marked in the text. */
  found: Matcher | undefined;
  #columns = 80;
  #bodyRows = 23;
  readonly #cache = new Map<number, { text: string; rows: StyledCluster[][] }>();

  constructor(store: LineStore, look: PagerLook) {
    this.store = store;
    this.look = look;
  }

  /** Rows for text; the one below is the status line's. */
  get bodyRows(): number {
    return this.#bodyRows;
  }

  get columns(): number {
    return this.#columns;
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#bodyRows = Math.max(1, rows - 1);
    this.relayout();
  }

  /** After a change of size or look: the line at the top stays there. */
  relayout(): void {
    this.#cache.clear();
    this.top = { line: this.top.line, row: 0 };
  }

  forward(rows: number): void {
    for (let step = 0; step < rows && !this.isAtEnd(); step += 1) this.top = this.#after(this.top) ?? this.top;
  }

  back(rows: number): void {
    this.top = this.#before(this.top, rows);
  }

  toLine(line: number): void {
    this.top = { line: Math.max(0, Math.min(line, this.store.count - 1)), row: 0 };
    this.#fillScreen();
  }

  toEnd(): void {
    this.top = this.#endTop();
  }

  toPlace(place: PagerPlace): void {
    this.toLine(place.line);
    if (this.top.line === place.line && place.row < this.#rowsOf(place.line).length) this.top = place;
  }

  /** Sideways, while lines are chopped. */
  sideways(cells: number): void {
    this.left = Math.max(0, this.left + cells);
  }

  /** Nothing that was read lies below the screen. */
  isAtEnd(): boolean {
    let rows = 0;
    for (let line = this.top.line; line < this.store.count; line += 1) {
      rows += this.#rowsOf(line).length - (line === this.top.line ? this.top.row : 0);
      if (rows > this.#bodyRows) return false;
    }
    return true;
  }

  /** Rows of everything that was read, counted up to `limit`. */
  rowsUpTo(limit: number): number {
    let rows = 0;
    for (let line = 0; line < this.store.count && rows < limit; line += 1) rows += this.#rowsOf(line).length;
    return Math.min(rows, limit);
  }

  /** Index of the last line of which a row is on the screen. */
  lastShown(): number {
    let rows = -this.top.row;
    let line = this.top.line;
    for (; line < this.store.count; line += 1) {
      rows += this.#rowsOf(line).length;
      if (rows >= this.#bodyRows) return line;
    }
    return Math.max(0, line - 1);
  }

  matches(line: number): boolean {
    return this.found?.test(plainLine(this.store.line(line))) === true;
  }

  /** A frame with an empty last row. */
  draw(): CellGrid {
    const grid = new CellGrid(this.#columns, this.#bodyRows + 1);
    let place: PagerPlace | undefined = this.store.count === 0 ? undefined : this.top;
    for (let row = 0; row < this.#bodyRows; row += 1) {
      if (place === undefined) {
        grid.put(row, 0, '~', NUMBER_STYLE);
        continue;
      }
      this.#drawRow(grid, row, place);
      place = this.#after(place);
    }
    return grid;
  }

  #drawRow(grid: CellGrid, row: number, place: PagerPlace): void {
    const start = this.#numberCells();
    if (start > 0 && place.row === 0) {
      const number = this.store.numberOf(place.line);
      grid.put(row, 0, (number === undefined ? '' : String(number)).padStart(start - 1), NUMBER_STYLE);
    }
    const spans = this.#foundIn(place.line);
    let column = start - (this.look.isChopped ? this.left : 0);
    for (const { text, width, style, index } of this.#rowsOf(place.line)[place.row] ?? []) {
      if (column >= this.#columns) break;
      if (column >= start) grid.put(row, column, text, spans.some(({ from, to }) => index >= from && index < to) ? FOUND_STYLE : style);
      column += width;
    }
    if (this.look.isChopped && column > this.#columns) grid.put(row, this.#columns - 1, '>', '7');
  }

  #foundIn(line: number): { from: number; to: number }[] {
    if (this.found === undefined) return [];
    const text = plainLine(this.store.line(line));
    const spans: { from: number; to: number }[] = [];
    for (let at = 0; at <= text.length; ) {
      const span = this.found.exec(text, at);
      if (span === undefined) break;
      if (span.end > span.start) spans.push({ from: span.start, to: span.end });
      at = Math.max(span.end, span.start + 1);
    }
    return spans;
  }

  #numberCells(): number {
    return this.look.hasNumbers ? NUMBER_CELLS + 1 : 0;
  }

  #rowsOf(line: number): StyledCluster[][] {
    const text = this.store.line(line);
    const cached = this.#cache.get(line);
    // The last line may have grown since.
    if (cached !== undefined && cached.text === text) return cached.rows;
    const styled = styledLine(text);
    const room = Math.max(2, this.#columns - this.#numberCells());
    const rows = this.look.isChopped ? [styled] : wrapClusters(styled, room);
    if (this.#cache.size >= CACHE_LINES) this.#cache.clear();
    this.#cache.set(line, { text, rows });
    return rows;
  }

  #after(place: PagerPlace): PagerPlace | undefined {
    if (place.row + 1 < this.#rowsOf(place.line).length) return { line: place.line, row: place.row + 1 };
    return place.line + 1 < this.store.count ? { line: place.line + 1, row: 0 } : undefined;
  }

  #before(place: PagerPlace, rows: number): PagerPlace {
    let { line, row } = place;
    for (let rest = rows; rest > 0; ) {
      if (row >= rest) return { line, row: row - rest };
      rest -= row + 1;
      if (line === 0) return TOP;
      line -= 1;
      row = this.#rowsOf(line).length - 1;
    }
    return { line, row };
  }

  #endTop(): PagerPlace {
    const line = this.store.count - 1;
    if (line < 0) return TOP;
    return this.#before({ line, row: this.#rowsOf(line).length - 1 }, this.#bodyRows - 1);
  }

  /** At the end of the text the screen stays full. */
  #fillScreen(): void {
    if (!this.store.isEnded || !this.isAtEnd()) return;
    this.toEnd();
  }
}
