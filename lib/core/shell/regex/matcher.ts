import { Backtracker } from './backtracker.ts';
import { costOf, isQuick, type Cost } from './cost.ts';
import { toJavaScript } from './javascript.ts';
import { LinearMatcher, type Span } from './linear.ts';
import { PatternError, type Pattern } from './pattern.ts';
import { compileProgram, type Program } from './program.ts';

export interface Match extends Span {
  /** The groups' texts, from 1; only from `execGroups`. */
  groups: readonly (string | undefined)[];
}

/** The text that the pattern stands for, where it has nothing active. */
function literalOf(pattern: Pattern): string | undefined {
  if (pattern.kind === 'char') return String.fromCodePoint(pattern.code);
  if (pattern.kind !== 'sequence') return undefined;
  let text = '';
  for (const item of pattern.items) {
    if (item.kind !== 'char') return undefined;
    text += String.fromCodePoint(item.code);
  }
  return text;
}

/** One compiled pattern that never takes more than about `patternMaxSteps` of backtracking. */
export class Matcher {
  /** Set where the pattern is a fixed text. */
  readonly literal: string | undefined;
  readonly #pattern: Pattern;
  readonly #ignoreCase: boolean;
  readonly #multiline: boolean;
  readonly #cost: Cost;
  readonly #expression: RegExp;
  #program: Program | undefined;
  #linear: LinearMatcher | undefined;
  #walker: Backtracker | undefined;

  /**
   * @param multiline whether `^` and `$` are also at each newline.
   * @throws PatternError when the pattern is too large.
   */
  constructor(pattern: Pattern, ignoreCase: boolean, multiline = false) {
    this.#pattern = pattern;
    this.#ignoreCase = ignoreCase;
    this.#multiline = multiline;
    this.literal = ignoreCase ? undefined : literalOf(pattern);
    this.#cost = costOf(pattern, ignoreCase, multiline);
    try {
      this.#expression = new RegExp(toJavaScript(pattern), `g${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}us`);
    } catch {
      throw new PatternError('Regular expression too big');
    }
  }

  get #steps(): Program {
    return (this.#program ??= compileProgram(this.#pattern));
  }

  get #automaton(): LinearMatcher {
    return (this.#linear ??= new LinearMatcher(this.#steps, this.#ignoreCase, this.#multiline));
  }

  get #backtracker(): Backtracker {
    return (this.#walker ??= new Backtracker(this.#steps, this.#ignoreCase, this.#multiline));
  }

  /** Where the platform's engine may take too long. */
  #slow(text: string, from: number): Span | undefined {
    return this.#steps.isIrregular ? this.#backtracker.exec(text, from) : this.#automaton.exec(text, from);
  }

  /** @throws PatternError when only a costly way is left. */
  test(text: string): boolean {
    if (this.literal !== undefined) return text.includes(this.literal);
    if (!isQuick(this.#cost, text, 0)) return this.#slow(text, 0) !== undefined;
    this.#expression.lastIndex = 0;
    return this.#expression.test(text);
  }

  /** The leftmost longest match at or after `from`. */
  exec(text: string, from = 0): Span | undefined {
    if (this.literal !== undefined) {
      const start = text.indexOf(this.literal, from);
      return start < 0 ? undefined : { start, end: start + this.literal.length };
    }
    if (!isQuick(this.#cost, text, from)) return this.#slow(text, from);
    this.#expression.lastIndex = from;
    const match = this.#expression.exec(text);
    if (match === null) return undefined;
    // Where the first way that fits is not the longest, both begin at the same place.
    if (this.#cost.orderMatters && !this.#cost.hasBackReference) return this.#automaton.exec(text, match.index);
    return { start: match.index, end: match.index + match[0].length };
  }

  /** With groups. */
  execGroups(text: string, from = 0): Match | undefined {
    const needsLongest = this.#cost.orderMatters && !this.#cost.hasBackReference;
    if (!needsLongest && isQuick(this.#cost, text, from)) {
      this.#expression.lastIndex = from;
      const match = this.#expression.exec(text);
      return match === null ? undefined : { start: match.index, end: match.index + match[0].length, groups: match.slice(1) };
    }
    const span = this.exec(text, from);
    return span === undefined ? undefined : { ...span, groups: this.#backtracker.exec(text, span.start, span)?.groups ?? [] };
  }
}
