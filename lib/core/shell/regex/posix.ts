import * as limits from '../../limits.ts';
import { parseBracket, PatternError, sequence, SPACE_RANGES, WORD_RANGES, type Pattern } from './pattern.ts';

/** POSIX.1-2017 chapter 9 with GNU's additions (`\+ \? \|` in BRE, `\w \W \s \S \b \B \< \>` in both). */
export interface PosixPattern {
  pattern: Pattern;
  groups: number;
}

const REPEAT_MAX = 32_767;

/** @throws PatternError with grep's words. */
export function parsePosix(text: string, extended: boolean): PosixPattern {
  let at = 0;
  let groups = 0;
  let depth = 0;

  const isOperator = (name: '(' | ')' | '|' | '{' | '+' | '?'): boolean =>
    extended ? text[at] === name : text[at] === '\\' && text[at + 1] === name;
  const operatorLength = extended ? 1 : 2;

  const choice = (): Pattern => {
    const items = [branch()];
    while (isOperator('|')) {
      at += operatorLength;
      items.push(branch());
    }
    return items.length === 1 ? (items[0] as Pattern) : { kind: 'choice', items };
  };

  const branch = (): Pattern => {
    const items: Pattern[] = [];
    for (;;) {
      if (at >= text.length || isOperator('|') || (depth > 0 && isOperator(')'))) break;
      items.push(repeated(items.length === 0));
    }
    return sequence(items);
  };

  const repeated = (isFirst: boolean): Pattern => {
    let item = atom(isFirst);
    for (;;) {
      let min = 0;
      let max = Number.POSITIVE_INFINITY;
      if (text[at] === '*' && !(!extended && item.kind === 'assert' && item.what === 'start')) at += 1;
      else if (isOperator('+')) {
        at += operatorLength;
        min = 1;
      } else if (isOperator('?')) {
        at += operatorLength;
        max = 1;
      } else if (isOperator('{')) {
        const interval = /^(\d*)(,(\d*))?/.exec(text.slice(at + operatorLength)) as RegExpExecArray;
        const close = at + operatorLength + interval[0].length;
        const isClosed = extended ? text[close] === '}' : text.startsWith('\\}', close);
        if (!isClosed || (interval[1] === '' && interval[2] === undefined)) {
          if (extended) return item;
          throw new PatternError(isClosed ? 'Invalid content of \\{\\}' : 'Unmatched \\{');
        }
        min = Number(interval[1] || '0');
        max = interval[2] === undefined ? min : interval[3] === '' ? Number.POSITIVE_INFINITY : Number(interval[3]);
        if (max < min) throw new PatternError('Invalid content of \\{\\}');
        if (min > REPEAT_MAX || (max !== Number.POSITIVE_INFINITY && max > REPEAT_MAX)) {
          throw new PatternError('Regular expression too big');
        }
        at = close + operatorLength;
      } else return item;
      item = { kind: 'repeat', item, min, max };
    }
  };

  const atom = (isFirst: boolean): Pattern => {
    if (isOperator('(')) {
      at += operatorLength;
      groups += 1;
      depth += 1;
      if (depth > limits.shellMaxDepth) throw new PatternError('Regular expression too big');
      const index = groups;
      const item = choice();
      if (!isOperator(')')) throw new PatternError('Unmatched ( or \\(');
      at += operatorLength;
      depth -= 1;
      return { kind: 'group', item, index };
    }
    if (isOperator(')')) {
      throw new PatternError('Unmatched ) or \\)');
    }
    const character = text[at] as string;
    if (character === '\\') return escape();
    if (character === '[') {
      const bracket = parseBracket(text, at + 1, false);
      if (bracket === undefined) throw new PatternError('Unmatched [, [^, [:, [., or [=');
      at = bracket.end;
      return bracket.set;
    }
    if (character === '.') {
      at += 1;
      return { kind: 'any' };
    }
    if (character === '^' && (extended || isFirst)) {
      at += 1;
      return { kind: 'assert', what: 'start' };
    }
    if (character === '$') {
      const rest = text.slice(at + 1);
      if (extended || rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|')) {
        at += 1;
        return { kind: 'assert', what: 'end' };
      }
    }
    return literal();
  };

  const literal = (): Pattern => {
    const code = text.codePointAt(at) as number;
    at += code > 0xffff ? 2 : 1;
    return { kind: 'char', code };
  };

  const escape = (): Pattern => {
    at += 1;
    const character = text[at];
    if (character === undefined) throw new PatternError('Trailing backslash');
    const take = (pattern: Pattern): Pattern => {
      at += 1;
      return pattern;
    };
    switch (character) {
      case 'w': return take({ kind: 'set', negated: false, ranges: WORD_RANGES });
      case 'W': return take({ kind: 'set', negated: true, ranges: WORD_RANGES });
      case 's': return take({ kind: 'set', negated: false, ranges: SPACE_RANGES });
      case 'S': return take({ kind: 'set', negated: true, ranges: SPACE_RANGES });
      case 'b': return take({ kind: 'assert', what: 'boundary' });
      case 'B': return take({ kind: 'assert', what: 'inside' });
      case '<': return take({ kind: 'assert', what: 'word-start' });
      case '>': return take({ kind: 'assert', what: 'word-end' });
      case '`': return take({ kind: 'assert', what: 'text-start' });
      case "'": return take({ kind: 'assert', what: 'text-end' });
    }
    if (character >= '1' && character <= '9') {
      const index = Number(character);
      if (index > groups) throw new PatternError('Invalid back reference');
      return take({ kind: 'back-reference', index });
    }
    return literal();
  };

  const pattern = choice();
  if (at < text.length) throw new PatternError('Unmatched ) or \\)');
  return { pattern, groups };
}

/** A fixed string as a pattern. */
export function literalPattern(text: string): Pattern {
  return sequence(Array.from(text, (character) => ({ kind: 'char', code: character.codePointAt(0) as number }) as const));
}
