import { WORD_RANGES, type Pattern } from './pattern.ts';

const escapeCode = (code: number): string => `\\u{${code.toString(16)}}`;
const rangesText = (ranges: readonly (readonly [number, number])[]): string =>
  ranges.map(([low, high]) => (low === high ? escapeCode(low) : `${escapeCode(low)}-${escapeCode(high)}`)).join('');
const WORD = `[${rangesText(WORD_RANGES)}]`;

/**
 * The source of a RegExp with the flags `us` (and `i`).
 * @param atNewlines for the flag `m`: `^` and `$` are at newlines alone. To JavaScript a carriage return, and two more, end a line too.
 *   (The lookaround alone would do, but V8 also tries it between the halves of a surrogate pair.)
 */
export function toJavaScript(pattern: Pattern, atNewlines = false): string {
  const inner = (item: Pattern): string => toJavaScript(item, atNewlines);
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
        case 'start': return atNewlines ? '^(?<![^\\n])' : '^';
        case 'end': return atNewlines ? '$(?![^\\n])' : '$';
        case 'text-start': return '(?<![^])';
        case 'text-end': return '(?![^])';
        case 'boundary': return `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
        case 'inside': return `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;
        case 'ascii-boundary': return '\\b';
        case 'ascii-inside': return '\\B';
        case 'word-start': return `(?<!${WORD})(?=${WORD})`;
        case 'word-end': return `(?<=${WORD})(?!${WORD})`;
      }
      return '';
    case 'sequence': return pattern.items.map(inner).join('');
    case 'choice': return `(?:${pattern.items.map(inner).join('|')})`;
    case 'repeat': {
      const { item, min, max, isLazy = false } = pattern;
      const lazy = isLazy ? '?' : '';
      const one = item.kind === 'char' || item.kind === 'any' || item.kind === 'set' || item.kind === 'group' ? inner(item) : `(?:${inner(item)})`;
      if (max === Number.POSITIVE_INFINITY) return (min === 0 ? `${one}*` : min === 1 ? `${one}+` : `${one}{${min},}`) + lazy;
      return (min === 0 && max === 1 ? `${one}?` : `${one}{${min},${max}}`) + lazy;
    }
    case 'group': return `(${inner(pattern.item)})`;
    case 'back-reference': return `(?:\\${pattern.index})`;
    case 'look': return `(?${pattern.isBehind ? '<' : ''}${pattern.isNegated ? '!' : '='}${inner(pattern.item)})`;
    case 'property': return pattern.expression.source;
    case 'not': return `(?!(?:${inner(pattern.item)})$).*`;
  }
}
