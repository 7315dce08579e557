import { byteText, normalizeText } from '../../text.ts';

export type TokenKind = 'number' | 'string' | 'name' | 'call' | 'builtin' | 'keyword' | 'operator' | 'newline' | 'end';

export interface Token {
  kind: TokenKind;
  text: string;
  /** Of a number. */
  value: number;
  start: number;
  end: number;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'BEGIN', 'BEGINFILE', 'END', 'ENDFILE', 'break', 'case', 'continue', 'default', 'delete', 'do', 'else', 'exit', 'for', 'func', 'function',
  'getline', 'if', 'in', 'next', 'nextfile', 'print', 'printf', 'return', 'switch', 'while',
]);

export const BUILTINS: ReadonlySet<string> = new Set([
  'and', 'asort', 'asorti', 'atan2', 'close', 'compl', 'cos', 'exp', 'fflush', 'gensub', 'gsub', 'index', 'int', 'isarray', 'length', 'log', 'lshift',
  'match', 'mktime', 'or', 'patsplit', 'rand', 'rshift', 'sin', 'split', 'sprintf', 'sqrt', 'srand', 'strftime', 'strtonum', 'sub', 'substr', 'system', 'systime',
  'tolower', 'toupper', 'typeof', 'xor',
]);

const OPERATORS = ['**=', '&&', '||', '==', '<=', '>=', '!=', '!~', '>>', '++', '--', '+=', '-=', '*=', '/=', '%=', '^=', '**', '|&',
  '{', '}', '(', ')', '[', ']', ';', ',', '+', '-', '*', '/', '%', '^', '!', '>', '<', '|', '?', ':', '~', '$', '='];

/** A place where the text is no program. */
export class TokenError extends Error {
  constructor(message: string, readonly at: number) {
    super(message);
  }
}

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"', '/': '/' };

/** The escapes of a string (and of `-v` and `name=value`), as gawk takes them: an unknown one is the character itself. */
export function decodeAwkEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  const decoded = text.replace(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(\n)|([\s\S])|$)/g, (_whole, octal?: string, hex?: string, newline?: string, other?: string) => {
    if (octal !== undefined) return byteText(Number.parseInt(octal, 8) & 0xff);
    if (hex !== undefined) return byteText(Number.parseInt(hex, 16));
    if (newline !== undefined) return '';
    return other === undefined ? '\\' : SIMPLE[other] ?? other;
  });
  return normalizeText(decoded);
}

/** The token at `from`, comments and blanks before it left out. `/` is always an operator here; see `regexAt`. */
export function tokenAt(text: string, from: number): Token {
  let at = from;
  for (;;) {
    const character = text[at];
    if (character === ' ' || character === '\t' || character === '\r') at += 1;
    else if (character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) at = text.indexOf('\n', at) + 1;
    else if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else break;
  }
  const token = (kind: TokenKind, end: number, value = 0, content = text.slice(at, end)): Token => ({ kind, text: content, value, start: at, end });
  const character = text[at];
  if (character === undefined) return token('end', at);
  if (character === '\n') return token('newline', at + 1);
  if (/[0-9.]/.test(character)) {
    const digits = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(text.slice(at, at + 400))?.[0];
    if (digits !== undefined) return token('number', at + digits.length, /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits));
  }
  if (/[A-Za-z_]/.test(character)) {
    const word = (/^\w+/.exec(text.slice(at, at + 400)) as RegExpExecArray)[0];
    const end = at + word.length;
    if (KEYWORDS.has(word)) return token('keyword', end);
    if (BUILTINS.has(word)) return token('builtin', end);
    return token(text[end] === '(' ? 'call' : 'name', end);
  }
  if (character === '"') {
    for (let end = at + 1; end < text.length; end += 1) {
      if (text[end] === '\\') end += 1;
      else if (text[end] === '"') return token('string', end + 1, 0, decodeAwkEscapes(text.slice(at + 1, end)));
      else if (text[end] === '\n') break;
    }
    throw new TokenError('unterminated string', at);
  }
  const operator = OPERATORS.find((each) => text.startsWith(each, at));
  if (operator === undefined) throw new TokenError(`syntax error: invalid char '${character}' in expression`, at);
  return token('operator', at + operator.length);
}

/** The regular expression whose first `/` is at `start`. A `/` in brackets ends nothing. */
export function regexAt(text: string, start: number): { source: string; end: number } {
  let isInBracket = false;
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (isInBracket) {
      if (character === ']') isInBracket = false;
      else if (character === '[' && /[:.=]/.test(text[at + 1] ?? '')) {
        const end = text.indexOf(`${text[at + 1]}]`, at + 2);
        if (end >= 0) at = end + 1;
      }
    } else if (character === '[') {
      isInBracket = true;
      if (text[at + 1] === '^') at += 1;
      if (text[at + 1] === ']') at += 1;
    } else if (character === '/') return { source: text.slice(start + 1, at).replaceAll('\\/', '/'), end: at + 1 };
  }
  throw new TokenError('unterminated regexp', start);
}
