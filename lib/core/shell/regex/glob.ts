import { LinearMatcher } from './linear.ts';
import { compileProgram } from './program.ts';
import { Matcher } from './matcher.ts';
import { parseBracket, sequence, type Pattern } from './pattern.ts';

/**
 * Shell patterns. The text form is what expansion makes: quoted characters come with a backslash. The common
 * shapes (a fixed text, texts with stars between) never reach an automaton.
 */

/** Whether anything in it is active. */
export function isGlob(pattern: string): boolean {
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '*' || character === '?' || character === '[') return true;
    else if (pattern[at + 1] === '(' && (character === '+' || character === '@' || character === '!')) return true;
  }
  return false;
}

/** Quotes every active character. */
export function escapeGlob(text: string): string {
  return /[*?[\]\\()|+@!^-]/.test(text) ? text.replace(/[*?[\]\\()|+@!^-]/g, '\\$&') : text;
}

/** The text that a pattern without active characters stands for. */
export function unescapeGlob(pattern: string): string {
  return pattern.includes('\\') ? pattern.replace(/\\([\s\S])/g, '$1') : pattern;
}

function parseGlob(text: string): Pattern {
  let at = 0;
  const parse = (isInside: boolean): Pattern => {
    const choices: Pattern[] = [];
    let items: Pattern[] = [];
    while (at < text.length) {
      const character = text[at] as string;
      if (isInside && character === ')') break;
      if (isInside && character === '|') {
        choices.push(sequence(items));
        items = [];
        at += 1;
        continue;
      }
      if (text[at + 1] === '(' && '?*+@!'.includes(character)) {
        const start = at;
        at += 2;
        const inner = parse(true);
        if (text[at] === ')') {
          at += 1;
          items.push(extended(character, inner));
          continue;
        }
        at = start;
      }
      if (character === '*') {
        at += 1;
        const last = items[items.length - 1];
        if (last?.kind === 'repeat' && last.item.kind === 'any') continue;
        items.push({ kind: 'repeat', item: { kind: 'any' }, min: 0, max: Number.POSITIVE_INFINITY });
        continue;
      }
      if (character === '?') {
        at += 1;
        items.push({ kind: 'any' });
        continue;
      }
      if (character === '[') {
        const bracket = parseBracket(text, at + 1, true);
        if (bracket !== undefined) {
          at = bracket.end;
          items.push(bracket.set);
          continue;
        }
      }
      if (character === '\\' && at + 1 < text.length) at += 1;
      const code = text.codePointAt(at) as number;
      at += code > 0xffff ? 2 : 1;
      items.push({ kind: 'char', code });
    }
    choices.push(sequence(items));
    return choices.length === 1 ? (choices[0] as Pattern) : { kind: 'choice', items: choices };
  };
  return parse(false);
}

function extended(operator: string, item: Pattern): Pattern {
  if (operator === '@') return item;
  if (operator === '!') return { kind: 'not', item };
  return { kind: 'repeat', item, min: operator === '+' ? 1 : 0, max: operator === '?' ? 1 : Number.POSITIVE_INFINITY };
}

function reversed(pattern: Pattern): Pattern {
  switch (pattern.kind) {
    case 'sequence': return { kind: 'sequence', items: pattern.items.map(reversed).reverse() };
    case 'choice': return { kind: 'choice', items: pattern.items.map(reversed) };
    case 'repeat': return { ...pattern, item: reversed(pattern.item) };
    case 'group': return reversed(pattern.item);
    default: return pattern;
  }
}

function hasNegation(pattern: Pattern): boolean {
  if (pattern.kind === 'not') return true;
  if (pattern.kind === 'sequence' || pattern.kind === 'choice') return pattern.items.some(hasNegation);
  return pattern.kind === 'repeat' && hasNegation(pattern.item);
}

/** The texts between the stars of `a*b*`: `a`, `b` and an empty one; undefined where there is more in it. */
function textsOf(pattern: string): string[] | undefined {
  const texts = [''];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string;
    if (character === '?' || character === '[' || (pattern[at + 1] === '(' && '*+@!'.includes(character))) return undefined;
    if (character === '*') texts.push('');
    else {
      if (character === '\\' && at + 1 < pattern.length) at += 1;
      texts[texts.length - 1] += pattern[at] as string;
    }
  }
  return texts;
}

/** Where the match of `texts` with stars between that begins at 0 ends, the shortest or the longest; -1: there is none. */
function endOfTexts(text: string, texts: readonly string[], longest: boolean): number {
  const last = texts.length - 1;
  if (!text.startsWith(texts[0] as string)) return -1;
  let end = (texts[0] as string).length;
  for (let index = 1; index <= last; index += 1) {
    const each = texts[index] as string;
    const at = index === last && longest ? text.lastIndexOf(each) : text.indexOf(each, end);
    if (at < end) return -1;
    end = at + each.length;
  }
  return end;
}

/** Where the match that ends with `text` begins; -1: there is none. */
function startOfTexts(text: string, texts: readonly string[], longest: boolean): number {
  const last = texts.length - 1;
  if (!text.endsWith(texts[last] as string)) return -1;
  let start = text.length - (texts[last] as string).length;
  for (let index = last - 1; index >= 0; index -= 1) {
    const each = texts[index] as string;
    const latest = start - each.length;
    const at = latest < 0 ? -1 : index === 0 && longest ? text.indexOf(each) : text.lastIndexOf(each, latest);
    if (at < 0 || at > latest) return -1;
    start = at;
  }
  return start;
}

export class Glob {
  readonly #literal: string | undefined;
  readonly #pattern: Pattern | undefined;
  readonly #ignoreCase: boolean;
  /** What stands between the stars, where the pattern is texts and stars alone, as most are. */
  readonly #texts: readonly string[] | undefined;
  #forward: LinearMatcher | undefined;
  #backward: LinearMatcher | undefined;
  #negation: Matcher | undefined;

  constructor(text: string, ignoreCase = false) {
    this.#ignoreCase = ignoreCase;
    if (!isGlob(text) && !ignoreCase) {
      this.#literal = unescapeGlob(text);
      return;
    }
    this.#pattern = parseGlob(text);
    if (ignoreCase) return;
    this.#texts = textsOf(text);
  }

  /** The work of the last match, as `LinearMatcher.visits`; 0 where no automaton was needed. */
  get visits(): number {
    return this.#forward?.visits ?? 0;
  }

  get #automaton(): LinearMatcher {
    return (this.#forward ??= new LinearMatcher(compileProgram(this.#pattern as Pattern), this.#ignoreCase));
  }

  /** Whether all of `text` matches. */
  matches(text: string): boolean {
    if (this.#literal !== undefined) return text === this.#literal;
    if (this.#texts !== undefined) return endOfTexts(text, this.#texts, true) === text.length;
    const pattern = this.#pattern as Pattern;
    if (hasNegation(pattern)) {
      this.#negation ??= new Matcher(sequence([{ kind: 'assert', what: 'start' }, pattern, { kind: 'assert', what: 'end' }]), this.#ignoreCase);
      return this.#negation.test(text);
    }
    return this.#automaton.prefix(text, true) === text.length;
  }

  /** `${text#pattern}` and `##`. */
  removePrefix(text: string, longest: boolean): string {
    if (this.#literal !== undefined) return text.startsWith(this.#literal) ? text.slice(this.#literal.length) : text;
    if (this.#texts !== undefined) return text.slice(Math.max(0, endOfTexts(text, this.#texts, longest)));
    const pattern = this.#pattern as Pattern;
    if (hasNegation(pattern)) return this.#byTrying(text, longest, (cut) => [text.slice(0, cut), text.slice(cut)]);
    const end = this.#automaton.prefix(text, longest);
    return end === undefined ? text : text.slice(end);
  }

  /** `${text%pattern}` and `%%`. */
  removeSuffix(text: string, longest: boolean): string {
    if (this.#literal !== undefined) return text.endsWith(this.#literal) ? text.slice(0, text.length - this.#literal.length) : text;
    if (this.#texts !== undefined) {
      const start = startOfTexts(text, this.#texts, longest);
      return start < 0 ? text : text.slice(0, start);
    }
    const pattern = this.#pattern as Pattern;
    if (hasNegation(pattern)) {
      return this.#byTrying(text, longest, (cut) => [text.slice(text.length - cut), text.slice(0, text.length - cut)]);
    }
    this.#backward ??= new LinearMatcher(compileProgram(reversed(pattern)), this.#ignoreCase);
    const backwards = Array.from(text).reverse().join('');
    const end = this.#backward.prefix(backwards, longest);
    return end === undefined ? text : text.slice(0, text.length - end);
  }

  #byTrying(text: string, longest: boolean, split: (cut: number) => readonly [string, string]): string {
    for (let step = 0; step <= text.length; step += 1) {
      const [candidate, rest] = split(longest ? text.length - step : step);
      if (this.matches(candidate)) return rest;
    }
    return text;
  }

  /** Where the replacement holds the match itself, which it has to be made for each. */
  #replaceBy(text: string, replacement: (match: string) => string, all: boolean, anchor: 'start' | 'end' | undefined): string {
    if (anchor === 'start') {
      const rest = this.removePrefix(text, true);
      return rest !== text || this.matches('') ? replacement(text.slice(0, text.length - rest.length)) + rest : text;
    }
    if (anchor === 'end') {
      const rest = this.removeSuffix(text, true);
      return rest !== text || this.matches('') ? rest + replacement(text.slice(rest.length)) : text;
    }
    const literal = this.#literal;
    if (literal !== undefined) return literal === '' ? text : all ? text.split(literal).join(replacement(literal)) : this.replace(text, replacement(literal), false, undefined);
    if (hasNegation(this.#pattern as Pattern)) return this.matches(text) ? replacement(text) : text;
    let out = '';
    let at = 0;
    while (at <= text.length) {
      const span = this.#automaton.exec(text, at);
      if (span === undefined || (span.start === span.end && text !== '')) break;
      out += text.slice(at, span.start) + replacement(text.slice(span.start, span.end));
      at = span.end;
      if (!all || span.start === span.end) break;
    }
    return out + text.slice(at);
  }

  /** `${text/pattern/…}`; `anchor` for `/#` and `/%`. In the replacement `matched` stands for what matched. */
  replace(text: string, replacement: string, all: boolean, anchor: 'start' | 'end' | undefined, matched = ''): string {
    if (matched !== '' && replacement.includes(matched)) return this.#replaceBy(text, (match) => replacement.replaceAll(matched, () => match), all, anchor);
    if (anchor === 'start') {
      const rest = this.removePrefix(text, true);
      return rest !== text || this.matches('') ? replacement + rest : text;
    }
    if (anchor === 'end') {
      const rest = this.removeSuffix(text, true);
      return rest !== text || this.matches('') ? rest + replacement : text;
    }
    if (this.#literal !== undefined) {
      if (this.#literal === '') return text;
      if (all) return text.split(this.#literal).join(replacement);
      const at = text.indexOf(this.#literal);
      return at < 0 ? text : text.slice(0, at) + replacement + text.slice(at + this.#literal.length);
    }
    if (hasNegation(this.#pattern as Pattern)) return this.matches(text) ? replacement : text;
    let out = '';
    let at = 0;
    while (at <= text.length) {
      const span = this.#automaton.exec(text, at);
      if (span === undefined || (span.start === span.end && text !== '')) break;
      out += text.slice(at, span.start) + replacement;
      at = span.end;
      if (!all || span.start === span.end) break;
    }
    return out + text.slice(at);
  }
}

const cache = new Map<string, Glob>();

/** The compiled pattern, from a small cache: `case` in a loop asks for the same ones. */
export function globOf(pattern: string, ignoreCase = false): Glob {
  const key = ignoreCase ? `i${pattern}` : `-${pattern}`;
  let glob = cache.get(key);
  if (glob === undefined) {
    if (cache.size >= 500) cache.clear();
    glob = new Glob(pattern, ignoreCase);
    cache.set(key, glob);
  }
  return glob;
}
