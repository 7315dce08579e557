import * as limits from '../../limits.ts';
import { PatternError, sequence, SPACE_RANGES, type Pattern } from '../regex/pattern.ts';

/**
 * The common part of Perl's patterns, for `grep -P`: read into a JavaScript RegExp, and beside it into our own tree, by which
 * the cost is judged before it runs, and which our own engines run where that is too much. Rejected: handing the text to RegExp
 * as it is; `\Z`, `(?i)`, `\h`, POSIX classes and possessive loops mean something else there, or nothing.
 */
export interface PerlPattern {
  /** For the flags `u` and `m`; never matches a newline. */
  source: string;
  /** The very same, for judging its cost and for when that is too much. */
  pattern: Pattern;
  /** Whether no loop asks for as few rounds as will do. */
  isGreedy: boolean;
  ignoreCase: boolean;
  /** The group that begins where `\K` says that the match begins; to RegExp it holds the rest. Undefined without one. */
  kept: number | undefined;
}

type Ranges = readonly (readonly [number, number])[];
const DIGITS: Ranges = [[48, 57]];
const WORDS: Ranges = [[48, 57], [65, 90], [95, 95], [97, 122]];
const HORIZONTAL: Ranges = [[9, 9], [32, 32], [0xa0, 0xa0], [0x2000, 0x200a], [0x3000, 0x3000]];
const CLASSES: Readonly<Record<string, Ranges>> = {
  alpha: [[65, 90], [97, 122]], digit: DIGITS, alnum: [[48, 57], [65, 90], [97, 122]], upper: [[65, 90]], lower: [[97, 122]], space: SPACE_RANGES, blank: [[9, 9], [32, 32]],
  punct: [[33, 47], [58, 64], [91, 96], [123, 126]], print: [[32, 126]], graph: [[33, 126]], cntrl: [[0, 31], [127, 127]], xdigit: [[48, 57], [65, 70], [97, 102]], word: WORDS,
};
const LETTERS: Readonly<Record<string, Ranges>> = { d: DIGITS, w: WORDS, s: SPACE_RANGES, h: HORIZONTAL };
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, e: 27, a: 7 };

const code = (value: number): string => `\\u{${value.toString(16)}}`;
const rangesText = (ranges: Ranges): string => ranges.map(([low, high]) => (low === high ? code(low) : `${code(low)}-${code(high)}`)).join('');

function inverse(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort((left, right) => left[0] - right[0]);
  const out: (readonly [number, number])[] = [];
  let from = 0;
  for (const [low, high] of sorted) {
    if (low > from) out.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= 0x10ffff) out.push([from, 0x10ffff]);
  return out;
}

interface Part {
  source: string;
  pattern: Pattern;
}

const setOf = (ranges: Ranges, negated: boolean): Part => {
  // A line has no newline in it.
  const all = negated ? [...ranges, [10, 10] as const] : inverse([...inverse(ranges), [10, 10]]);
  const source = all.length === 0 ? '(?!)' : `[${negated ? '^' : ''}${rangesText(all)}]`;
  return { source, pattern: { kind: 'set', negated, ranges: all } };
};

/** @throws PatternError in plain words. */
export function parsePerl(text: string, ignoreCase: boolean): PerlPattern {
  let at = 0;
  let depth = 0;
  let groups = 0;
  let isGreedy = true;
  let kept: number | undefined;
  let isCaseless = ignoreCase;
  const names = new Map<string, number>();
  const fail = (message: string): never => {
    throw new PatternError(message);
  };

  const choice = (): Part => {
    const items = [branch()];
    while (text[at] === '|') {
      at += 1;
      items.push(branch());
    }
    if (items.length === 1) return items[0] as Part;
    return { source: items.map(({ source }) => source).join('|'), pattern: { kind: 'choice', items: items.map(({ pattern }) => pattern) } };
  };
  const branch = (): Part => {
    const parts: Part[] = [];
    while (at < text.length && text[at] !== '|' && text[at] !== ')') parts.push(repeated());
    return { source: parts.map(({ source }) => source).join(''), pattern: sequence(parts.map(({ pattern }) => pattern)) };
  };
  const repeated = (): Part => {
    let part = atom();
    for (;;) {
      const match = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(text.slice(at, at + 24));
      if (match === null) return part;
      at += match[0].length;
      const mark = match[0][0];
      const [min, max] = mark === '*' ? [0, Number.POSITIVE_INFINITY] : mark === '+' ? [1, Number.POSITIVE_INFINITY] : mark === '?' ? [0, 1]
        : [Number(match[1]), match[2] === undefined ? Number(match[1]) : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3])];
      if (max < min) fail('numbers out of order in {} quantifier');
      if (min > 1_000 || (Number.isFinite(max) && max > 1_000)) fail('number too big in {} quantifier');
      let suffix = '';
      if (text[at] === '?') {
        suffix = '?';
        at += 1;
        isGreedy = false;
      } else if (text[at] === '+') fail('possessive loops such as `a++` are not available here; leave the second + out');
      const inner = /^(?:\\?.|\\u\{[0-9a-f]+\}|\[[^\]]*\])$/su.test(part.source) ? part.source : `(?:${part.source})`;
      part = { source: inner + match[0] + suffix, pattern: { kind: 'repeat', item: part.pattern, min, max, isLazy: suffix !== '' } };
    }
  };
  const group = (): Part => {
    const open = /^\((?:\?(?:(:)|(<?[=!])|(>)|(?:P?<|')([A-Za-z_]\w*)[>']|(#)|([imsx]*)(-[imsx]*)?(:|\))))?/.exec(text.slice(at)) as RegExpExecArray;
    if (text.startsWith('(?', at) && open[0] === '(') fail('this kind of group is not available here');
    at += open[0].length;
    const [, , look, atomic, name, comment, on, off, closing] = open;
    if (atomic !== undefined) fail('atomic groups `(?>…)` are not available here; leave ?> out');
    if (comment !== undefined) {
      const close = text.indexOf(')', at);
      if (close < 0) fail('missing ) after (?# comment');
      at = close + 1;
      return { source: '', pattern: { kind: 'empty' } };
    }
    if (on !== undefined && closing !== undefined) {
      if (/[msx]/.test(on) || (off ?? '') !== '') fail('of options in a pattern only (?i) is available here');
      if (on !== '' && at > 4) fail('(?i) is available only at the beginning of a pattern here');
      if (on.includes('i')) isCaseless = true;
      if (closing === ')') return { source: '', pattern: { kind: 'empty' } };
    }
    depth += 1;
    if (depth > limits.shellMaxDepth) fail('the groups are nested too deeply');
    const isCaptured = look === undefined && open[1] === undefined && on === undefined;
    if (isCaptured) groups += 1;
    const index = groups;
    if (name !== undefined) names.set(name, index);
    const inner = choice();
    if (text[at] !== ')') fail('missing closing parenthesis');
    at += 1;
    depth -= 1;
    if (look !== undefined) {
      return { source: `(?${look}${inner.source})`, pattern: { kind: 'look', isBehind: look.startsWith('<'), isNegated: look.endsWith('!'), item: inner.pattern } };
    }
    return isCaptured ? { source: `(${inner.source})`, pattern: { kind: 'group', item: inner.pattern, index } } : { source: `(?:${inner.source})`, pattern: inner.pattern };
  };
  const bracket = (): Part => {
    at += 1;
    const negated = text[at] === '^';
    if (negated) at += 1;
    const ranges: (readonly [number, number])[] = [];
    const one = (): number | undefined => {
      const named = /^\[:(\^?)(\w+):\]/.exec(text.slice(at, at + 16));
      if (named !== null) {
        const members = Object.hasOwn(CLASSES, named[2]!) ? CLASSES[named[2]!] : undefined;
        if (members === undefined) return fail('unknown POSIX class name');
        ranges.push(...(named[1] === '' ? members : inverse(members)));
        at += named[0].length;
        return undefined;
      }
      if (text[at] === '\\') {
        const letter = text[at + 1] ?? fail('\\ at end of pattern');
        const members = LETTERS[letter.toLowerCase()];
        if (members !== undefined) {
          at += 2;
          ranges.push(...(letter >= 'a' ? members : inverse(members)));
          return undefined;
        }
        if (letter === 'b') {
          at += 2;
          return 8;
        }
        return escapedCode();
      }
      const value = text.codePointAt(at) as number;
      at += value > 0xffff ? 2 : 1;
      return value;
    };
    for (let isFirst = true; isFirst || text[at] !== ']'; isFirst = false) {
      if (at >= text.length) fail('missing terminating ] for character class');
      const low = one();
      if (low === undefined) continue;
      if (text[at] === '-' && text[at + 1] !== ']' && text[at + 1] !== undefined) {
        at += 1;
        const high = one();
        if (high === undefined) ranges.push([low, low], [45, 45]);
        else if (high < low) fail('range out of order in character class');
        else ranges.push([low, high]);
      } else ranges.push([low, low]);
    }
    at += 1;
    return setOf(ranges, negated);
  };
  const escapedCode = (): number => {
    const match = /^\\(?:x\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{0,2})|o\{([0-7]+)\}|0([0-7]{0,2})|c([\x20-\x7e])|([\s\S]))/u.exec(text.slice(at)) ?? fail('\\ at end of pattern');
    at += match[0].length;
    const value = match[1] ?? match[2];
    if (value !== undefined) return Math.min(0x10ffff, Number.parseInt(value || '0', 16));
    const octal = match[3] ?? match[4];
    if (octal !== undefined) return Math.min(0x10ffff, Number.parseInt(octal || '0', 8));
    if (match[5] !== undefined) return match[5].toUpperCase().charCodeAt(0) ^ 64;
    const letter = match[6] as string;
    if (CONTROLS[letter] !== undefined) return CONTROLS[letter] as number;
    if (/[A-Za-z]/.test(letter)) return fail(`\\${letter} is not available here`);
    return letter.codePointAt(0) as number;
  };
  const assertion = (source: string, what: 'start' | 'end' | 'ascii-boundary' | 'ascii-inside'): Part => ({ source, pattern: { kind: 'assert', what } });
  const character = (value: number): Part => ({ source: code(value), pattern: { kind: 'char', code: value } });
  const escape = (): Part => {
    const letter = text[at + 1] ?? fail('\\ at end of pattern');
    const members = LETTERS[letter.toLowerCase()];
    if (members !== undefined) {
      at += 2;
      return setOf(members, letter < 'a');
    }
    const back = /^\\(?:([1-9]\d?)|g\{?(\d+)\}?|k(?:\{(\w+)\}|<(\w+)>|'(\w+)'))/.exec(text.slice(at));
    if (back !== null) {
      at += back[0].length;
      const name = back[3] ?? back[4] ?? back[5];
      const index = name === undefined ? Number(back[1] ?? back[2]) : names.get(name) ?? 0;
      if (kept !== undefined) fail('a reference after \\K is not available here; use a lookbehind, (?<=…)');
      if (index < 1 || index > groups) fail('reference to non-existent subpattern');
      return { source: `(?:\\${index})`, pattern: { kind: 'back-reference', index } };
    }
    const simple: Readonly<Record<string, () => Part>> = {
      b: () => assertion('\\b', 'ascii-boundary'),
      B: () => assertion('\\B', 'ascii-inside'),
      A: () => assertion('^', 'start'),
      Z: () => assertion('$', 'end'),
      z: () => assertion('$', 'end'),
      N: () => setOf([], true),
      R: () => setOf([[11, 13]], false),
      K: () => {
        if (depth > 0 || kept !== undefined) fail('\\K is available only once, and outside of groups');
        groups += 1;
        kept = groups;
        return { source: '(?=([^]*))', pattern: { kind: 'group', index: groups, item: { kind: 'empty' } } };
      },
      Q: () => {
        const end = text.indexOf('\\E', at);
        const quoted = text.slice(at, end < 0 ? undefined : end);
        at = end < 0 ? text.length : end + 2;
        const parts = Array.from(quoted, (each) => character(each.codePointAt(0) as number));
        return { source: parts.map(({ source }) => source).join(''), pattern: sequence(parts.map(({ pattern }) => pattern)) };
      },
      E: () => ({ source: '', pattern: { kind: 'empty' } }),
    };
    const make = Object.hasOwn(simple, letter) ? simple[letter] : undefined;
    if (make !== undefined) {
      at += 2;
      return make();
    }
    if (letter === 'p' || letter === 'P') {
      const match = /^\\([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/.exec(text.slice(at)) ?? fail('malformed \\p');
      at += match[0].length;
      const isNegated = (match[1] === 'P') !== (match[2] === '^');
      const property = match[3] ?? match[4];
      const source = `(?!\\n)\\${isNegated ? 'P' : 'p'}{${/^[A-Z][a-z]?$/.test(property!) ? property : `Script=${property}`}}`;
      try {
        return { source: `(?:${source})`, pattern: { kind: 'property', expression: new RegExp(`^${source}$`, 'u') } };
      } catch {
        // Who hands the source to RegExp hears of it; Oniguruma has more of them.
        return { source: `(?:${source})`, pattern: { kind: 'any' } };
      }
    }
    return character(escapedCode());
  };
  const atom = (): Part => {
    const next = text[at] as string;
    switch (next) {
      case '(': return group();
      case '[': return bracket();
      case '\\': return escape();
      case '.':
        at += 1;
        return setOf([], true);
      case '^':
      case '$':
        at += 1;
        return assertion(next, next === '^' ? 'start' : 'end');
      case '*':
      case '+':
      case '?': return fail('quantifier does not follow a repeatable item');
    }
    const value = text.codePointAt(at) as number;
    at += value > 0xffff ? 2 : 1;
    return character(value);
  };

  const whole = choice();
  if (at < text.length) fail('unmatched closing parenthesis');
  return { source: whole.source, pattern: whole.pattern, isGreedy, ignoreCase: isCaseless, kept };
}
