import { BcError, ofInteger, rescale, ten, type BcNumber } from './bc-number.ts';

/**
 * The functions of `bc -l`, each to `scale` digits. They work with integers scaled by 10^(scale + guard): series for
 * arguments made small first (by halving, by taking off multiples of π), so that the digits that are cut are right.
 */
type Fixed = bigint;

function guarded(scale: number, extra: number, compute: (unit: Fixed) => Fixed): BcNumber {
  const guard = extra + 10;
  return rescale({ value: compute(ten(scale + guard)), scale: scale + guard }, scale);
}

const fix = (number: BcNumber, unit: Fixed): Fixed => (number.value * unit) / ten(number.scale);
const wholeDigits = ({ value, scale }: BcNumber): number => Math.max(0, (value < 0n ? -value : value).toString().length - scale);

/** Σ termₙ where each is the last × x ÷ n-th divisor. */
function series(first: Fixed, next: (term: Fixed, index: bigint) => Fixed): Fixed {
  let total = 0n;
  let term = first;
  for (let index = 1n; term !== 0n; index += 1n) {
    total += term;
    term = next(term, index);
  }
  return total;
}

function exponential(x: Fixed, unit: Fixed): Fixed {
  const size = x < 0n ? -x : x;
  let halvings = 0n;
  while (size >> halvings > unit / 256n) halvings += 1n;
  // Each squaring doubles the error: some digits more for them.
  const fine = unit * ten(Number(halvings));
  const small = (size * ten(Number(halvings))) >> halvings;
  let result = series(fine, (term, index) => (term * small) / fine / index);
  for (let count = 0n; count < halvings; count += 1n) result = (result * result) / fine;
  result /= ten(Number(halvings));
  return x < 0n ? (unit * unit) / result : result;
}

export function e(x: BcNumber, scale: number): BcNumber {
  const digits = wholeDigits(x) > 6 ? Number.POSITIVE_INFINITY : Math.ceil(Math.abs(Number(rescale(x, 0).value)) / 2.3);
  if (digits > 100_000) {
    if (x.value < 0n) return { value: 0n, scale };
    throw new BcError('the number has too many digits');
  }
  return guarded(scale, digits, (unit) => exponential(fix(x, unit), unit));
}

/** artanh-series of (x - 1) / (x + 1), after roots have brought x near 1. */
function logarithm(x: Fixed, unit: Fixed): Fixed {
  let value = x;
  let doublings = 1n;
  while (value > unit + unit / 8n || value < unit - unit / 8n) {
    value = integerRoot(value * unit);
    doublings *= 2n;
  }
  const ratio = ((value - unit) * unit) / (value + unit);
  const square = (ratio * ratio) / unit;
  let power = ratio;
  let total = 0n;
  for (let odd = 1n; power !== 0n; odd += 2n) {
    total += power / odd;
    power = (power * square) / unit;
  }
  return total * 2n * doublings;
}

function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(16).length * 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export function l(x: BcNumber, scale: number): BcNumber {
  // As GNU: the logarithm of nothing or less is a very small number, not an error.
  if (x.value <= 0n) return { value: (1n - ten(scale)) * ten(scale), scale };
  return guarded(scale, 10 + x.scale + wholeDigits(x), (unit) => logarithm(fix(x, unit), unit));
}

/** Machin's formula. */
function pi(unit: Fixed): Fixed {
  const inverse = (n: bigint): Fixed => arctangentSeries(unit / n, unit);
  return 4n * (4n * inverse(5n) - inverse(239n));
}

function arctangentSeries(x: Fixed, unit: Fixed): Fixed {
  const square = (x * x) / unit;
  let power = x;
  let total = 0n;
  for (let odd = 1n, sign = 1n; power !== 0n; odd += 2n, sign = -sign) {
    total += (sign * power) / odd;
    power = (power * square) / unit;
  }
  return total;
}

export function a(x: BcNumber, scale: number): BcNumber {
  return guarded(scale, 10, (unit) => {
    let value = fix(x, unit);
    const sign = value < 0n ? -1n : 1n;
    value *= sign;
    const isInverse = value > unit;
    if (isInverse) value = (unit * unit) / value;
    // arctan x = 2 arctan(x / (1 + √(1 + x²)))
    for (let halvings = 0; halvings < 3; halvings += 1) value = (value * unit) / (unit + integerRoot(unit * unit + value * value));
    const angle = 8n * arctangentSeries(value, unit);
    return sign * (isInverse ? pi(unit) / 2n - angle : angle);
  });
}

function sine(x: Fixed, unit: Fixed): Fixed {
  const full = 2n * pi(unit);
  let angle = x % full;
  if (angle < 0n) angle += full;
  let sign = 1n;
  if (angle > full / 2n) {
    angle -= full / 2n;
    sign = -1n;
  }
  const square = (angle * angle) / unit;
  return sign * series(angle, (term, index) => (-term * square) / unit / (2n * index * (2n * index + 1n)));
}

export function s(x: BcNumber, scale: number): BcNumber {
  return guarded(scale, 10 + wholeDigits(x), (unit) => sine(fix(x, unit), unit));
}

export function c(x: BcNumber, scale: number): BcNumber {
  return guarded(scale, 10 + wholeDigits(x), (unit) => sine(fix(x, unit) + pi(unit) / 2n, unit));
}

/** Bessel's function of integer order n. */
export function j(order: BcNumber, x: BcNumber, scale: number): BcNumber {
  let n = rescale(order, 0).value;
  const sign = n < 0n && n % 2n !== 0n ? -1n : 1n;
  if (n < 0n) n = -n;
  if (n > 10_000n || wholeDigits(x) > 5) throw new BcError('the arguments of j() are too large');
  return guarded(scale, 10 + Math.ceil(Math.abs(Number(rescale(x, 0).value))) + Number(n) * wholeDigits(x), (unit) => {
    const half = fix(x, unit) / 2n;
    let first = unit;
    for (let count = 1n; count <= n; count += 1n) first = (first * half) / unit / count;
    const square = (half * half) / unit;
    return sign * series(first, (term, index) => (-term * square) / unit / (index * (index + n)));
  });
}

export const LIBRARY: Readonly<Record<string, { parameters: number; call(args: readonly BcNumber[], scale: number): BcNumber }>> = {
  e: { parameters: 1, call: ([x = ofInteger(0)], scale) => e(x, scale) },
  l: { parameters: 1, call: ([x = ofInteger(0)], scale) => l(x, scale) },
  s: { parameters: 1, call: ([x = ofInteger(0)], scale) => s(x, scale) },
  c: { parameters: 1, call: ([x = ofInteger(0)], scale) => c(x, scale) },
  a: { parameters: 1, call: ([x = ofInteger(0)], scale) => a(x, scale) },
  j: { parameters: 2, call: ([n = ofInteger(0), x = ofInteger(0)], scale) => j(n, x, scale) },
};
