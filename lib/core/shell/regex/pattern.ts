/**
 * Patterns (BRE, ERE and globs) as one small tree, with two ways to run it: as a JavaScript RegExp where that is
 * certain to be quick, and on a linear-time automaton where backtracking could hang the page. Rejected: RegExp
 * alone, because `grep -E '(a+)+$'` on thirty characters would freeze the tab.
 */
export type Pattern =
  | { kind: 'empty' }
  | { kind: 'char'; code: number }
  | { kind: 'any' }
  | { kind: 'set'; negated: boolean; ranges: readonly (readonly [number, number])[] }
  | { kind: 'assert'; what: 'start' | 'end' | 'text-start' | 'text-end' | 'boundary' | 'inside' | 'ascii-boundary' | 'ascii-inside' | 'word-start' | 'word-end' }
  | { kind: 'sequence'; items: readonly Pattern[] }
  | { kind: 'choice'; items: readonly Pattern[] }
  /** `isLazy`: as few rounds as will do. */
  | { kind: 'repeat'; item: Pattern; min: number; max: number; isLazy?: boolean }
  | { kind: 'group'; item: Pattern; index: number }
  | { kind: 'back-reference'; index: number }
  /** Perl's, which take nothing. */
  | { kind: 'look'; isBehind: boolean; isNegated: boolean; item: Pattern }
  /** A character that the expression, with the flag `u`, takes alone. */
  | { kind: 'property'; expression: RegExp }
  /** Of globs: anything but the item. */
  | { kind: 'not'; item: Pattern };

/** The pattern cannot be used; `message` is what grep prints. */
export class PatternError extends Error {}

const CLASSES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  alpha: [[65, 90], [97, 122], [0xaa, 0xaa], [0xb5, 0xb5], [0xba, 0xba], [0xc0, 0xd6], [0xd8, 0xf6], [0xf8, 0x2c1], [0x370, 0x1fff], [0x3040, 0xd7ff]],
  digit: [[48, 57]],
  alnum: [[48, 57], [65, 90], [97, 122], [0xaa, 0xaa], [0xb5, 0xb5], [0xba, 0xba], [0xc0, 0xd6], [0xd8, 0xf6], [0xf8, 0x2c1], [0x370, 0x1fff], [0x3040, 0xd7ff]],
  upper: [[65, 90], [0xc0, 0xd6], [0xd8, 0xde], [0x391, 0x3a9], [0x410, 0x42f]],
  lower: [[97, 122], [0xdf, 0xf6], [0xf8, 0xff], [0x3b1, 0x3c9], [0x430, 0x44f]],
  space: [[9, 13], [32, 32]],
  blank: [[9, 9], [32, 32]],
  punct: [[33, 47], [58, 64], [91, 96], [123, 126]],
  print: [[32, 126], [0xa0, 0xd7ff], [0xe000, 0x10ffff]],
  graph: [[33, 126], [0xa1, 0xd7ff], [0xe000, 0x10ffff]],
  cntrl: [[0, 31], [127, 127]],
  xdigit: [[48, 57], [65, 70], [97, 102]],
};

export const WORD_RANGES: readonly (readonly [number, number])[] = [...(CLASSES.alnum as []), [95, 95]];
export const SPACE_RANGES: readonly (readonly [number, number])[] = CLASSES.space as [];

export function isInRanges(code: number, ranges: readonly (readonly [number, number])[]): boolean {
  for (const [low, high] of ranges) if (code >= low && code <= high) return true;
  return false;
}

export function isWordCode(code: number): boolean {
  return isInRanges(code, WORD_RANGES);
}

/**
 * A bracket expression; `at` is just after `[`. Answers the set and the index after `]`, or undefined when it
 * is not closed (a glob then takes `[` as itself).
 * @param escapes whether `\` quotes the next character (globs), or is itself (POSIX regular expressions).
 */
export function parseBracket(text: string, at: number, escapes: boolean): { set: Pattern; end: number } | undefined {
  let index = at;
  let negated = false;
  if (text[index] === '^' || (escapes && text[index] === '!')) {
    negated = true;
    index += 1;
  }
  const ranges: (readonly [number, number])[] = [];
  let first = true;
  for (;;) {
    const character = text[index];
    if (character === undefined) return undefined;
    if (character === ']' && !first) break;
    first = false;
    if (character === '[' && /[:.=]/.test(text[index + 1] ?? '')) {
      const mark = text[index + 1] as string;
      const end = text.indexOf(`${mark}]`, index + 2);
      if (end >= 0) {
        const name = text.slice(index + 2, end);
        if (mark === ':') {
          const members = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
          if (members === undefined) throw new PatternError('Invalid character class name');
          ranges.push(...members);
          index = end + 2;
          continue;
        }
      }
    }
    const low = oneOf(text, index, escapes);
    if (low === undefined) return undefined;
    index = low.end;
    if (text[index] === '-' && text[index + 1] !== ']' && text[index + 1] !== undefined) {
      const high = oneOf(text, index + 1, escapes);
      if (high === undefined) return undefined;
      if (high.code < low.code) {
        if (!escapes) throw new PatternError('Invalid range end');
      } else ranges.push([low.code, high.code]);
      index = high.end;
    } else ranges.push([low.code, low.code]);
  }
  return { set: { kind: 'set', negated, ranges }, end: index + 1 };
}

function oneOf(text: string, at: number, escapes: boolean): { code: number; end: number } | undefined {
  let index = at;
  if (text[index] === '[' && (text[index + 1] === '.' || text[index + 1] === '=')) {
    const mark = text[index + 1] as string;
    const end = text.indexOf(`${mark}]`, index + 2);
    if (end === index + 3) return { code: text.codePointAt(index + 2) as number, end: end + 2 };
  }
  if (escapes && text[index] === '\\' && index + 1 < text.length) index += 1;
  const code = text.codePointAt(index);
  if (code === undefined) return undefined;
  return { code, end: index + (code > 0xffff ? 2 : 1) };
}

/** One item, or a sequence of several. */
export function sequence(items: readonly Pattern[]): Pattern {
  return items.length === 1 ? (items[0] as Pattern) : items.length === 0 ? { kind: 'empty' } : { kind: 'sequence', items };
}

/** Characters that a match takes, at least and at most. */
export function widths(pattern: Pattern): { min: number; max: number } {
  switch (pattern.kind) {
    case 'empty':
    case 'assert':
    case 'look': return { min: 0, max: 0 };
    case 'char':
    case 'any':
    case 'set':
    case 'property': return { min: 1, max: 1 };
    case 'group': return widths(pattern.item);
    case 'sequence': return pattern.items.map(widths).reduce((sum, { min, max }) => ({ min: sum.min + min, max: sum.max + max }), { min: 0, max: 0 });
    case 'choice': return pattern.items.map(widths).reduce((all, { min, max }) => ({ min: Math.min(all.min, min), max: Math.max(all.max, max) }));
    case 'repeat': {
      const { min, max } = widths(pattern.item);
      return { min: min * pattern.min, max: max === 0 ? 0 : max * pattern.max };
    }
    default: return { min: 0, max: Number.POSITIVE_INFINITY };
  }
}
