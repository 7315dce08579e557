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

/** How much backtracking could cost: a text of n characters takes about n^(loops + 1) × 2^options steps. */
export interface Risk {
  loops: number;
  options: number;
  hasChoice: boolean;
  hasBackReference: boolean;
}

/** Infinite `loops` where one loop is inside another or repeats a choice. */
export function judgeRisk(pattern: Pattern): Risk {
  switch (pattern.kind) {
    case 'sequence': {
      const all = pattern.items.map(judgeRisk);
      return {
        loops: all.reduce((sum, risk) => sum + risk.loops, 0),
        options: all.reduce((sum, risk) => sum + risk.options, 0),
        hasChoice: all.some((risk) => risk.hasChoice),
        hasBackReference: all.some((risk) => risk.hasBackReference),
      };
    }
    case 'choice': {
      const all = pattern.items.map(judgeRisk);
      return {
        loops: all.reduce((most, risk) => Math.max(most, risk.loops), 0),
        options: all.reduce((sum, risk) => sum + risk.options, 1),
        hasChoice: true,
        hasBackReference: all.some((risk) => risk.hasBackReference),
      };
    }
    case 'repeat': {
      const inner = judgeRisk(pattern.item);
      const isFixed = pattern.min === pattern.max;
      const isSimple = inner.loops === 0 && inner.options === 0 && !inner.hasChoice;
      if (isFixed && isSimple) return inner;
      if (!isSimple) return { ...inner, loops: pattern.max <= 1 ? inner.loops : Number.POSITIVE_INFINITY, options: inner.options + 1 };
      return pattern.max === 1 ? { ...inner, options: inner.options + 1 } : { ...inner, loops: inner.loops + 1 };
    }
    case 'group':
    case 'not':
      return judgeRisk(pattern.item);
    case 'back-reference':
      return { loops: 1, options: 0, hasChoice: false, hasBackReference: true };
    default:
      return { loops: 0, options: 0, hasChoice: false, hasBackReference: false };
  }
}
