import type { SyntaxNode, Tree } from '@lezer/common';
import { GFM, parser } from '@lezer/markdown';
import type { CodeSpan } from '../../shell/command.ts';
import { plainLine } from '../styled-line.ts';
import type { Breathe } from '../pager-reader.ts';
import { textWidth } from '../../tty/width.ts';
import { inlineText, referenceName, type MarkdownLinks } from './markdown-inline.ts';
import { tableLines } from './markdown-table.ts';
import { inStyle, wrapStyled } from './wrap-styled.ts';

/**
 * Markdown (CommonMark with GitHub's tables, tasks and strikethrough) as lines for a terminal. The parser is the editor's
 * (`@lezer/markdown`): what is coloured there as a heading is one here. The tree is parsed once and laid out again for every width.
 *
 * Rejected: a Markdown-to-HTML library with a printer of its own. It would be a second parser with second opinions.
 */
export interface MarkdownDocument {
  source: string;
  tree: Tree;
  references: ReadonlyMap<string, string>;
  /** Colours of the code blocks, by where they begin. */
  code: ReadonlyMap<number, readonly CodeSpan[]>;
}

export interface MarkdownPage {
  lines: string[];
  /** Where the links lead; the text names them by number, from 1. */
  links: string[];
  /** Indexes of the lines that are headings. */
  headings: number[];
}

export type ColourCode = (code: string, language: string) => Promise<readonly CodeSpan[] | undefined>;

const markdown = parser.configure([GFM]);
const HEADING_STYLES: readonly string[] = ['', '1;36', '1;36', '1;34', '1', '1', '1'];
const CODE_STYLE = '33';
const QUIET_STYLE = '90';
/** Longer lines of text are tiring to read. */
const TEXT_MAX_COLUMNS = 88;

/** Parses a text, giving way to the page now and then. */
export async function parseMarkdown(text: string, breathe: Breathe, colourCode?: ColourCode): Promise<MarkdownDocument> {
  // eslint-disable-next-line no-control-regex
  const source = text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd');
  const parse = markdown.startParse(source);
  let tree = parse.advance();
  for (; tree === null; tree = parse.advance()) await breathe();
  const references = new Map<string, string>();
  const code = new Map<number, readonly CodeSpan[]>();
  const blocks: { at: number; text: string; language: string }[] = [];
  tree.iterate({
    enter({ name, node }) {
      if (name === 'LinkReference') {
        const [label, url] = [node.getChild('LinkLabel'), node.getChild('URL')];
        const key = label === null ? '' : referenceName(source.slice(label.from + 1, label.to - 1));
        if (key !== '' && url !== null && !references.has(key)) references.set(key, source.slice(url.from, url.to).replace(/^<|>$/g, ''));
      } else if (name === 'FencedCode') {
        const info = node.getChild('CodeInfo');
        if (info !== null) blocks.push({ at: node.from, text: codeOf(node, source), language: source.slice(info.from, info.to).split(/[\s{,]/)[0] ?? '' });
      }
    },
  });
  for (const block of blocks) {
    const spans = await colourCode?.(block.text, block.language);
    if (spans !== undefined) code.set(block.at, spans);
    await breathe();
  }
  return { source, tree, references, code };
}

/** Lays the document out in `columns` cells. */
export async function renderMarkdown(document: MarkdownDocument, columns: number, breathe: Breathe): Promise<MarkdownPage> {
  const links: MarkdownLinks = { addresses: [], references: document.references };
  const page: MarkdownPage = { lines: [], links: links.addresses, headings: [] };
  const width = Math.max(10, Math.min(columns, TEXT_MAX_COLUMNS));
  const printer = new Printer(document, links, columns);
  for (let node = document.tree.topNode.firstChild; node !== null; node = node.nextSibling) {
    const lines = printer.block(node, width);
    if (lines.length === 0) continue;
    if (page.lines.length > 0) page.lines.push('');
    if (/Heading\d$/.test(node.name)) page.headings.push(page.lines.length);
    page.lines.push(...lines);
    await breathe();
  }
  if (links.addresses.length > 0) {
    page.lines.push('', inStyle('─'.repeat(Math.min(width, 20)), QUIET_STYLE));
    links.addresses.forEach((address, index) => page.lines.push(`${inStyle(`[${index + 1}]`, QUIET_STYLE)} ${address}`));
  }
  return page;
}

class Printer {
  readonly #document: MarkdownDocument;
  readonly #links: MarkdownLinks;
  /** Code and tables may be wider than text. */
  readonly #columns: number;

  constructor(document: MarkdownDocument, links: MarkdownLinks, columns: number) {
    this.#document = document;
    this.#links = links;
    this.#columns = columns;
  }

  block(node: SyntaxNode, width: number): string[] {
    const { source } = this.#document;
    const { name } = node;
    const level = Number(/Heading(\d)$/.exec(name)?.[1] ?? 0);
    if (level > 0) return this.#heading(node, level, width);
    switch (name) {
      case 'Paragraph': return wrapStyled(inlineText(node, source, this.#links), width);
      case 'BulletList': case 'OrderedList': return this.#list(node, width);
      case 'Blockquote': return this.#inside(node, width - 2).map((line) => `${inStyle('│', QUIET_STYLE)} ${line}`.trimEnd());
      case 'FencedCode': case 'CodeBlock': return this.#code(node).map((line) => `  ${line}`);
      case 'Table': return tableLines(node, source, this.#links, Math.max(width, this.#columns - 1));
      case 'HorizontalRule': return [inStyle('─'.repeat(width), QUIET_STYLE)];
      case 'HTMLBlock': case 'ProcessingInstructionBlock': return source.slice(node.from, node.to).split('\n').map((line) => inStyle(line, QUIET_STYLE));
      default: return [];
    }
  }

  #heading(node: SyntaxNode, level: number, width: number): string[] {
    const lines = wrapStyled(trimmedPieces(inlineText(node, this.#document.source, this.#links, HEADING_STYLES[level])), width);
    if (level > 2) return lines;
    const longest = Math.max(...lines.map((line) => textWidth(plainLine(line))));
    return [...lines, inStyle((level === 1 ? '━' : '─').repeat(longest), HEADING_STYLES[level] ?? '')];
  }

  /** The blocks in a quotation or an item, with an empty line between those that are not lists. */
  #inside(node: SyntaxNode, width: number): string[] {
    const lines: string[] = [];
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      const made = child.name === 'Task' ? this.#task(child, width) : this.block(child, width);
      if (made.length === 0) continue;
      if (lines.length > 0 && !child.name.endsWith('List')) lines.push('');
      lines.push(...made);
    }
    return lines;
  }

  #task(node: SyntaxNode, width: number): string[] {
    const { source } = this.#document;
    const marker = node.getChild('TaskMarker');
    const isDone = marker !== null && /x/i.test(source.slice(marker.from, marker.to));
    const lines = wrapStyled(trimmedPieces(inlineText(node, source, this.#links, isDone ? '90' : '')), width - 2);
    return lines.map((line, index) => (index > 0 ? `  ${line}` : `${isDone ? inStyle('☑', '32') : '☐'} ${line}`));
  }

  #list(node: SyntaxNode, width: number): string[] {
    const { source } = this.#document;
    const items = node.getChildren('ListItem');
    const isLoose = items.some((item) => /\n[ \t]*\n/.test(source.slice(item.from, item.to).trimEnd()));
    const first = Number(/^\d+/.exec(source.slice(node.from, node.from + 10))?.[0] ?? '1');
    const digits = String(first + items.length - 1).length;
    return items.flatMap((item, index) => {
      const mark = node.name === 'OrderedList' ? `${String(first + index).padStart(digits)}. ` : '• ';
      const isTask = item.getChild('Task') !== null;
      const indent = isTask ? '' : ' '.repeat(mark.length);
      const lines = this.#inside(item, width - indent.length);
      const shown = (lines.length === 0 ? [''] : lines).map((line, at) => (at > 0 ? `${indent}${line}`.trimEnd() : `${isTask ? '' : inStyle(mark.trimEnd(), '36')}${isTask ? '' : ' '}${line}`));
      return isLoose && index > 0 ? ['', ...shown] : shown;
    });
  }

  #code(node: SyntaxNode): string[] {
    const spans = this.#document.code.get(node.from) ?? [{ text: codeOf(node, this.#document.source), style: CODE_STYLE }];
    const lines = [''];
    for (const { text, style } of spans) {
      text.split('\n').forEach((part, index) => {
        if (index > 0) lines.push('');
        lines[lines.length - 1] += inStyle(part.replaceAll('\t', '    '), style);
      });
    }
    return lines;
  }
}

/** The code without fences and the indent that the block has as a whole. */
function codeOf(node: SyntaxNode, source: string): string {
  const text = node.getChildren('CodeText').map(({ from, to }) => source.slice(from, to)).join('');
  return text.replace(/\n$/, '');
}

function trimmedPieces<Piece extends { text: string }>(pieces: readonly Piece[]): Piece[] {
  const first = pieces.findIndex(({ text }) => text.trim() !== '');
  return pieces.slice(Math.max(0, first)).map((piece, index) => (index === 0 ? { ...piece, text: piece.text.trimStart() } : piece));
}
