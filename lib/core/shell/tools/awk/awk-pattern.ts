import { Matcher } from '../../regex/matcher.ts';
import { PatternError } from '../../regex/pattern.ts';
import { parsePosix } from '../../regex/posix.ts';
import { byteText } from '../../text.ts';
import { AwkError } from './syntax.ts';

const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const ACTIVE = /[\\^$.[\]|()*+?{}]/;

/**
 * awk's regular expressions in POSIX's words: its string escapes (also in brackets, where POSIX knows none), `\y` for a word's
 * border, `\/` and `\"`.
 */
function toPosix(source: string): string {
  let out = '';
  let at = 0;
  while (at < source.length) {
    const character = source[at] as string;
    if (character === '[') {
      const bracket = bracketAt(source, at);
      out += bracket.text;
      at = bracket.end;
      continue;
    }
    if (character !== '\\') {
      out += character;
      at += 1;
      continue;
    }
    const escape = escapeAt(source, at + 1);
    at = escape.end;
    if (escape.text !== undefined) out += ACTIVE.test(escape.text) ? `\\${escape.text}` : escape.text;
    else if (escape.letter === 'y') out += '\\b';
    else if ('wWsSB<>`\''.includes(escape.letter) || ACTIVE.test(escape.letter)) out += `\\${escape.letter}`;
    else out += escape.letter;
  }
  return out;
}

/** What stands after a backslash: a character that it spells, or its letter. */
function escapeAt(source: string, at: number): { text: string | undefined; letter: string; end: number } {
  const letter = source[at] ?? '\\';
  const control = CONTROLS[letter];
  if (control !== undefined) return { text: control, letter, end: at + 1 };
  const octal = /^[0-7]{1,3}/.exec(source.slice(at, at + 3))?.[0];
  if (octal !== undefined) return { text: byteText(Number.parseInt(octal, 8) & 0xff), letter, end: at + octal.length };
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(source.slice(at, at + 3));
  if (hex !== null) return { text: byteText(Number.parseInt(hex[1] as string, 16)), letter, end: at + hex[0].length };
  return { text: undefined, letter, end: at + 1 };
}

/** A bracket expression without escapes: `]`, `^` and `-` that were escaped stand where they mean themselves. */
function bracketAt(source: string, start: number): { text: string; end: number } {
  let at = start + 1;
  let [negation, first, last, inner] = ['', '', '', ''];
  if (source[at] === '^') {
    negation = '^';
    at += 1;
  }
  if (source[at] === ']') {
    first = ']';
    at += 1;
  }
  while (at < source.length) {
    const character = source[at] as string;
    if (character === ']') {
      const text = `${first}${inner}${last}`;
      if (negation === '' && text.startsWith('^')) return { text: text === '^' ? '\\^' : `[${text.slice(1)}^]`, end: at + 1 };
      return { text: `[${negation}${text}]`, end: at + 1 };
    }
    if (character === '[' && /[:.=]/.test(source[at + 1] ?? '')) {
      const end = source.indexOf(`${source[at + 1]}]`, at + 2);
      if (end >= 0) {
        inner += source.slice(at, end + 2);
        at = end + 2;
        continue;
      }
    }
    if (character !== '\\') {
      inner += character;
      at += 1;
      continue;
    }
    const escape = escapeAt(source, at + 1);
    at = escape.end;
    const text = escape.text ?? escape.letter;
    if (text === ']') first = ']';
    else if (text === '-') last = `${last.replace('-', '')}-`;
    else if (text === '^') last = `^${last}`;
    else if ('wWsS'.includes(text) && escape.text === undefined) inner += text.toLowerCase() === 'w' ? '[:alnum:]_' : '[:space:]';
    else inner += text;
  }
  return { text: source.slice(start), end: source.length };
}

const cache = new Map<string, Matcher>();

/** The compiled pattern, from a cache: a dynamic one is asked for with every record. @throws AwkError */
export function awkMatcher(source: string, ignoreCase: boolean): Matcher {
  const key = ignoreCase ? `i${source}` : `c${source}`;
  let matcher = cache.get(key);
  if (matcher === undefined) {
    try {
      matcher = new Matcher(parsePosix(toPosix(source), true).pattern, ignoreCase);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw new AwkError(`fatal: invalid regexp: ${error.message}: /${source}/`);
    }
    if (cache.size >= 300) cache.clear();
    cache.set(key, matcher);
  }
  return matcher;
}
