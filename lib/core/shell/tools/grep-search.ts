import { Backtracker } from '../regex/backtracker.ts';
import { costOf, isQuick, quickLength, type Cost } from '../regex/cost.ts';
import { toJavaScript } from '../regex/javascript.ts';
import { LinearMatcher, type Span } from '../regex/linear.ts';
import { Matcher } from '../regex/matcher.ts';
import { PatternError, type Pattern } from '../regex/pattern.ts';
import { literalPattern, parsePosix } from '../regex/posix.ts';
import { compileProgram } from '../regex/program.ts';
import { requiredText, trimmedPattern } from '../regex/required-text.ts';
import { parsePerl } from './perl-pattern.ts';

/**
 * What grep looks for, in two ways: over many lines at once, which is where the speed is (a few calls of the platform for a
 * slice of the file instead of one for each line), and within one line, with all of POSIX's rules.
 */
export interface Search {
  /** Whether `seek` may have these lines; else they must be tested one by one. */
  mayHave(text: string): boolean;
  /** A place in the first line that matches, of those that begin at `from` or later; its end counts as in it. -1 when none does. */
  seek(text: string, from: number): number;
  /** The leftmost longest matches in many lines; missing where only `find` knows the longest. */
  spans: Spans | undefined;
  test(line: string): boolean;
  /** The leftmost longest match at or after `from` in one line. */
  find(line: string, from: number): Span | undefined;
}

export interface Spans {
  mayHave(text: string): boolean;
  exec(text: string, from: number): Span | undefined;
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
    case 'assert': return pattern.what === 'text-start' ? { kind: 'assert', what: 'start' } : pattern.what === 'text-end' ? { kind: 'assert', what: 'end' } : pattern;
    default: return pattern;
  }
}

function uses(pattern: Pattern, test: (pattern: Pattern) => boolean): boolean {
  if (test(pattern)) return true;
  if (pattern.kind === 'sequence' || pattern.kind === 'choice') return pattern.items.some((item) => uses(item, test));
  return 'item' in pattern && uses(pattern.item, test);
}

/** From the last text that was found to the next one: nearer, the engine itself is as quick. */
const NEAR = 64;

/** Only where every line is short enough may the backtracking engine have them. */
class Engine {
  readonly #expression: RegExp;
  readonly #cost: Cost;
  readonly #required: string;
  /** Units of a line that may have any content. */
  readonly #safeLength: number;

  /** @param required what stands in every match; '' for nothing. */
  constructor(source: string, cost: Cost, ignoreCase: boolean, required: string) {
    try {
      this.#expression = new RegExp(source, `gmu${ignoreCase ? 'i' : ''}`);
    } catch (error) {
      throw new PatternError(/property/.test(String(error)) ? 'unknown property after \\P or \\p' : 'Regular expression too big');
    }
    this.#cost = cost;
    this.#required = required;
    this.#safeLength = quickLength(cost);
  }

  mayHave(text: string): boolean {
    if (this.#safeLength >= text.length) return true;
    for (let at = 0; at <= text.length;) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      if (end - at > this.#safeLength && !isQuick(this.#cost, text.slice(at, end), 0)) return false;
      at = end + 1;
    }
    return true;
  }

  /** Where the first match in a line that begins at `from` or later ends. */
  seek(text: string, from: number): number {
    const expression = this.#expression;
    let start = from;
    if (this.#required !== '') {
      const at = text.indexOf(this.#required, from);
      if (at < 0) return -1;
      if (at - from > NEAR) start = text.lastIndexOf('\n', at) + 1;
    }
    expression.lastIndex = start;
    return expression.test(text) ? expression.lastIndex : -1;
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
  const seekLine = lineSeeker(needle);
  const seek = (text: string, from: number): number => {
    if (isLine) {
      let at = seekLine(text, from);
      while (at >= 0 && !fits(text, at)) at = seekLine(text, at + 1);
      return at;
    }
    let at = text.indexOf(needle, from);
    while (at >= 0 && !fits(text, at)) at = at < text.length ? text.indexOf(needle, at + 1) : -1;
    return at;
  };
  const find = (line: string, from: number): Span | undefined => {
    const start = seek(line, from);
    return start < 0 ? undefined : { start, end: start + needle.length };
  };
  return { mayHave: () => true, seek, spans: { mayHave: () => true, exec: find }, test: (line) => seek(line, 0) >= 0, find };
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
function lineSeeker(start: string): (text: string, from: number) => number {
  const needle = `\n${start}`;
  return (text, from) => {
    if ((from === 0 || text.charCodeAt(from - 1) === 10) && text.startsWith(start, from)) return from;
    const at = text.indexOf(needle, from);
    return at < 0 ? -1 : at + 1;
  };
}

function perlSearch(patterns: readonly string[], { ignoreCase, isLine, isWord }: SearchOptions): Search {
  if (patterns.length > 1) throw new PatternError('the -P option only supports a single pattern');
  const parsed = parsePerl(patterns[0] as string, ignoreCase);
  const { kept } = parsed;
  const inner = `(?:${parsed.source})`;
  const source = isLine ? `^${inner}$` : isWord ? `(?<!${WORD})${inner}(?!${WORD})` : parsed.source;
  const pattern = isLine ? wholeLine(parsed.pattern) : isWord ? wholeWord(parsed.pattern) : parsed.pattern;
  const cost = costOf(pattern, parsed.ignoreCase, true);
  const engine = new Engine(source, cost, parsed.ignoreCase, '');
  const program = compileProgram(pattern);
  // The automaton knows only the longest match; Perl's is the first that fits.
  const slow = parsed.isGreedy && kept === undefined && !program.isIrregular && !cost.orderMatters ? new LinearMatcher(program, parsed.ignoreCase) : new Backtracker(program, parsed.ignoreCase);
  // To `^` and `$` of JavaScript a carriage return, and two more, are ends of lines too.
  const isPlain = (text: string): boolean => !text.includes('\r') && !text.includes('\u2028') && !text.includes('\u2029');
  const mayHave = (text: string): boolean => isPlain(text) && engine.mayHave(text);
  // Within one line a `^` is tried at one place.
  const lineCost = costOf(pattern, parsed.ignoreCase, false);
  const mayHaveLine = (line: string, from: number): boolean => isPlain(line) && isQuick(lineCost, line, from);
  if (kept !== undefined) {
    const whole = new RegExp(source, parsed.ignoreCase ? 'gmui' : 'gmu');
    const findKept = (line: string, from: number): Span | undefined => {
      if (!mayHaveLine(line, from)) {
        const match = slow instanceof Backtracker ? slow.exec(line, from) : undefined;
        return match === undefined ? undefined : { start: match.starts[kept - 1] as number, end: match.end };
      }
      whole.lastIndex = from;
      const match = whole.exec(line);
      if (match === null) return undefined;
      const rest = match[kept];
      return { start: rest === undefined ? match.index : line.length - rest.length, end: match.index + match[0].length };
    };
    return { mayHave: () => false, find: findKept, spans: undefined, test: (line) => findKept(line, 0) !== undefined, seek: () => -1 };
  }
  const find = (line: string, from: number): Span | undefined => (mayHaveLine(line, from) ? engine.exec(line, from) : slow.exec(line, from));
  return { mayHave, find, spans: { mayHave, exec: (text, from) => engine.exec(text, from) }, test: (line) => find(line, 0) !== undefined, seek: (text, from) => engine.seek(text, from) };
}

const wholeLine = (pattern: Pattern): Pattern => ({ kind: 'sequence', items: [{ kind: 'assert', what: 'start' }, pattern, { kind: 'assert', what: 'end' }] });
const wholeWord = (pattern: Pattern): Pattern => {
  const noWord = (isBehind: boolean): Pattern => ({ kind: 'look', isBehind, isNegated: true, item: { kind: 'property', expression: new RegExp(`^${WORD}$`, 'u') } });
  return { kind: 'sequence', items: [noWord(true), pattern, noWord(false)] };
};

/** @throws PatternError with grep's words. */
export function compileSearch(patterns: readonly string[], options: SearchOptions): Search {
  const { syntax, ignoreCase, isWord, isLine } = options;
  if (syntax === 'perl') return perlSearch(patterns, options);
  const trees = patterns.map((text) => (syntax === 'fixed' ? literalPattern(text) : parsePosix(text, syntax === 'extended').pattern));
  const isPlain = syntax === 'fixed' || patterns.every((text) => !/[\\[\].*^$+?(){}|]/.test(text));
  if (patterns.length === 1 && isPlain && !ignoreCase) return literalSearch(patterns[0] as string, options);
  const hasBack = trees.some((tree) => uses(tree, ({ kind }) => kind === 'back-reference'));
  // One pattern for all, so that the longest of all matches is found; not where groups have numbers that matter.
  const wholes: Pattern[] = hasBack || trees.length === 0 ? trees : [trees.length === 1 ? (trees[0] as Pattern) : { kind: 'choice', items: trees }];
  const framed = wholes.map((tree): Pattern => (isLine ? wholeLine(tree) : tree));
  const matchers = framed.map((tree) => new Matcher(tree, ignoreCase));

  const findOne = (matcher: Matcher, line: string, from: number): Span | undefined => {
    for (let at = from; at <= line.length;) {
      const span = matcher.exec(line, at);
      if (span === undefined || !isWord || isWordAt(line, span.start, span.end)) return span;
      // A shorter match at the same place may still be a word.
      for (let end = span.end - 1; end > span.start; end -= 1) {
        if ((line.codePointAt(end - 1) ?? 0) > 0xffff) continue;
        const shorter = matcher.exec(line.slice(0, end), span.start);
        if (shorter?.start === span.start && isWordAt(line, shorter.start, shorter.end)) return shorter;
      }
      // Never within a character: the engine would go back to its start.
      at = span.start + ((line.codePointAt(span.start) ?? 0) > 0xffff ? 2 : 1);
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
  // The automaton is slow, and most lines have not even this.
  const required = framed.length === 1 && !ignoreCase ? requiredText(framed[0] as Pattern) : '';
  const test = (line: string): boolean => line.includes(required) && (isWord ? find(line, 0) !== undefined : matchers.some((matcher) => matcher.test(line)));
  const [only] = framed;
  if (framed.length !== 1 || only === undefined) return { find, test, mayHave: () => framed.length === 0, seek: () => -1, spans: undefined };
  const whole = withinLine(only);
  const cost = costOf(whole, ignoreCase, true);
  const canTrim = !isWord && !cost.hasBackReference;
  const within = canTrim ? trimmedPattern(whole) : whole;
  const inner = toJavaScript(within, true);
  const engine = new Engine(isWord ? `(?<!${WORD})(?:${inner})(?!${WORD})` : inner, canTrim ? costOf(within, ignoreCase, true) : cost, ignoreCase, ignoreCase ? '' : requiredText(within));
  const start = isWord || ignoreCase ? undefined : lineStart(only);
  const seekStart = start === undefined ? undefined : lineSeeker(start.text);
  const seek = (text: string, from: number): number => {
    if (start === undefined || seekStart === undefined) return engine.seek(text, from);
    const place = seekStart(text, from);
    return place < 0 || start.isWhole ? place : engine.seek(text, place);
  };
  // The first way that fits is the longest, so a match is the same whoever finds it.
  const spans = isWord || cost.orderMatters || cost.hasBackReference || cost.isExponential ? undefined : new Engine(toJavaScript(whole, true), cost, ignoreCase, '');
  // Nothing as a word would also be found between the halves of a surrogate pair.
  const isWordOfNothing = isWord && cost.first === undefined;
  return { find, test, seek, mayHave: (text) => !isWordOfNothing && engine.mayHave(text), spans };
}
