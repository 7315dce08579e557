import { clusters, textWidth } from '../../tty/width.ts';

/** A piece of text and its SGR parameters; `\n` in it is a line end that has to be. */
export interface StyledText {
  text: string;
  style: string;
}

/** The text with its colours switched on before it and off after it. */
export const inStyle = (text: string, style: string): string => (style === '' || text === '' ? text : `\x1b[${style}m${text}\x1b[0m`);

export const styledWidth = (pieces: readonly StyledText[]): number => pieces.reduce((sum, { text }) => sum + textWidth(text), 0);

interface Letter {
  text: string;
  width: number;
  style: string;
}

/**
 * Breaks between words into lines of at most `width` cells, as strings with colours. Wide characters may be parted anywhere, as
 * texts in them have no blanks; a word longer than a line is broken where the line is full.
 */
export function wrapStyled(pieces: readonly StyledText[], width: number): string[] {
  const room = Math.max(2, width);
  const lines: string[] = [];
  let line: Letter[] = [];
  let used = 0;
  /** How much of `line` may stay when the rest goes to the next one; 0: nowhere yet. */
  let breakAt = 0;
  const flush = (upTo: number): void => {
    lines.push(join(trimmed(line.slice(0, upTo))));
    line = line.slice(upTo);
    while (line[0]?.text === ' ') line.shift();
    used = line.reduce((sum, letter) => sum + letter.width, 0);
    breakAt = 0;
  };
  for (const { text, style } of pieces) {
    for (const cluster of clusters(text.replaceAll('\t', '    '))) {
      if (cluster.text === '\n') {
        flush(line.length);
        continue;
      }
      if (cluster.width === 0) continue;
      const isBlank = cluster.text === ' ';
      if (cluster.width === 2 || line.at(-1)?.width === 2) breakAt = line.length;
      if (used + cluster.width > room && !isBlank) flush(breakAt > 0 ? breakAt : line.length);
      if (isBlank && line.length === 0 && lines.length > 0) continue;
      line.push({ text: cluster.text, width: cluster.width, style });
      used += cluster.width;
      if (isBlank) breakAt = line.length;
    }
  }
  lines.push(join(trimmed(line)));
  return lines;
}

function trimmed(line: readonly Letter[]): readonly Letter[] {
  let end = line.length;
  while (end > 0 && line[end - 1]?.text === ' ') end -= 1;
  return line.slice(0, end);
}

function join(line: readonly Letter[]): string {
  let out = '';
  let run = '';
  let style = '';
  for (const letter of line) {
    if (letter.style !== style) {
      out += inStyle(run, style);
      run = '';
      style = letter.style;
    }
    run += letter.text;
  }
  return out + inStyle(run, style);
}
