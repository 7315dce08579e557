import * as limits from '../../../limits.ts';

/** A decimal number with so many digits after the point: `value` × 10^-`scale`. Results are cut, never rounded, as POSIX says of bc. */
export interface BcNumber {
  readonly value: bigint;
  readonly scale: number;
}

/** Said as bc says it, after `Runtime error (func=…)`. */
export class BcError extends Error {}

export const ZERO: BcNumber = { value: 0n, scale: 0 };
export const ONE: BcNumber = { value: 1n, scale: 0 };

const tens: bigint[] = [1n];
export function ten(power: number): bigint {
  if (power > limits.bcMaxDigits) throw new BcError('the number has too many digits');
  if (power > 512) return 10n ** BigInt(power);
  for (let at = tens.length; at <= power; at += 1) tens.push(tens[at - 1]! * 10n);
  return tens[power]!;
}

export const ofInteger = (value: number | bigint): BcNumber => ({ value: BigInt(value), scale: 0 });

/** The same number with other digits after the point; what is too much is cut. */
export function rescale(number: BcNumber, scale: number): BcNumber {
  if (number.scale === scale) return number;
  return { scale, value: number.scale < scale ? number.value * ten(scale - number.scale) : number.value / ten(number.scale - scale) };
}

export function add(left: BcNumber, right: BcNumber): BcNumber {
  const scale = Math.max(left.scale, right.scale);
  return { scale, value: rescale(left, scale).value + rescale(right, scale).value };
}

export const negate = ({ value, scale }: BcNumber): BcNumber => ({ value: -value, scale });
export const subtract = (left: BcNumber, right: BcNumber): BcNumber => add(left, negate(right));

export function multiply(left: BcNumber, right: BcNumber, scale: number): BcNumber {
  checkSize(left, right);
  const full = left.scale + right.scale;
  return rescale({ value: left.value * right.value, scale: full }, Math.min(full, Math.max(scale, left.scale, right.scale)));
}

export function divide(left: BcNumber, right: BcNumber, scale: number): BcNumber {
  if (right.value === 0n) throw new BcError('Divide by zero');
  const shift = scale + right.scale - left.scale;
  return { scale, value: shift >= 0 ? (left.value * ten(shift)) / right.value : left.value / (right.value * ten(-shift)) };
}

export function modulo(left: BcNumber, right: BcNumber, scale: number): BcNumber {
  if (right.value === 0n) throw new BcError('Modulo by zero');
  const quotient = divide(left, right, scale);
  const wide = Math.max(left.scale, right.scale + scale);
  return rescale(subtract(left, multiply(quotient, right, wide)), wide);
}

export function raise(base: BcNumber, exponent: BcNumber, scale: number): BcNumber {
  const power = rescale(exponent, 0).value;
  if (power < -99_999_999n || power > 99_999_999n) throw new BcError('exponent too large in raise');
  const times = Number(power < 0n ? -power : power);
  if (digitsOf(base) * times > limits.bcMaxDigits) throw new BcError('the number has too many digits');
  const raised = { value: base.value ** BigInt(times), scale: base.scale * times };
  if (power < 0n) return divide(ONE, raised, scale);
  return rescale(raised, Math.min(base.scale * times, Math.max(scale, base.scale)));
}

/** @throws BcError for a negative number. */
export function squareRoot(number: BcNumber, scale: number): BcNumber {
  if (number.value < 0n) throw new BcError('Square root of a negative number');
  const wide = Math.max(scale, number.scale);
  const value = rescale(number, wide * 2).value;
  if (value < 2n) return { value, scale: wide };
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return { value: root, scale: wide };
    root = next;
  }
}

export function compare(left: BcNumber, right: BcNumber): number {
  const { value } = subtract(left, right);
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

/** About how many decimal digits it has. */
function digitsOf(number: BcNumber): number {
  return number.value.toString(16).length * 1.21;
}

function checkSize(left: BcNumber, right: BcNumber): void {
  if (left.value > 0xffff_ffffn && right.value > 0xffff_ffffn && digitsOf(left) + digitsOf(right) > limits.bcMaxDigits) throw new BcError('the number has too many digits');
}

/** Digits that count, as `length()` tells. */
export function lengthOf(number: BcNumber): number {
  const digits = (number.value < 0n ? -number.value : number.value).toString().length;
  return number.value === 0n ? Math.max(1, number.scale) : Math.max(digits, number.scale);
}

/** Reads `12.5` or `FF.8` in base `base`; a digit too large for it counts as the largest, unless it stands alone. */
export function parseNumber(text: string, base: number): BcNumber {
  const [whole = '', fraction = ''] = text.split('.');
  const isSingle = text.length === 1;
  const digitOf = (character: string): number => {
    const digit = Number.parseInt(character, 36);
    return isSingle || digit < base ? digit : base - 1;
  };
  if (base === 10 && !/[A-Z]/.test(text)) return { value: BigInt(whole + fraction || '0'), scale: fraction.length };
  let value = 0n;
  for (const character of whole + fraction) value = value * BigInt(base) + BigInt(digitOf(character));
  return divide(ofInteger(value), ofInteger(BigInt(base) ** BigInt(fraction.length)), fraction.length);
}

/** As bc prints it, without line breaks: no zero before the point. */
export function formatNumber(number: BcNumber, base: number): string {
  const sign = number.value < 0n ? '-' : '';
  const size = number.value < 0n ? -number.value : number.value;
  if (base === 10) {
    const digits = size.toString().padStart(number.scale + 1, '0');
    const whole = digits.slice(0, digits.length - number.scale).replace(/^0+/, '');
    const fraction = digits.slice(digits.length - number.scale);
    if (size === 0n) return '0';
    return `${sign}${whole}${number.scale > 0 ? `.${fraction}` : ''}`;
  }
  if (size === 0n) return '0';
  const unit = ten(number.scale);
  let whole = size / unit;
  let rest = size % unit;
  const big = BigInt(base);
  const width = String(base - 1).length;
  const digit = (value: bigint): string => (base <= 16 ? value.toString(16).toUpperCase() : ` ${value.toString().padStart(width, '0')}`);
  const digits: string[] = [];
  for (; whole > 0n; whole /= big) digits.unshift(digit(whole % big));
  let out = sign + digits.join('');
  if (number.scale > 0) {
    out += '.';
    for (let power = 1n; power < unit; power *= big) {
      rest *= big;
      const text = digit(rest / unit);
      out += base > 16 && out.endsWith('.') ? text.trimStart() : text;
      rest %= unit;
    }
  }
  return out;
}
