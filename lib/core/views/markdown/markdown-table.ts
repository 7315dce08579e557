import type { SyntaxNode } from '@lezer/common';
import { plainLine } from '../styled-line.ts';
import { textWidth } from '../../tty/width.ts';
import { inlineText, type MarkdownLinks } from './markdown-inline.ts';
import { inStyle, styledWidth, wrapStyled, type StyledText } from './wrap-styled.ts';

const LINE_STYLE = '90';
const NARROWEST = 4;

type Side = 'left' | 'right' | 'centre';

/** A table whose columns share `width`: each gets what it needs, and the widest ones give way and wrap. */
export function tableLines(node: SyntaxNode, source: string, links: MarkdownLinks, width: number): string[] {
  const header = node.getChild('TableHeader');
  const rows = [header, ...node.getChildren('TableRow')].filter((row): row is SyntaxNode => row !== null)
    .map((row) => cellsOf(row, source, links, row === header ? '1' : ''));
  const columns = Math.max(...rows.map((row) => row.length));
  const sides = sidesOf(node, source);
  const widths = shareOut(Array.from({ length: columns }, (_, column) => Math.max(1, ...rows.map((row) => styledWidth(row[column] ?? [])))), width);
  const rule = inStyle(widths.map((cells) => '─'.repeat(cells + 2)).join('┼'), LINE_STYLE);
  return rows.flatMap((row, index) => {
    const cells = widths.map((room, column) => wrapStyled(row[column] ?? [], room));
    const height = Math.max(...cells.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, line) => cells
      .map((cell, column) => ` ${aligned(cell[line] ?? '', widths[column] as number, sides[column] ?? 'left')} `)
      .join(inStyle('│', LINE_STYLE)).trimEnd());
    return index === 0 ? [...lines, rule] : lines;
  });
}

function cellsOf(row: SyntaxNode, source: string, links: MarkdownLinks, style: string): StyledText[][] {
  const cells: StyledText[][] = [];
  let afterMark = true;
  for (let child = row.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'TableCell') {
      cells.push(inlineText(child, source, links, style));
      afterMark = false;
    } else {
      // Two marks with nothing between them are an empty cell, but for the one at the line's beginning.
      if (afterMark && child.from > row.from) cells.push([]);
      afterMark = true;
    }
  }
  return cells;
}

function sidesOf(node: SyntaxNode, source: string): Side[] {
  const delimiter = node.getChild('TableDelimiter');
  const text = delimiter === null ? '' : source.slice(delimiter.from, delimiter.to);
  return text.replace(/^\s*\||\|\s*$/g, '').split('|').map((mark) => {
    const isRight = mark.trim().endsWith(':');
    return isRight ? (mark.trim().startsWith(':') ? 'centre' : 'right') : 'left';
  });
}

function shareOut(wanted: readonly number[], width: number): number[] {
  const widths = [...wanted];
  const room = width - wanted.length * 3 + 1;
  for (let over = widths.reduce((sum, cells) => sum + cells, 0) - room; over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] as number) <= NARROWEST) break;
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}

function aligned(text: string, room: number, side: Side): string {
  const blank = Math.max(0, room - textWidth(plainLine(text)));
  const before = side === 'right' ? blank : side === 'centre' ? Math.floor(blank / 2) : 0;
  return `${' '.repeat(before)}${text}${' '.repeat(blank - before)}`;
}
