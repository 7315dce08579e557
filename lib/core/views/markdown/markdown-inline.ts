import type { SyntaxNode } from '@lezer/common';
import type { StyledText } from './wrap-styled.ts';

/** Where the links of a text lead, in the order of their numbers, which begin at 1. */
export interface MarkdownLinks {
  addresses: string[];
  /** Targets of `[label]: address`, by label. */
  references: ReadonlyMap<string, string>;
}

const LINK_STYLE = '4;34';
const QUIET_STYLE = '90';
const CODE_STYLE = '33';
const STYLES: Readonly<Record<string, string>> = { Emphasis: '3', StrongEmphasis: '1', Strikethrough: '9' };
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', hellip: '…', mdash: '—', ndash: '–', rarr: '→', larr: '←',
};

/** The text of a paragraph, heading or cell with its styles; links get their number behind them. */
export function inlineText(node: SyntaxNode, source: string, links: MarkdownLinks, style = ''): StyledText[] {
  const pieces: StyledText[] = [];
  collect(node, node.from, node.to, source, links, style, pieces);
  return pieces;
}

function collect(node: SyntaxNode, from: number, to: number, source: string, links: MarkdownLinks, style: string, pieces: StyledText[]): void {
  let at = from;
  const plain = (end: number): void => {
    let text = source.slice(at, end).replace(/[ \t]*\n[ \t]*|[ \t]+/g, ' ');
    // The blank behind a mark that is left out (`>`) would be a second one.
    if (/\s$/.test(pieces.at(-1)?.text ?? '')) text = text.replace(/^ /, '');
    if (text !== '') pieces.push({ text, style });
    at = Math.max(at, end);
  };
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.from < at || child.from >= to) continue;
    plain(child.from);
    at = child.to;
    const { name } = child;
    if (STYLES[name] !== undefined) collect(child, child.from, child.to, source, links, joined(style, STYLES[name]), pieces);
    else if (name === 'InlineCode') pieces.push({ text: codeText(child, source), style: joined(style, CODE_STYLE) });
    else if (name === 'Link' || name === 'Image') link(child, source, links, style, pieces);
    else if (name === 'Autolink' || name === 'URL') address(source.slice(child.from, child.to).replace(/^<|>$/g, ''), links, style, pieces);
    else if (name === 'Escape') pieces.push({ text: source.slice(child.from + 1, child.to), style });
    else if (name === 'Entity') pieces.push({ text: entity(source.slice(child.from, child.to)), style });
    else if (name === 'HardBreak') pieces.push({ text: '\n', style });
    else if (name === 'HTMLTag') pieces.push({ text: /^<br\s*\/?>$/i.test(source.slice(child.from, child.to)) ? '\n' : '', style });
    else if (name === 'Comment' || name === 'TaskMarker' || name.endsWith('Mark')) continue;
    else collect(child, child.from, child.to, source, links, style, pieces);
  }
  plain(to);
}

const joined = (style: string, more: string): string => (style === '' ? more : `${style};${more}`);

function codeText(node: SyntaxNode, source: string): string {
  const marks = /^`+/.exec(source.slice(node.from, node.to))?.[0].length ?? 1;
  const text = source.slice(node.from + marks, node.to - marks).replace(/\s*\n\s*/g, ' ');
  return / .* |^ [^ ].* $/.test(text) && text.trim() !== '' ? text.replace(/^ | $/g, '') : text;
}

function link(node: SyntaxNode, source: string, links: MarkdownLinks, style: string, pieces: StyledText[]): void {
  const url = node.getChild('URL');
  const label = node.getChild('LinkLabel');
  const marks = node.getChildren('LinkMark');
  const [open, close] = marks;
  const textFrom = open?.to ?? node.from;
  const textTo = close?.from ?? node.to;
  const name = label === null ? source.slice(textFrom, textTo) : source.slice(label.from + 1, label.to - 1) || source.slice(textFrom, textTo);
  const target = url === null ? links.references.get(referenceName(name)) : source.slice(url.from, url.to).replace(/^<|>$/g, '');
  if (target === undefined) {
    pieces.push({ text: source.slice(node.from, node.to).replace(/\s*\n\s*/g, ' '), style });
    return;
  }
  const shown = joined(style, LINK_STYLE);
  if (node.name === 'Image') pieces.push({ text: `picture: ${source.slice(textFrom, textTo) || target}`, style: shown });
  else collect(node, textFrom, textTo, source, links, shown, pieces);
  pieces.push({ text: `[${numberOf(target, links)}]`, style: QUIET_STYLE });
}

function address(target: string, links: MarkdownLinks, style: string, pieces: StyledText[]): void {
  pieces.push({ text: target, style: joined(style, LINK_STYLE) });
  pieces.push({ text: `[${numberOf(target, links)}]`, style: QUIET_STYLE });
}

/** Two links to one place have one number. */
function numberOf(target: string, { addresses }: MarkdownLinks): number {
  const known = addresses.indexOf(target);
  return known >= 0 ? known + 1 : addresses.push(target);
}

/** How CommonMark compares labels: case and blanks aside. */
export const referenceName = (label: string): string => label.trim().replace(/\s+/g, ' ').toLowerCase();

function entity(text: string): string {
  const code = /^&#(?:x([\da-f]+)|(\d+));$/i.exec(text);
  if (code === null) return ENTITIES[text.slice(1, -1)] ?? text;
  const number = code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16);
  // No control character by the back door.
  return number < 0x20 || (number >= 0x7f && number < 0xa0) || number > 0x10ffff || (number >= 0xd800 && number < 0xe000) ? '\ufffd' : String.fromCodePoint(number);
}
