import { byteText, normalizeText } from './text.ts';

/**
 * Backslash escapes of `echo -e`, `printf` and `$'...'`. They differ in small ways: `style` says which.
 * `stop` is true after `\c` (echo, `%b`): nothing further is printed.
 */
export type EscapeStyle = 'echo' | 'printf' | 'quote';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\',
};

export function decodeEscapes(text: string, style: EscapeStyle): { text: string; stop: boolean } {
  if (!text.includes('\\')) return { text, stop: false };
  let out = '';
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (character !== '\\') {
      out += character;
      at += 1;
      continue;
    }
    const next = text[at + 1];
    if (next === undefined) {
      out += '\\';
      break;
    }
    const simple = SIMPLE[next];
    if (simple !== undefined) {
      out += simple;
      at += 2;
      continue;
    }
    if (next === 'c' && style !== 'quote') return { text: normalizeText(out), stop: true };
    if (next === 'c') {
      out += String.fromCharCode((text.charCodeAt(at + 2) || 0) & 0x1f);
      at += 3;
      continue;
    }
    if ((next === "'" || next === '"' || next === '?') && style !== 'echo') {
      out += next;
      at += 2;
      continue;
    }
    const rest = text.slice(at + 1, at + 12);
    const octal = (style === 'echo' ? /^0([0-7]{0,3})/ : style === 'printf' ? /^(0?[0-7]{1,3})/ : /^([0-7]{1,3})/).exec(rest);
    if (octal !== null) {
      out += byteText(Number.parseInt(octal[1] || '0', 8) & 0xff);
      at += 1 + octal[0].length;
      continue;
    }
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    if (hex !== null) {
      out += byteText(Number.parseInt(hex[1] as string, 16));
      at += 1 + hex[0].length;
      continue;
    }
    const unicode = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
    if (unicode !== null) {
      const code = Number.parseInt((unicode[1] ?? unicode[2]) as string, 16);
      out += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
      at += 1 + unicode[0].length;
      continue;
    }
    out += `\\${next}`;
    at += 2;
  }
  return { text: normalizeText(out), stop: false };
}
