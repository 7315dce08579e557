import { described } from './operators.ts';
import { array, fail, type Value } from './value.ts';

/** Lanczos' approximation of ln Γ(x). */
function logGamma(value: number): number {
  if (value < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * value))) - logGamma(1 - value);
  const factors = [676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
  const x = value - 1;
  const sum = factors.reduce((total, factor, at) => total + factor / (x + at + 1), 0.99999999999980993);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}

const exponentOf = (value: number): number => {
  if (value === 0 || !Number.isFinite(value)) return 0;
  let exponent = Math.floor(Math.log2(Math.abs(value))) + 1;
  while (Math.abs(value) / 2 ** exponent >= 1) exponent += 1;
  while (Math.abs(value) / 2 ** exponent < 0.5) exponent -= 1;
  return exponent;
};
const toEven = (value: number): number => {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
};
const awayFromZero = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

const UNARY: Readonly<Record<string, (value: number) => number>> = {
  floor: Math.floor, ceil: Math.ceil, round: awayFromZero, trunc: Math.trunc, sqrt: Math.sqrt, fabs: Math.abs, cbrt: Math.cbrt,
  exp: Math.exp, exp2: (value) => 2 ** value, exp10: (value) => 10 ** value, pow10: (value) => 10 ** value, expm1: Math.expm1,
  log: Math.log, log2: Math.log2, log10: Math.log10, log1p: Math.log1p, logb: (value) => (value === 0 ? Number.NEGATIVE_INFINITY : exponentOf(value) - 1),
  sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
  asinh: Math.asinh, acosh: Math.acosh, atanh: Math.atanh,
  rint: toEven, nearbyint: toEven, significand: (value) => (value === 0 ? 0 : value / 2 ** (exponentOf(value) - 1)),
  gamma: logGamma, lgamma: logGamma, lgamma_r: logGamma,
  tgamma: (value) => (Number.isInteger(value) && value > 0 && value < 171 ? Array.from({ length: value - 1 }, (_, at) => at + 1).reduce((product, factor) => product * factor, 1) : Math.exp(logGamma(value))),
};
const BINARY: Readonly<Record<string, (left: number, right: number) => number>> = {
  pow: (left, right) => left ** right, atan2: Math.atan2, fmin: Math.min, fmax: Math.max, fmod: (left, right) => left % right, hypot: Math.hypot,
  ldexp: (left, right) => left * 2 ** right, scalb: (left, right) => left * 2 ** right, scalbln: (left, right) => left * 2 ** right,
  copysign: (left, right) => (right < 0 || Object.is(right, -0) ? -Math.abs(left) : Math.abs(left)), fdim: (left, right) => Math.max(0, left - right),
  drem: (left, right) => left - right * toEven(left / right), remainder: (left, right) => left - right * toEven(left / right),
};

const numeric = (value: Value): number => (typeof value === 'number' ? value : fail(`${described(value)} number required`));

type Native = (input: Value, args: readonly Value[]) => Value;

/** The functions of C's math library, by name and number of arguments. */
export const NUMBERS: readonly (readonly [key: string, native: Native])[] = [
  ...Object.entries(UNARY).map(([name, apply]): readonly [string, Native] => [`${name}/0`, (input) => apply(numeric(input))]),
  ...Object.entries(BINARY).map(([name, apply]): readonly [string, Native] => [`${name}/2`, (_input, [left = null, right = null]) => apply(numeric(left), numeric(right))]),
  ['fma/3', (_input, [left = null, right = null, more = null]) => numeric(left) * numeric(right) + numeric(more)],
  ['frexp/0', (input) => array([numeric(input) / 2 ** exponentOf(numeric(input)), exponentOf(numeric(input))])],
  ['modf/0', (input) => array([numeric(input) - Math.trunc(numeric(input)), Math.trunc(numeric(input))])],
  ['abs/0', (input) => (typeof input === 'number' ? (input < 0 ? -input : input) : fail(`${described(input)} has no absolute value`))],
  ['infinite/0', () => Number.POSITIVE_INFINITY],
  ['nan/0', () => Number.NaN],
  ['isinfinite/0', (input) => Math.abs(numeric(input)) === Number.POSITIVE_INFINITY],
  ['isnan/0', (input) => Number.isNaN(numeric(input))],
  ['isnormal/0', (input) => Number.isFinite(numeric(input)) && Math.abs(numeric(input)) >= 2.2250738585072014e-308],
  ['isfinite/0', (input) => Number.isFinite(numeric(input))],
];
