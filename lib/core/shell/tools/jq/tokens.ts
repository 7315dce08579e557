import { JqSyntaxError } from './syntax.ts';

export type Token = { at: number } & (
  | { kind: 'number'; value: number }
  | { kind: 'string'; parts: (string | Token[])[] }
  | { kind: 'format' | 'field' | 'name' | 'variable' | 'keyword' | 'mark'; text: string }
  | { kind: 'end' }
);

const KEYWORDS = new Set(['def', 'if', 'then', 'elif', 'else', 'end', 'as', 'reduce', 'foreach', 'try', 'catch', 'label', 'import', 'include', 'and', 'or', '__loc__']);
const SPACE = /(?:\s+|#[^\n]*)*/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y;
const FIELD = /\.[A-Za-z_]\w*/y;
const NAME = /(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*/y;
const VARIABLE = /\$\s*(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*/y;
const FORMAT = /@\w+/y;
const MARK = /\?\/\/|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[.[\]{}()|,:;=<>+\-*/%?$]/y;
const SIMPLE: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** A filter's text as tokens; those of `\(…)` lie inside the string's. @throws JqSyntaxError */
export function readTokens(source: string): Token[] {
  let at = 0;
  const take = (expression: RegExp): string | undefined => {
    expression.lastIndex = at;
    const text = expression.exec(source)?.[0];
    if (text !== undefined) at += text.length;
    return text;
  };

  const string = (start: number): Token => {
    const parts: (string | Token[])[] = [];
    let text = '';
    at += 1;
    for (;;) {
      const character = source[at];
      if (character === undefined) throw new JqSyntaxError('syntax error, a string has no closing "', start);
      at += 1;
      if (character === '"') break;
      if (character !== '\\') {
        text += character;
        continue;
      }
      const letter = source[at] ?? '';
      at += 1;
      if (letter === '(') {
        if (text !== '') parts.push(text);
        text = '';
        parts.push(tokens(true));
      } else if (letter === 'u') {
        const hex = /^[0-9a-fA-F]{4}/.exec(source.slice(at, at + 4))?.[0];
        if (hex === undefined) throw new JqSyntaxError('syntax error, \\u needs four hexadecimal digits', at - 2);
        at += 4;
        text += String.fromCharCode(Number.parseInt(hex, 16));
      } else if (SIMPLE[letter] !== undefined) text += SIMPLE[letter];
      else throw new JqSyntaxError(`syntax error, \\${letter} is no escape; write \\\\ for a backslash`, at - 2);
    }
    if (text !== '') parts.push(text);
    return { kind: 'string', at: start, parts };
  };

  /** @param isNested up to the `)` that closes `\(`. */
  const tokens = (isNested: boolean): Token[] => {
    const all: Token[] = [];
    let depth = 0;
    for (;;) {
      take(SPACE);
      const start = at;
      if (at >= source.length) {
        all.push({ kind: 'end', at });
        if (isNested) throw new JqSyntaxError('syntax error, unexpected end of the filter: \\( has no closing )', at);
        return all;
      }
      if (source[at] === '"') {
        all.push(string(start));
        continue;
      }
      const number = take(NUMBER);
      if (number !== undefined) {
        all.push({ kind: 'number', at: start, value: Number(number) });
        continue;
      }
      const field = take(FIELD);
      if (field !== undefined) {
        all.push({ kind: 'field', at: start, text: field.slice(1) });
        continue;
      }
      const variable = take(VARIABLE);
      if (variable !== undefined) {
        all.push({ kind: 'variable', at: start, text: variable.slice(1).trim() });
        continue;
      }
      const name = take(NAME);
      if (name !== undefined) {
        all.push({ kind: KEYWORDS.has(name) ? 'keyword' : 'name', at: start, text: name });
        continue;
      }
      const format = take(FORMAT);
      if (format !== undefined) {
        all.push({ kind: 'format', at: start, text: format });
        continue;
      }
      const mark = take(MARK);
      if (mark === undefined) throw new JqSyntaxError(`syntax error, unexpected character ${String.fromCodePoint(source.codePointAt(at) as number)}`, at);
      if (mark === '(') depth += 1;
      if (mark === ')') {
        if (isNested && depth === 0) {
          all.push({ kind: 'end', at: start });
          return all;
        }
        depth -= 1;
      }
      all.push({ kind: 'mark', at: start, text: mark });
    }
  };
  return tokens(false);
}
