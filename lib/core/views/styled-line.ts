import { SgrState } from '../tty/screen/sgr-state.ts';
import { clusters } from '../tty/width.ts';

/** One character of a line as it is shown. */
export interface StyledCluster {
  text: string;
  /** 1 or 2 cells. */
  width: number;
  style: string;
  /** Where it is in `plainLine`. */
  index: number;
}

/** Colours, and the marks of hyperlinks (OSC 8), of which only the text stays. */
const SKIPPED = /\x1b\[([0-9;]*)m|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)/g;
const SPECIAL = /[\x00-\x1f\x7f-\x9f\udc80-\udcff]/;
const TAB_CELLS = 8;
const CONTROL_STYLE = '7';

/** The text of a line without its colours: what a search looks at. */
export function plainLine(line: string): string {
  return line.includes('\x1b') ? line.replace(SKIPPED, '') : line;
}

/**
 * The characters of a line with their colours: tabs become blanks up to the next multiple of 8, control characters `^X` and
 * bytes that are no UTF-8 `<FF>`, both inverse, as `less` shows them. The CR of a CRLF line is not shown.
 */
export function styledLine(line: string): StyledCluster[] {
  const shown: StyledCluster[] = [];
  const source = line.endsWith('\r') ? line.slice(0, -1) : line;
  const state = new SgrState();
  let column = 0;
  let index = 0;
  const push = (text: string, width: number, style: string, at: number): void => {
    shown.push({ text, width, style, index: at });
    column += width;
  };
  const add = (text: string): void => {
    for (const cluster of clusters(text)) {
      const at = index + cluster.start;
      const code = cluster.text.charCodeAt(0);
      if (cluster.text === '\t') {
        for (let rest = TAB_CELLS - (column % TAB_CELLS); rest > 0; rest -= 1) push(' ', 1, state.style, at);
      } else if (SPECIAL.test(cluster.text)) for (const letter of nameOf(code)) push(letter, 1, CONTROL_STYLE, at);
      else if (cluster.width > 0) push(cluster.text, cluster.width, state.style, at);
    }
    index += text.length;
  };
  let from = 0;
  if (source.includes('\x1b')) {
    for (const match of source.matchAll(SKIPPED)) {
      add(source.slice(from, match.index));
      if (match[1] !== undefined) state.apply(match[1]);
      from = match.index + match[0].length;
    }
  }
  add(source.slice(from));
  return shown;
}

function nameOf(code: number): string {
  if (code >= 0xdc80) return `<${(code - 0xdc00).toString(16).toUpperCase()}>`;
  if (code === 0x1b) return 'ESC';
  if (code >= 0x7f) return code === 0x7f ? '^?' : `<${code.toString(16).toUpperCase()}>`;
  return `^${String.fromCharCode(code + 0x40)}`;
}

/** Cuts a line into rows of at most `columns` cells; an empty line is one empty row. */
export function wrapClusters(line: readonly StyledCluster[], columns: number): StyledCluster[][] {
  const rows: StyledCluster[][] = [];
  let row: StyledCluster[] = [];
  let width = 0;
  for (const cluster of line) {
    if (width + cluster.width > columns && row.length > 0) {
      rows.push(row);
      row = [];
      width = 0;
    }
    row.push(cluster);
    width += cluster.width;
  }
  rows.push(row);
  return rows;
}
