import { numberText } from './number-text.ts';

/**
 * A value: a number, a string, text from outside that looks like a number (a strnum, which compares as one), or undefined
 * for what was never set (both 0 and ''). Plain text stays a JavaScript string, so most fields make no object.
 */
export type Value = number | string | NumericText | undefined;

export class NumericText {
  constructor(readonly text: string, readonly number: number) {}
}

export type AwkArray = Map<string, Value>;

const NUMBER = /^[ \t\n\r\f\v]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ \t\n\r\f\v]*$/;
const PREFIX = /^[ \t\n\r\f\v]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/;
const SPECIAL = /^[ \t\n\r\f\v]*[-+](?:inf|nan)[ \t\n\r\f\v]*$/i;

/** Text that came from outside: a field, a line, `-v`, an element that `split` made. */
export function fromInput(text: string): Value {
  const first = text.charCodeAt(0);
  // Letters and most else can't begin a number.
  if (!(first <= 57) || (first > 32 && first < 43)) return text;
  if (NUMBER.test(text)) return new NumericText(text, Number(text));
  return SPECIAL.test(text) ? new NumericText(text, specialNumber(text)) : text;
}

function specialNumber(text: string): number {
  const word = text.trim().toLowerCase();
  return word.endsWith('nan') ? Number.NaN : word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** The number at the beginning of a text; 0 when there is none. */
export function textNumber(text: string): number {
  const { length } = text;
  if (length === 0) return 0;
  if (length < 16) {
    let value = 0;
    let at = 0;
    for (; at < length; at += 1) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === length) return value;
    if (at === 0 && text.charCodeAt(0) > 57) return 0;
  }
  const match = PREFIX.exec(text);
  if (match !== null) return Number(match[1]);
  return SPECIAL.test(text) ? specialNumber(text) : 0;
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return textNumber(value);
  return value === undefined ? 0 : value.number;
}

/** @param format CONVFMT, or OFMT for output. */
export function toText(value: Value, format: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value, format);
  return value === undefined ? '' : value.text;
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  return value !== undefined && value.number !== 0;
}

/** Negative, 0 or positive: by number when both are numbers or look like them, else by text. NaN for what can't be ordered. */
export function compare(left: Value, right: Value, format: string): number {
  if (typeof left !== 'string' && typeof right !== 'string') return order(toNumber(left), toNumber(right));
  const one = toText(left, format);
  const other = toText(right, format);
  return one < other ? -1 : one > other ? 1 : 0;
}


function order(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
}
