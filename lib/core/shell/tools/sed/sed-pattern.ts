import { byteText } from '../../text.ts';
import { Matcher } from '../../regex/matcher.ts';
import { parsePosix } from '../../regex/posix.ts';

/** A pattern of a script. Without a matcher it is the empty one: the last pattern that was used. */
export interface SedPattern {
  matcher: Matcher | undefined;
  groups: number;
}

const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * The character of the escape whose letter is at `at` (GNU sed's manual, 5.8), and the index after it; undefined when
 * it is none of them.
 */
export function decodeSedEscape(text: string, at: number): { text: string; end: number } | undefined {
  const letter = text[at] ?? '';
  const control = CONTROLS[letter];
  if (control !== undefined) return { text: control, end: at + 1 };
  if (letter === 'c' && at + 1 < text.length) return { text: String.fromCharCode((text[at + 1] as string).toUpperCase().charCodeAt(0) ^ 0x40), end: at + 2 };
  const [base, pattern] = letter === 'd' ? [10, /[0-9]{3}/y] as const : letter === 'o' ? [8, /[0-7]{1,3}/y] as const : letter === 'x' ? [16, /[0-9a-fA-F]{1,2}/y] as const : [0, /$^/y] as const;
  if (base === 0) return undefined;
  pattern.lastIndex = at + 1;
  const digits = pattern.exec(text)?.[0];
  return digits === undefined ? undefined : { text: byteText(Number.parseInt(digits, base) & 0xff), end: at + 1 + digits.length };
}

/** The same pattern in POSIX's own words. */
function withoutEscapes(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '\\') {
      out += text[at];
      at += 1;
      continue;
    }
    const escape = decodeSedEscape(text, at + 1);
    if (escape === undefined) {
      out += text.slice(at, at + 2);
      at += 2;
      continue;
    }
    out += escape.text === '^' ? '\\^' : escape.text;
    at = escape.end;
  }
  return out;
}

export interface PatternFlags {
  extended: boolean;
  ignoreCase: boolean;
  multiline: boolean;
}

/** @throws PatternError */
export function parseSedPattern(text: string, { extended, ignoreCase, multiline }: PatternFlags): SedPattern {
  if (text === '') return { matcher: undefined, groups: 0 };
  const { pattern, groups } = parsePosix(withoutEscapes(text), extended);
  return { matcher: new Matcher(pattern, ignoreCase, multiline), groups };
}
