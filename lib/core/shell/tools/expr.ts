import type { Command } from '../command.ts';
import * as limits from '../../limits.ts';
import { Matcher } from '../regex/matcher.ts';
import { parsePosix } from '../regex/posix.ts';
import { encodeText } from '../text.ts';
import { compareText } from './compare-text.ts';
import { UsageError } from './options.ts';

/** POSIX's `expr` with GNU's `match`, `substr`, `index`, `length` and `+ TOKEN`; integers of any length. */
const LEVELS: readonly (readonly string[])[] = [['|'], ['&'], ['<', '<=', '=', '==', '!=', '>=', '>'], ['+', '-'], ['*', '/', '%'], [':']];
const isInteger = (text: string): boolean => /^-?\d+$/.test(text);
const isNothing = (text: string): boolean => text === '' || /^-?0+$/.test(text);

class Evaluator {
  readonly #words: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  value(): string {
    if (this.#words.length === 0) throw new UsageError('missing operand', 2);
    const result = this.#level(0, true);
    if (this.#at < this.#words.length) throw new UsageError(`syntax error: unexpected argument '${this.#words[this.#at]}'`, 2);
    return result;
  }

  /** @param matters false where `|` or `&` has decided already: syntax counts, values do not. */
  #level(level: number, matters: boolean): string {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#primary(matters);
    let left = this.#level(level + 1, matters);
    for (let operator = this.#words[this.#at]; operator !== undefined && operators.includes(operator); operator = this.#words[this.#at]) {
      this.#at += 1;
      const isDecided = operator === '|' ? !isNothing(left) : operator === '&' && isNothing(left);
      const right = this.#level(level + 1, matters && !isDecided);
      left = matters ? this.#combine(operator, left, right) : left;
    }
    return left;
  }

  #combine(operator: string, left: string, right: string): string {
    switch (operator) {
      case '|': return isNothing(left) ? (isNothing(right) ? '0' : right) : left;
      case '&': return isNothing(left) || isNothing(right) ? '0' : left;
      case ':': return this.#match(left, right);
      case '+': case '-': case '*': case '/': case '%': {
        if (!isInteger(left) || !isInteger(right)) throw new UsageError('non-integer argument', 2);
        if (left.length + right.length > 100_000) throw new UsageError('the number is too long', 2);
        const [one, two] = [BigInt(left), BigInt(right)];
        if ((operator === '/' || operator === '%') && two === 0n) throw new UsageError('division by zero', 2);
        return String(operator === '+' ? one + two : operator === '-' ? one - two : operator === '*' ? one * two : operator === '/' ? one / two : one % two);
      }
      default: {
        const order = isInteger(left) && isInteger(right) ? (BigInt(left) < BigInt(right) ? -1 : BigInt(left) > BigInt(right) ? 1 : 0) : compareText(left, right);
        const holds = { '<': order < 0, '<=': order <= 0, '=': order === 0, '==': order === 0, '!=': order !== 0, '>=': order >= 0, '>': order > 0 }[operator];
        return holds === true ? '1' : '0';
      }
    }
  }

  #match(text: string, pattern: string): string {
    const { pattern: parsed, groups } = parsePosix(pattern, false);
    const match = new Matcher({ kind: 'sequence', items: [{ kind: 'assert', what: 'start' }, parsed] }, false).execGroups(text);
    if (groups > 0) return match?.groups[0] ?? '';
    return match === undefined ? '0' : String(Array.from(text.slice(0, match.end)).length);
  }

  #next(): string {
    const word = this.#words[this.#at];
    if (word === undefined) throw new UsageError(`syntax error: missing argument after '${this.#words[this.#at - 1] ?? ''}'`, 2);
    this.#at += 1;
    return word;
  }

  #primary(matters: boolean): string {
    this.#depth += 1;
    if (this.#depth > limits.shellMaxDepth) throw new UsageError('the expression is nested too deeply', 2);
    try {
      const word = this.#next();
      switch (word) {
        case '(': {
          const value = this.#level(0, matters);
          if (this.#words[this.#at] === undefined) throw new UsageError(`syntax error: expecting ')' after '${this.#words[this.#at - 1]}'`, 2);
          if (this.#next() !== ')') throw new UsageError(`syntax error: expecting ')' instead of '${this.#words[this.#at - 1]}'`, 2);
          return value;
        }
        case ')': throw new UsageError("syntax error: unexpected ')'", 2);
        case '+': return this.#next();
        case 'length': return String(Array.from(this.#primary(matters)).length);
        case 'match': {
          const text = this.#primary(matters);
          return this.#match(text, this.#primary(matters));
        }
        case 'index': {
          const characters = Array.from(this.#primary(matters));
          const wanted = new Set(this.#primary(matters));
          return String(characters.findIndex((character) => wanted.has(character)) + 1);
        }
        case 'substr': {
          const characters = Array.from(this.#primary(matters));
          const [position, length] = [this.#primary(matters), this.#primary(matters)];
          if (!isInteger(position) || !isInteger(length) || Number(position) < 1 || Number(length) < 1) return '';
          return characters.slice(Number(position) - 1, Number(position) - 1 + Number(length)).join('');
        }
        default: return word;
      }
    } finally {
      this.#depth -= 1;
    }
  }
}

export const expr: Command = {
  name: 'expr',
  summary: 'Evaluate an expression of words',
  usage: 'expr EXPRESSION',
  options: [],
  help: "expr 3 + 4 '*' 2            # 11; in scripts of today: $((3 + 4 * 2))\nexpr abc123 : '[a-z]*'      # 3, the length of the match\nexpr report.txt : '\\(.*\\)\\.txt'\nexpr length hello\nexpr substr hello 2 3       # ell",
  section: 'shell',
  async run(context) {
    const words = context.args[0] === '--' ? context.args.slice(1) : context.args;
    const value = new Evaluator(words).value();
    await context.stdout.write(encodeText(`${value}\n`));
    return isNothing(value) ? 1 : 0;
  },
};
