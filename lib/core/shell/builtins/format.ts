import { decodeEscapes } from '../escapes.ts';
import * as limits from '../../limits.ts';
import { decodeText, encodeText } from '../text.ts';
import { formatDate } from '../tools/format-date.ts';
import { UsageError } from '../tools/options.ts';

/**
 * The formats of `printf`. The format is used again while arguments are left; numbers are as C's strtol and strtod
 * take them, with `'c` for a character's code.
 */
export interface Formatted {
  text: string;
  /** What was wrong with a number; the rest is printed all the same. */
  complaints: string[];
}

/** For `%(...)T`. */
export interface PrintfClock {
  now: () => number;
  /** When the shell began: `-2`. */
  startedAt: number;
  zone: string | undefined;
}

const CONVERSION = /%(?:%|([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|j|z|t)?([diouxXeEfFgGaAcsbqQ]|\([^)]*\)T)?)/y;

/** Stops where the format itself is wrong, as bash does. @throws UsageError for what is too long. `quote` writes `%q`. */
export function formatPrintf(format: string, args: readonly string[], quote: (text: string) => string, clock: PrintfClock): Formatted {
  const complaints: string[] = [];
  let out = '';
  let next = 0;
  do {
    const startedAt = next;
    let at = 0;
    while (at < format.length) {
      const percent = format.indexOf('%', at);
      const literal = decodeEscapes(format.slice(at, percent < 0 ? undefined : percent), 'printf');
      out += literal.text;
      if (literal.stop) return { text: out, complaints };
      if (percent < 0) break;
      CONVERSION.lastIndex = percent;
      const match = CONVERSION.exec(format);
      if (match === null) {
        complaints.push(`\`${format.slice(percent)}': missing format character`);
        return { text: out, complaints };
      }
      at = CONVERSION.lastIndex;
      if (match[0] === '%%') {
        out += '%';
        continue;
      }
      const kind = match[4];
      if (kind === undefined) {
        complaints.push(`\`${format[at] ?? '%'}': ${format[at] === undefined ? 'missing' : 'invalid'} format character`);
        return { text: out, complaints };
      }
      let flags = match[1] ?? '';
      const star = (text: string | undefined): number | undefined => {
        if (text === undefined) return undefined;
        const value = text === '*' ? Number(parseInteger(args[next++] ?? '', complaints)) : Number(text || '0');
        if (Math.abs(value) > limits.shellValueMaxUnits / 16) throw new UsageError(`${value}: the width is too large`, 1);
        return value;
      };
      let width = star(match[2]) ?? 0;
      if (width < 0) {
        flags += '-';
        width = -width;
      }
      const precision = star(match[3]);
      const argument = args[next];
      next += 1;
      const body = convert(kind, flags, precision !== undefined && precision < 0 ? undefined : precision, argument, complaints, quote, clock);
      if (body.stop === true) return { text: out + pad(body.text, flags, width, false), complaints };
      out += pad(body.text, flags, width, body.isNumber);
      if (out.length > limits.shellValueMaxUnits) throw new UsageError('the output is too long', 1);
    }
    if (next === startedAt) break;
  } while (next < args.length);
  return { text: out, complaints };
}

function pad(text: string, flags: string, width: number, isNumber: boolean): string {
  // bash counts bytes here, also in a UTF-8 locale.
  const length = encodeText(text).length;
  if (length >= width) return text;
  const fill = width - length;
  if (flags.includes('-')) return text + ' '.repeat(fill);
  if (isNumber && flags.includes('0')) {
    const sign = /^[-+ ]?(0[xX])?/.exec(text)?.[0] ?? '';
    return sign + '0'.repeat(fill) + text.slice(sign.length);
  }
  return ' '.repeat(fill) + text;
}

function convert(
  kind: string,
  flags: string,
  precision: number | undefined,
  argument: string | undefined,
  complaints: string[],
  quote: (text: string) => string,
  clock: PrintfClock,
): { text: string; isNumber: boolean; stop?: boolean } {
  const cut = (text: string): string => (precision === undefined ? text : decodeText(encodeText(text).subarray(0, precision)));
  if (kind.endsWith('T')) {
    const seconds = argument === undefined || argument === '-1' ? clock.now() / 1000 : argument === '-2' ? clock.startedAt / 1000 : Number(parseInteger(argument, complaints));
    const format = kind.slice(1, -2);
    return { text: cut(formatDate(format === '' ? '%X' : format, seconds * 1000, clock.zone)), isNumber: false };
  }
  switch (kind) {
    case 's': return { text: cut(argument ?? ''), isNumber: false };
    case 'c': return { text: Array.from(argument ?? '')[0] ?? '\0', isNumber: false };
    case 'q':
    case 'Q': return { text: quote(cut(argument ?? '')), isNumber: false };
    case 'b': {
      const decoded = decodeEscapes((argument ?? '').replace(/\\([1-7])/g, '\\0$1'), 'echo');
      return { text: cut(decoded.text), isNumber: false, stop: decoded.stop };
    }
    case 'd':
    case 'i': {
      const value = parseInteger(argument ?? '', complaints);
      const digits = (value < 0n ? -value : value).toString().padStart(precision ?? 1, '0');
      const sign = value < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
      return { text: sign + digits, isNumber: precision === undefined };
    }
    case 'o':
    case 'u':
    case 'x':
    case 'X': {
      const value = BigInt.asUintN(64, parseInteger(argument ?? '', complaints));
      let digits = value.toString(kind === 'o' ? 8 : kind === 'u' ? 10 : 16).padStart(precision ?? 1, '0');
      if (flags.includes('#') && value !== 0n) digits = kind === 'o' ? `0${digits}` : kind === 'u' ? digits : `0x${digits}`;
      return { text: kind === 'X' ? digits.toUpperCase() : digits, isNumber: precision === undefined };
    }
    default: {
      const value = parseFloatArgument(argument ?? '', complaints);
      const sign = value < 0 || Object.is(value, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
      const text = sign + formatFloat(kind, Math.abs(value), precision ?? 6, flags);
      return { text: kind >= 'A' && kind <= 'Z' ? text.toUpperCase() : text, isNumber: Number.isFinite(value) };
    }
  }
}

function formatFloat(kind: string, value: number, precision: number, flags: string): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  const digits = Math.min(precision, 100);
  const exponential = (count: number): string =>
    value.toExponential(Math.min(count, 100)).replace(/e([+-])(\d)$/, 'e$10$2');
  switch (kind.toLowerCase()) {
    case 'f': {
      return toFixed(value, digits);
    }
    case 'e': return exponential(digits);
    default: {
      const significant = digits === 0 ? 1 : digits;
      const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1]);
      const text = exponent < -4 || exponent >= significant ? exponential(significant - 1) : value.toFixed(Math.min(100, significant - 1 - exponent));
      if (flags.includes('#')) return text;
      return text.includes('.') ? text.replace(/\.?0+(e|$)/, '$1') : text;
    }
  }
}

/** As C rounds: what lies exactly in the middle goes to the even digit, which `Number.prototype.toFixed` does not do. */
function toFixed(value: number, digits: number): string {
  const scale = 10n ** BigInt(digits);
  let whole: bigint;
  if (Number.isInteger(value)) whole = BigInt(value) * scale;
  else {
    // value = mantissa / 2^shift, exactly.
    let shift = 0;
    let mantissa = value;
    while (!Number.isInteger(mantissa)) {
      mantissa *= 2;
      shift += 1;
    }
    const numerator = BigInt(mantissa) * scale;
    const divisor = 1n << BigInt(shift);
    whole = numerator / divisor;
    const twice = (numerator % divisor) * 2n;
    if (twice > divisor || (twice === divisor && whole % 2n === 1n)) whole += 1n;
  }
  const text = whole.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function parseInteger(argument: string, complaints: string[]): bigint {
  const quoted = /^['"]/.test(argument) ? argument.codePointAt(1) : undefined;
  if (/^['"]/.test(argument)) return BigInt(quoted ?? 0);
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(argument);
  if (match === null) {
    if (argument.trim() !== '') complaints.push(`${argument}: invalid number`);
    return 0n;
  }
  if (match[0].length < argument.length) complaints.push(`${argument}: invalid number`);
  const digits = match[2] as string;
  const value = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  return match[1] === '-' ? -value : value;
}

function parseFloatArgument(argument: string, complaints: string[]): number {
  if (/^['"]/.test(argument)) return argument.codePointAt(1) ?? 0;
  const text = argument.trim();
  if (text === '') return 0;
  if (/^[-+]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[-+]?nan$/i.test(text)) return Number.NaN;
  if (/^[-+]?0x[0-9a-f]+$/i.test(text)) return text.startsWith('-') ? -Number(text.slice(1)) : Number(text.replace('+', ''));
  const match = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(text);
  if (match === null || match[0].length < text.length) complaints.push(`${argument}: invalid number`);
  return match === null ? 0 : Number(match[0]);
}
