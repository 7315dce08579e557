import type { IBufferRange, ILink, ILinkProvider, Terminal } from '@xterm/xterm';

/**
 * Makes addresses on the screen clickable. A link goes where its text says, never elsewhere; that is why
 * hyperlinks of the output (OSC 8) are swallowed and only what can be read counts.
 */
const ADDRESS = /\bhttps?:\/\/[^\s"'<>`{}|\\^]+/g;
const TRAILING = /[.,;:!?)\]]+$/;

/** `open` gets an http or https address. */
export function linkProvider(terminal: Terminal, open: (address: string) => void): ILinkProvider {
  return {
    provideLinks(y, callback) {
      const { buffer, cols } = terminal;
      // A long address continues on wrapped rows: read the whole line that row y belongs to.
      let first = y - 1;
      while (first > 0 && buffer.active.getLine(first)?.isWrapped === true) first -= 1;
      let text = '';
      for (let row = first; row === first || buffer.active.getLine(row)?.isWrapped === true; row += 1) {
        text += (buffer.active.getLine(row)?.translateToString(false) ?? '').padEnd(cols);
      }
      const links: ILink[] = [];
      for (const match of text.matchAll(ADDRESS)) {
        const address = match[0].replace(TRAILING, '');
        links.push({
          text: address,
          range: rangeOf(match.index, match.index + address.length - 1, first, cols),
          activate: () => open(address),
        });
      }
      callback(links.filter((link) => link.range.start.y <= y && link.range.end.y >= y));
    },
  };
}

/** Cells are counted from 1, the last one included. */
function rangeOf(start: number, end: number, firstRow: number, columns: number): IBufferRange {
  const at = (index: number) => ({ x: (index % columns) + 1, y: firstRow + Math.floor(index / columns) + 1 });
  return { start: at(start), end: at(end) };
}
