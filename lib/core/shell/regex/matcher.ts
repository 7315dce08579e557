import { limits } from '../../limits.ts';
import { judgeRisk, toJavaScript, type Risk } from './javascript.ts';
import { LinearMatcher, type Span } from './linear.ts';
import { PatternError, type Pattern } from './pattern.ts';

export interface Match extends Span {
  /** The groups' texts, from 1; only from `execGroups`. */
  groups: readonly (string | undefined)[];
}

/** One compiled pattern that never takes more than about `patternMaxSteps` of backtracking. */
export class Matcher {
  readonly #pattern: Pattern;
  readonly #ignoreCase: boolean;
  readonly #risk: Risk;
  readonly #expression: RegExp;
  readonly #longestLength: number;
  #linear: LinearMatcher | undefined;

  /** @throws PatternError when the pattern is too large. */
  constructor(pattern: Pattern, ignoreCase: boolean) {
    this.#pattern = pattern;
    this.#ignoreCase = ignoreCase;
    this.#risk = judgeRisk(pattern);
    try {
      this.#expression = new RegExp(toJavaScript(pattern), ignoreCase ? 'gius' : 'gus');
    } catch {
      throw new PatternError('Regular expression too big');
    }
    this.#longestLength = quickLength(this.#risk);
  }

  #needsLinear(text: string, from: number): boolean {
    return text.length - from > this.#longestLength;
  }

  get #automaton(): LinearMatcher {
    return (this.#linear ??= new LinearMatcher(this.#pattern, this.#ignoreCase));
  }

  /** @throws PatternError when only a costly way is left. */
  test(text: string): boolean {
    if (this.#needsLinear(text, 0)) return this.#automaton.exec(text) !== undefined;
    this.#expression.lastIndex = 0;
    return this.#expression.test(text);
  }

  /** The leftmost longest match at or after `from`. */
  exec(text: string, from = 0): Span | undefined {
    if (this.#needsLinear(text, from) || (this.#risk.hasChoice && !this.#risk.hasBackReference)) return this.#automaton.exec(text, from);
    this.#expression.lastIndex = from;
    const match = this.#expression.exec(text);
    return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
  }

  /** With groups; a text that would be costly answers the whole match and no groups. */
  execGroups(text: string, from = 0): Match | undefined {
    if (this.#needsLinear(text, from)) {
      const span = this.#automaton.exec(text, from);
      return span === undefined ? undefined : { ...span, groups: [] };
    }
    this.#expression.lastIndex = from;
    const match = this.#expression.exec(text);
    if (match === null) return undefined;
    return { start: match.index, end: match.index + match[0].length, groups: match.slice(1) };
  }
}

/** The longest text that the backtracking engine may have. */
function quickLength(risk: Risk): number {
  if (risk.loops === Number.POSITIVE_INFINITY) return risk.hasBackReference ? 24 : 12;
  const budget = limits.patternMaxSteps / 2 ** Math.min(risk.options, 30);
  return risk.loops === 0 && risk.options <= 8 ? Number.POSITIVE_INFINITY : Math.floor(budget ** (1 / (risk.loops + 1)));
}
