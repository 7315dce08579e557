import { costOf, isQuick, type Cost } from '../regex/cost.ts';
import { toJavaScript } from '../regex/javascript.ts';
import type { Span } from '../regex/linear.ts';
import { Matcher } from '../regex/matcher.ts';
import { PatternError, type Pattern } from '../regex/pattern.ts';
import { literalPattern, parsePosix } from '../regex/posix.ts';
import { encodeText } from '../text.ts';
import { isAscii } from './count-bytes.ts';
import { ByteNeedle } from './find-bytes.ts';
import { parsePerl } from './perl-pattern.ts';

/**
 * What grep looks for, in two ways: `seek` runs over many lines at once, which is where the speed is (one call of the
 * engine for a slice of the file instead of one for each line), `find` works within one line, with all of POSIX's rules.
 */
export interface Search {
  /** A place in the first line at or after `from` that matches; -1 when none does. Undefined when these lines must be tested one by one. */
  seek(text: string, from: number): number | undefined;
  test(line: string): boolean;
  /** The leftmost longest match at or after `from` in one line. */
  find(line: string, from: number): Span | undefined;
  /** What the bytes of a line have to hold, where that is all there is to know. */
  needle?: ByteNeedle;
}

export type Syntax = 'basic' | 'extended' | 'fixed' | 'perl';

export interface SearchOptions {
  syntax: Syntax;
  ignoreCase: boolean;
  isWord: boolean;
  isLine: boolean;
}

const WORD = '[\\p{L}\\p{N}_]';
const isWordAt = (line: string, start: number, end: number): boolean =>
  !(start > 0 && /[\p{L}\p{N}_]/u.test(line[start - 1] as string)) && !(end < line.length && /[\p{L}\p{N}_]/u.test(line[end] as string));

/** The same pattern that takes no newline, so that over many lines no match spans two. */
function withinLine(pattern: Pattern): Pattern {
  switch (pattern.kind) {
    case 'any': return { kind: 'set', negated: true, ranges: [[10, 10]] };
    case 'set':
      if (pattern.negated) return { ...pattern, ranges: [...pattern.ranges, [10, 10]] };
      return { ...pattern, ranges: pattern.ranges.flatMap(([low, high]) => (low <= 10 && high >= 10 ? ([[low, 9], [11, high]] as const).filter(([from, to]) => from <= to) : [[low, high] as const])) };
    case 'sequence':
    case 'choice': return { ...pattern, items: pattern.items.map(withinLine) };
    case 'repeat':
    case 'group':
    case 'not': return { ...pattern, item: withinLine(pattern.item) };
    default: return pattern;
  }
}

function uses(pattern: Pattern, test: (pattern: Pattern) => boolean): boolean {
  if (test(pattern)) return true;
  if (pattern.kind === 'sequence' || pattern.kind === 'choice') return pattern.items.some((item) => uses(item, test));
  return 'item' in pattern && uses(pattern.item, test);
}

const longestLine = (text: string, from: number): string => {
  let [start, length] = [from, 0];
  for (let at = from; at <= text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (end - at > length) [start, length] = [at, end - at];
    at = end + 1;
  }
  return text.slice(start, start + length);
};

/** Only where every line is short enough may the backtracking engine have them. */
class Engine {
  readonly #expression: RegExp;
  readonly #cost: Cost;
  readonly #needsPlainEnds: boolean;
  #judged: string | undefined;
  #isGood = false;

  constructor(source: string, cost: Cost, ignoreCase: boolean, needsPlainEnds: boolean) {
    try {
      this.#expression = new RegExp(source, `gmu${ignoreCase ? 'i' : ''}`);
    } catch {
      throw new PatternError('Regular expression too big');
    }
    this.#cost = cost;
    this.#needsPlainEnds = needsPlainEnds;
  }

  mayHave(text: string, from: number): boolean {
    if (this.#judged === text) return this.#isGood;
    this.#judged = text;
    const { hasLoop, choices, factor, isExponential, hasBackReference } = this.#cost;
    const isSimple = !hasLoop && choices.length === 0 && factor <= 64 && !isExponential && !hasBackReference;
    // To JavaScript a carriage return, and two more, are ends of lines too.
    this.#isGood = !(this.#needsPlainEnds && /[\r\u2028\u2029]/.test(text)) && (isSimple || isQuick(this.#cost, longestLine(text, from), 0));
    return this.#isGood;
  }

  exec(text: string, from: number): Span | undefined {
    this.#expression.lastIndex = from;
    const match = this.#expression.exec(text);
    return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
  }
}

/** A fixed text: the platform's own search, and a look at both ends for `-w` and `-x`. */
function literalSearch(needle: string, { isWord, isLine }: SearchOptions): Search {
  const fits = (text: string, at: number): boolean => {
    const end = at + needle.length;
    if (isLine) return (at === 0 || text[at - 1] === '\n') && (end === text.length || text[end] === '\n');
    return !isWord || isWordAt(text, at, end);
  };
  const seek = (text: string, from: number): number => {
    let at = text.indexOf(needle, from);
    while (at >= 0 && !fits(text, at)) at = at < text.length ? text.indexOf(needle, at + 1) : -1;
    return at;
  };
  return {
    seek,
    test: (line) => seek(line, 0) >= 0,
    find(line, from) {
      const start = seek(line, from);
      return start < 0 ? undefined : { start, end: start + needle.length };
    },
  };
}

/** What must stand at the beginning of a line for `pattern` to match there: `ab` of `^ab*c`; undefined without a `^` and a text. */
function lineStart(pattern: Pattern): { text: string; isWhole: boolean } | undefined {
  if (pattern.kind !== 'sequence' || pattern.items[0]?.kind !== 'assert' || pattern.items[0].what !== 'start') return undefined;
  let text = '';
  let at = 1;
  for (let item = pattern.items[at]; item?.kind === 'char' && item.code !== 10; item = pattern.items[at]) {
    text += String.fromCodePoint(item.code);
    at += 1;
  }
  return text === '' ? undefined : { text, isWhole: at === pattern.items.length };
}

/** The next line at or after `from` that begins with `start`: the platform's own search, where a `^` tried at every place takes four times as long. */
function seekLine(text: string, from: number, start: string): number {
  if ((from === 0 || text[from - 1] === '\n') && text.startsWith(start, from)) return from;
  const at = text.indexOf(`\n${start}`, from);
  return at < 0 ? -1 : at + 1;
}

function perlSearch(patterns: readonly string[], options: SearchOptions): Search {
  if (patterns.length > 1) throw new PatternError('the -P option only supports a single pattern');
  const parsed = parsePerl(patterns[0] as string, options.ignoreCase);
  const inner = `(?:${parsed.source})`;
  const source = options.isLine ? `^${inner}$` : options.isWord ? `(?<!${WORD})${inner}(?!${WORD})` : parsed.source;
  const cost = costOf(parsed.pattern, parsed.ignoreCase, true);
  const engine = new Engine(source, cost, parsed.ignoreCase, true);
  const linear = parsed.isRegular && !options.isLine && !options.isWord ? new Matcher(parsed.pattern, parsed.ignoreCase) : undefined;
  const find = (line: string, from: number): Span | undefined => {
    if (engine.mayHave(line, 0)) return engine.exec(line, from);
    if (linear === undefined) throw new PatternError('this pattern is too costly for a line this long; make it simpler');
    return linear.exec(line, from);
  };
  return {
    find,
    test: (line) => find(line, 0) !== undefined,
    seek: (text, from) => (engine.mayHave(text, from) ? engine.exec(text, from)?.start ?? -1 : undefined),
  };
}

/** @throws PatternError with grep's words. */
export function compileSearch(patterns: readonly string[], options: SearchOptions): Search {
  const { syntax, ignoreCase, isWord, isLine } = options;
  if (syntax === 'perl') return perlSearch(patterns, options);
  const trees = patterns.map((text) => (syntax === 'fixed' ? literalPattern(text) : parsePosix(text, syntax === 'extended').pattern));
  const isPlain = syntax === 'fixed' || patterns.every((text) => !/[\\[\].*^$+?(){}|]/.test(text));
  const bytes = patterns.length === 1 && isPlain && !isWord && !isLine ? encodeText(patterns[0] as string) : undefined;
  const needle = bytes !== undefined && bytes.length > 0 && bytes.length < 65_536 && (!ignoreCase || isAscii(bytes)) ? { needle: new ByteNeedle(bytes, ignoreCase) } : undefined;
  if (patterns.length === 1 && isPlain && !ignoreCase) return { ...literalSearch(patterns[0] as string, options), ...needle };
  const hasBack = trees.some((tree) => uses(tree, ({ kind }) => kind === 'back-reference'));
  // One pattern for all, so that the longest of all matches is found; not where groups have numbers that matter.
  const wholes: Pattern[] = hasBack || trees.length === 0 ? trees : [trees.length === 1 ? (trees[0] as Pattern) : { kind: 'choice', items: trees }];
  const framed = wholes.map((tree): Pattern => (isLine ? { kind: 'sequence', items: [{ kind: 'assert', what: 'start' }, tree, { kind: 'assert', what: 'end' }] } : tree));
  const matchers = framed.map((tree) => new Matcher(tree, ignoreCase));

  const findOne = (matcher: Matcher, line: string, from: number): Span | undefined => {
    for (let at = from; at <= line.length;) {
      const span = matcher.exec(line, at);
      if (span === undefined || !isWord || isWordAt(line, span.start, span.end)) return span;
      // A shorter match at the same place may still be a word.
      for (let end = span.end - 1; end > span.start; end -= 1) {
        const shorter = matcher.exec(line.slice(0, end), span.start);
        if (shorter?.start === span.start && isWordAt(line, shorter.start, shorter.end)) return shorter;
      }
      at = span.start + 1;
    }
    return undefined;
  };
  const find = (line: string, from: number): Span | undefined => {
    let best: Span | undefined;
    for (const matcher of matchers) {
      const span = findOne(matcher, line, from);
      if (span !== undefined && (best === undefined || span.start < best.start || (span.start === best.start && span.end > best.end))) best = span;
    }
    return best;
  };
  const test = isWord ? (line: string): boolean => find(line, 0) !== undefined : (line: string): boolean => matchers.some((matcher) => matcher.test(line));
  const [only] = framed;
  if (framed.length !== 1 || only === undefined) return { find, test, seek: () => (framed.length === 0 ? -1 : undefined) };
  const within = withinLine(only);
  const inner = toJavaScript(within);
  const engine = new Engine(isWord ? `(?<!${WORD})(?:${inner})(?!${WORD})` : inner, costOf(within, ignoreCase, true), ignoreCase, uses(within, ({ kind }) => kind === 'assert'));
  const start = isWord || ignoreCase ? undefined : lineStart(only);
  const seek = (text: string, from: number): number | undefined => {
    if (start === undefined) return engine.mayHave(text, from) ? engine.exec(text, from)?.start ?? -1 : undefined;
    const place = seekLine(text, from, start.text);
    if (place < 0 || start.isWhole) return place;
    return engine.mayHave(text, place) ? engine.exec(text, place)?.start ?? -1 : undefined;
  };
  return { find, test, seek, ...needle };
}
