import { GREY, spanStyle } from './line-colours.ts';
import type { LineView } from './line-view.ts';
import { clusters } from './width.ts';

/**
 * Where each character of the line being typed falls on the screen. A row ends either because the next cell
 * did not fit (`wrap`: the terminal breaks it by itself, and joins it again when somebody copies it) or
 * because the text has a line end there (`hard`).
 */
export interface LayoutCell {
  /** One cluster. */
  text: string;
  width: number;
  /** SGR sequences that lead from the default to its colours; empty for plain. */
  style: string;
}

export interface LayoutRow {
  cells: LayoutCell[];
  /** Columns taken, those before the line on its first row included. */
  width: number;
  end: 'wrap' | 'hard' | 'last';
}

export interface LineLayout {
  rows: LayoutRow[];
  cursorRow: number;
  /** Column of the cursor, from 0. */
  cursorColumn: number;
}

/** A prompt's colours take no cells. */
// oxlint-disable-next-line no-control-regex
const SGR = /(\x1b\[[0-9;:]*m)/;
/** What else a prompt or a list may hold and must not do: titles, cursor moves, single controls. */
// oxlint-disable-next-line no-control-regex
const ACTS = /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-?]*[ -/]*[@-ln-~]|\x1b(?!\[[0-9;:]*m)|[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g;
const TAB = '    ';

/** `startColumn`: cells already used on the first row, by output that did not end its line. */
export function layoutLine(view: LineView, columns: number, startColumn = 0): LineLayout {
  let row: LayoutRow = { cells: [], width: startColumn, end: 'last' };
  const rows = [row];
  let cursor: { row: number; column: number } | undefined;

  const newRow = (end: 'wrap' | 'hard') => {
    row.end = end;
    row = { cells: [], width: 0, end: 'last' };
    rows.push(row);
  };
  const put = (text: string, width: number, style: string) => {
    if (row.width + width > columns && row.width > 0) newRow('wrap');
    row.cells.push({ text, width, style });
    row.width += width;
  };
  const putStyled = (text: string) => {
    for (const cell of styledCells(text)) {
      if (cell.text === '\n') newRow('hard');
      else put(cell.text, cell.width, cell.style);
    }
  };
  const markCursor = () => {
    // A full row leaves the cursor waiting at its end; the next character would go to the row below.
    if (row.width >= columns) newRow('wrap');
    cursor = { row: rows.length - 1, column: row.width };
  };
  const putText = (text: string, styleAt: (index: number) => string, cursorAt: number) => {
    for (const cluster of clusters(text)) {
      const code = cluster.text.charCodeAt(0);
      if (cluster.start === cursorAt) {
        // A wide character that does not fit takes the cursor along to the next row.
        if (row.width + cluster.width > columns && row.width > 0 && code !== 0x0a) newRow('wrap');
        markCursor();
      }
      const style = styleAt(cluster.start);
      if (code === 0x0a) {
        newRow('hard');
        putStyled(view.continuation);
      } else if (code === 0x09) {
        for (const space of TAB) put(space, 1, style);
      } else if (code < 0x20 || code === 0x7f) {
        put('^', 1, style);
        put(String.fromCharCode(code ^ 0x40), 1, style);
      } else if (code >= 0x80 && code < 0xa0) {
        // A terminal takes U+009B for ESC [; it is named, not sent.
        for (const letter of `<${code.toString(16)}>`) put(letter, 1, style);
      } else if (isLoneSurrogate(cluster.text)) {
        put('\ufffd', 1, style);
      } else if (cluster.width === 0) {
        // A mark with nothing before it to stand on.
        put(`◌${cluster.text}`, 1, style);
      } else {
        put(cluster.text, cluster.width, style);
      }
    }
  };

  putStyled(view.prompt);
  const spans = view.spans ?? [];
  let next = 0;
  putText(view.text, (index) => {
    while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) <= index) next += 1;
    const span = spans[next];
    return span !== undefined && span.start <= index ? spanStyle(span) : '';
  }, view.cursor);
  if (cursor === undefined) markCursor();
  if (view.suggestion !== undefined && view.cursor === view.text.length) putText(view.suggestion, () => GREY, -1);
  return { rows, cursorRow: cursor?.row ?? 0, cursorColumn: cursor?.column ?? 0 };
}

/** Rows of a list, each cut at the width of the screen. */
export function layoutList(lines: readonly string[], columns: number): LayoutRow[] {
  return lines.map((line) => {
    const row: LayoutRow = { cells: [], width: 0, end: 'last' };
    for (const cell of styledCells(line)) {
      if (cell.text === '\n' || row.width + cell.width > columns) break;
      row.cells.push(cell);
      row.width += cell.width;
    }
    return row;
  });
}

/** Half a character has no form on the wire, and would take the next one with it. */
function isLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function styledCells(text: string): LayoutCell[] {
  const cells: LayoutCell[] = [];
  let style = '';
  for (const piece of text.replace(ACTS, '').split(SGR)) {
    if (SGR.test(piece)) {
      // oxlint-disable-next-line no-control-regex
      style = /^\x1b\[0*m$/.test(piece) ? '' : style + piece;
      continue;
    }
    for (const cluster of clusters(piece)) {
      if (isLoneSurrogate(cluster.text)) cells.push({ text: '\ufffd', width: 1, style });
      else if (cluster.width > 0 || cluster.text === '\n') cells.push({ text: cluster.text, width: cluster.width, style });
      else cells.push({ text: `◌${cluster.text}`, width: 1, style });
    }
  }
  return cells;
}
