/** Numbers as text, by C's conversions: those round half to even where JavaScript rounds half up. */

/** Rounds as C does: `digits` after the point. */
function fixed(value: number, digits: number): string {
  const places = Math.min(digits, 100);
  if (value >= 1e21) return BigInt(value).toString() + (places > 0 ? `.${'0'.repeat(places)}` : '');
  const text = value.toFixed(places) + '0'.repeat(digits - places);
  if (places > 22) return text;
  // Exactly half way between two: JavaScript took the larger, C takes the even one.
  const doubled = value * 10 ** places * 2;
  if (doubled > 2 ** 52 || !Number.isInteger(doubled) || doubled % 2 === 0) return text;
  const exact = value.toFixed(Math.min(100, places + 40)).slice(places === 0 ? text.length + 1 : text.length);
  if (!/^50*$/.test(exact) || (Number(text[text.length - 1]) & 1) === 0) return text;
  const down = (BigInt(text.replace('.', '')) - 1n).toString().padStart(places + 1, '0');
  return places === 0 ? down : `${down.slice(0, -places)}.${down.slice(-places)}`;
}

function exponential(value: number, digits: number): string {
  const text = value.toExponential(Math.min(digits, 100));
  const at = text.indexOf('e');
  let mantissa = text.slice(0, at);
  const exponent = Number(text.slice(at + 1));
  // The same tie as in `fixed`; only whole numbers can be exactly half way here.
  if (Number.isInteger(value) && value < 2 ** 53 && value > 0) {
    const digitsText = String(value);
    const rest = digitsText.slice(digits + 1);
    if (/^50*$/.test(rest) && (Number(digitsText[digits]) & 1) === 0) {
      const kept = digitsText.slice(0, digits + 1);
      mantissa = digits === 0 ? kept : `${kept[0]}.${kept.slice(1)}`;
      return `${mantissa}e+${String(digitsText.length - 1).padStart(2, '0')}`;
    }
  }
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function general(value: number, precision: number, isAlternative: boolean): string {
  const digits = precision === 0 ? 1 : precision;
  if (value === 0) return isAlternative && digits > 1 ? `0.${'0'.repeat(digits - 1)}` : '0';
  const scientific = exponential(value, digits - 1);
  const exponent = Number(scientific.slice(scientific.indexOf('e') + 1));
  const text = exponent < -4 || exponent >= digits ? scientific : fixed(value, digits - 1 - exponent);
  if (isAlternative || !text.includes('.')) return text;
  return text.replace(/\.?0+(?=e|$)/, '');
}

/** As gawk: a NaN of arithmetic has its sign bit set. */
const special = (value: number): string => (Number.isNaN(value) ? '-nan' : value < 0 ? '-inf' : '+inf');

/** A number as text: whole numbers in full, others by the format (CONVFMT or OFMT). */
export function numberText(value: number, format: string): string {
  if (Number.isInteger(value)) {
    return Math.abs(value) < 1e21 ? String(value + 0) : BigInt(value).toString();
  }
  if (!Number.isFinite(value)) return special(value);
  if (format === '%.6g') return value < 0 ? `-${general(-value, 6, false)}` : general(value, 6, false);
  const match = /^([^%]*)%([-+ #0]*)(\d*)(?:\.(\d*))?([a-zA-Z])([^%]*)$/.exec(format);
  if (match === null) return general(Math.abs(value), 6, false);
  const [, before = '', flags = '', width = '', precision, kind = 'g', after = ''] = match;
  return before + convertNumber(kind, flags, Number(width), precision === undefined ? undefined : Number(precision), value) + after;
}

/** Characters, not UTF-16 units. */
export const textLength = (text: string): number => (/[\ud800-\udbff]/.test(text) ? Array.from(text).length : text.length);

/** A converted argument in its width. */
export function padText(text: string, flags: string, width: number, isNumber: boolean): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!isNumber || !flags.includes('0')) return ' '.repeat(missing) + text;
  const sign = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

function integer(kind: string, flags: string, value: number, precision: number | undefined): string {
  const isNegative = value < 0 || Object.is(value, -0);
  const magnitude = Math.abs(value);
  const radix = kind === 'o' ? 8 : kind === 'x' || kind === 'X' ? 16 : 10;
  let digits = magnitude < 2 ** 53 ? magnitude.toString(radix) : BigInt(magnitude).toString(radix);
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  if (precision === 0 && magnitude === 0) digits = '';
  if (flags.includes('#') && magnitude !== 0) digits = kind === 'o' ? `0${digits}` : radix === 16 ? `0x${digits}` : digits;
  if (kind === 'X') digits = digits.toUpperCase();
  return (isNegative && magnitude !== 0 ? '-' : radix !== 10 || kind === 'u' ? '' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + digits;
}

/** One conversion of a number, e.g. `%-8.3f`: its letter, flags, width and precision. */
export function convertNumber(kind: string, flags: string, width: number, precision: number | undefined, number: number): string {
  if (!Number.isFinite(number)) return padText(special(number), flags, width, false);
  if ('diouxX'.includes(kind)) {
    return padText(integer(kind, flags, Math.trunc(number), precision), precision === undefined ? flags : flags.replaceAll('0', ''), width, true);
  }
  const magnitude = Math.abs(number);
  const lower = kind.toLowerCase();
  const text = lower === 'f' ? fixed(magnitude, precision ?? 6) : lower === 'e' ? exponential(magnitude, precision ?? 6) : general(magnitude, precision ?? 6, flags.includes('#'));
  const sign = number < 0 || Object.is(number, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return padText(sign + (kind === lower ? text : text.toUpperCase()), flags, width, true);
}
