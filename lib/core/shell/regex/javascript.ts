import { WORD_RANGES, type Pattern } from './pattern.ts';

const escapeCode = (code: number): string => `\\u{${code.toString(16)}}`;
const rangesText = (ranges: readonly (readonly [number, number])[]): string =>
  ranges.map(([low, high]) => (low === high ? escapeCode(low) : `${escapeCode(low)}-${escapeCode(high)}`)).join('');
const WORD = `[${rangesText(WORD_RANGES)}]`;

/** The source of a RegExp with the flags `us` (and `i`). */
export function toJavaScript(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'empty': return '(?:)';
    case 'char': {
      const isPlain = (pattern.code >= 97 && pattern.code <= 122) || (pattern.code >= 48 && pattern.code <= 57);
      return isPlain ? String.fromCharCode(pattern.code) : escapeCode(pattern.code);
    }
    case 'any': return '.';
    case 'set': return `[${pattern.negated ? '^' : ''}${rangesText(pattern.ranges)}]`;
    case 'assert':
      switch (pattern.what) {
        case 'start': return '^';
        case 'end': return '$';
        case 'text-start': return '(?<![^])';
        case 'text-end': return '(?![^])';
        case 'boundary': return `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
        case 'inside': return `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;
        case 'word-start': return `(?<!${WORD})(?=${WORD})`;
        case 'word-end': return `(?<=${WORD})(?!${WORD})`;
      }
      return '';
    case 'sequence': return pattern.items.map(toJavaScript).join('');
    case 'choice': return `(?:${pattern.items.map(toJavaScript).join('|')})`;
    case 'repeat': {
      const { item, min, max } = pattern;
      const inner = item.kind === 'char' || item.kind === 'any' || item.kind === 'set' || item.kind === 'group'
        ? toJavaScript(item)
        : `(?:${toJavaScript(item)})`;
      if (max === Number.POSITIVE_INFINITY) return min === 0 ? `${inner}*` : min === 1 ? `${inner}+` : `${inner}{${min},}`;
      return min === 0 && max === 1 ? `${inner}?` : `${inner}{${min},${max}}`;
    }
    case 'group': return `(${toJavaScript(pattern.item)})`;
    case 'back-reference': return `(?:\\${pattern.index})`;
    case 'not': return `(?!(?:${toJavaScript(pattern.item)})$).*`;
  }
}
