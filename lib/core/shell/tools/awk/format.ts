import * as limits from '../../../limits.ts';
import { convertNumber, padText, textLength } from './number-text.ts';
import { AwkError } from './syntax.ts';
import { toNumber, toText, type Value } from './value.ts';

/** `printf`: the format taken apart once, then filled. */

interface Piece {
  literal: string;
  /** Absent after the last literal. */
  kind: string;
  flags: string;
  width: number | '*' | undefined;
  precision: number | '*' | undefined;
  /** 1-based, of `%2$s`; 0: the next one. */
  position: number;
}

const cache = new Map<string, readonly Piece[]>();
const CONVERSION = /%(?:(\d+)\$)?([-+ 0#']*)(\*|\d+)?(?:\.(\*|\d*))?(?:hh|h|ll|l|L|j|z|t|q)?([a-zA-Z%]?)/g;

function piecesOf(format: string): readonly Piece[] {
  let pieces = cache.get(format);
  if (pieces !== undefined) return pieces;
  const made: Piece[] = [];
  let at = 0;
  const number = (text: string | undefined): number | '*' | undefined => (text === undefined ? undefined : text === '*' ? '*' : Number(text || '0'));
  for (const match of format.matchAll(CONVERSION)) {
    const kind = match[5] ?? '';
    const isKnown = kind !== '' && 'cdiouxXeEfFgGas%A'.includes(kind);
    const literal = format.slice(at, match.index);
    at = match.index + match[0].length;
    if (!isKnown) made.push({ literal: literal + match[0], kind: '', flags: '', width: undefined, precision: undefined, position: 0 });
    else made.push({ literal, kind, flags: match[2] ?? '', width: number(match[3]), precision: number(match[4]), position: Number(match[1] ?? '0') });
  }
  made.push({ literal: format.slice(at), kind: '', flags: '', width: undefined, precision: undefined, position: 0 });
  if (cache.size > 200) cache.clear();
  cache.set(format, made);
  pieces = made;
  return pieces;
}

function character(value: Value): string {
  if (typeof value === 'number' || (typeof value === 'object' && value !== null)) {
    const code = Math.trunc(toNumber(value));
    return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  const text = value ?? '';
  return text === '' ? '\0' : String.fromCodePoint(text.codePointAt(0) as number);
}

/** @throws AwkError when the text would be too long, or an argument is missing. */
export function formatValues(format: string, values: readonly Value[], convfmt: string): string {
  let out = '';
  let next = 0;
  const take = (): Value => {
    if (next >= values.length) throw new AwkError(`fatal: not enough arguments to satisfy format string\n\t\`${format}'`);
    next += 1;
    return values[next - 1];
  };
  for (const piece of piecesOf(format)) {
    out += piece.literal;
    const { kind } = piece;
    if (kind === '') continue;
    let { flags } = piece;
    let width = piece.width === '*' ? Math.trunc(toNumber(take())) : piece.width ?? 0;
    let precision = piece.precision === '*' ? Math.trunc(toNumber(take())) : piece.precision;
    if (kind === '%') {
      out += '%';
      continue;
    }
    if (width < 0) {
      flags += '-';
      width = -width;
    }
    if (precision !== undefined && precision < 0) precision = undefined;
    if (width > limits.lineMaxBytes || (precision ?? 0) > limits.lineMaxBytes) throw new AwkError('fatal: a width of printf is too large');
    const value = piece.position > 0 ? values[piece.position - 1] : take();
    if (kind === 'c') out += padText(character(value), flags, width, false);
    else if (kind === 's') {
      const text = toText(value, convfmt);
      out += padText(precision === undefined ? text : textLength(text) === text.length ? text.slice(0, precision) : Array.from(text).slice(0, precision).join(''), flags, width, false);
    } else {
      out += convertNumber(kind, flags, width, precision, toNumber(value));
    }
    if (out.length > limits.lineMaxBytes) throw new AwkError('fatal: the output of printf is too long');
  }
  return out;
}
