import { clusters } from './width.ts';
import type { LineView } from './line-reader.ts';

/**
 * Where each character of the line being typed falls on the screen. A row ends either because the next cell
 * did not fit (`wrap`: the terminal breaks it by itself, and joins it again when somebody copies it) or
 * because the text has a line end there (`hard`).
 */
export interface LayoutRow {
  /** With SGR sequences. */
  text: string;
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
const SGR = /(\x1b\[[0-9;]*m)/;
const TAB = '    ';

/** `startColumn`: cells already used on the first row, by output that did not end its line. */
export function layoutLine(view: LineView, columns: number, startColumn = 0): LineLayout {
  const rows: LayoutRow[] = [{ text: '', end: 'last' }];
  let column = startColumn;
  let cursor: { row: number; column: number } | undefined;

  const newRow = (end: 'wrap' | 'hard') => {
    (rows[rows.length - 1] as LayoutRow).end = end;
    rows.push({ text: '', end: 'last' });
    column = 0;
  };
  const put = (text: string, width: number) => {
    if (column + width > columns && column > 0) newRow('wrap');
    (rows[rows.length - 1] as LayoutRow).text += text;
    column += width;
  };
  const putPrompt = (prompt: string) => {
    for (const piece of prompt.split(SGR)) {
      if (SGR.test(piece)) (rows[rows.length - 1] as LayoutRow).text += piece;
      else for (const cluster of clusters(piece)) put(cluster.text, cluster.width);
    }
  };
  const markCursor = () => {
    // A full row leaves the cursor waiting at its end; the next character would go to the row below.
    if (column >= columns) newRow('wrap');
    cursor = { row: rows.length - 1, column };
  };

  putPrompt(view.prompt);
  for (const cluster of clusters(view.text)) {
    const code = cluster.text.charCodeAt(0);
    if (cluster.start === view.cursor) {
      // A wide character that does not fit takes the cursor along to the next row.
      if (column + cluster.width > columns && column > 0 && code !== 0x0a) newRow('wrap');
      markCursor();
    }
    if (code === 0x0a) {
      newRow('hard');
      putPrompt(view.continuation);
    } else if (code === 0x09) {
      for (const space of TAB) put(space, 1);
    } else if (code < 0x20 || code === 0x7f) {
      put('^', 1);
      put(String.fromCharCode(code ^ 0x40), 1);
    } else {
      put(cluster.text, cluster.width);
    }
  }
  if (cursor === undefined) markCursor();
  return { rows, cursorRow: cursor?.row ?? 0, cursorColumn: cursor?.column ?? 0 };
}
