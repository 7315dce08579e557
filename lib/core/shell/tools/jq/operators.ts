import * as limits from '../../../limits.ts';
import type { Binary } from './syntax.ts';
import { array, compare, fail, isEqual, JqArray, JqObject, shorten, typeOf, type Value } from './value.ts';

export const described = (value: Value): string => `${typeOf(value)} (${shorten(value)})`;
const refuse = (left: Value, right: Value, what: string): never => fail(`${described(left)} and ${described(right)} cannot be ${what}`);

const checked = (text: string): string => (text.length > limits.shellValueMaxUnits ? fail(`a string is longer than ${limits.shellValueMaxUnits} characters; make it in pieces`) : text);

export function add(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === 'string' && typeof right === 'string') return checked(left + right);
  if (left instanceof JqArray && right instanceof JqArray) return left.concat(right.items);
  if (left instanceof JqObject && right instanceof JqObject) {
    let sum = left;
    for (const [key, value] of [...right.map]) sum = sum.with(key, value);
    return sum;
  }
  return refuse(left, right, 'added');
}

export function subtract(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (!(left instanceof JqArray && right instanceof JqArray)) return refuse(left, right, 'subtracted');
  const isPlain = (value: Value): boolean => value === null || typeof value !== 'object';
  if (right.items.every(isPlain)) {
    const removed = new Set(right.items);
    return array(left.items.filter((item) => Number.isNaN(item) || !removed.has(item)));
  }
  return array(left.items.filter((item) => !right.items.some((other) => isEqual(item, other))));
}

function merge(left: JqObject, right: JqObject): JqObject {
  let merged = left;
  for (const [key, value] of [...right.map]) {
    const old = merged.map.get(key);
    merged = merged.with(key, old instanceof JqObject && value instanceof JqObject ? merge(old, value) : value);
  }
  return merged;
}

/** How often a string stands in `text * count`: at least once, null for none. */
function repeat(text: string, count: number): Value {
  if (!(count > 0)) return null;
  const times = Math.max(1, Math.trunc(count));
  if (text.length * times > limits.shellValueMaxUnits) return fail(`a string is longer than ${limits.shellValueMaxUnits} characters; make it in pieces`);
  return text.repeat(times);
}

export function multiply(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  if (typeof left === 'string' && typeof right === 'number') return repeat(left, right);
  if (typeof left === 'number' && typeof right === 'string') return repeat(right, left);
  if (left instanceof JqObject && right instanceof JqObject) return merge(left, right);
  return refuse(left, right, 'multiplied');
}

export function splitText(text: string, separator: string): JqArray {
  if (text === '') return array([]);
  return array(separator === '' ? Array.from(text) : text.split(separator));
}

export function divide(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return right === 0 ? refuse(left, right, 'divided because the divisor is zero') : left / right;
  if (typeof left === 'string' && typeof right === 'string') return splitText(left, right);
  return refuse(left, right, 'divided');
}

export function modulo(left: Value, right: Value): Value {
  if (typeof left !== 'number' || typeof right !== 'number') return refuse(left, right, 'divided');
  const divisor = Math.abs(Math.trunc(right));
  if (divisor === 0 || Number.isNaN(divisor)) return refuse(left, right, 'divided (remainder) because the divisor is zero');
  // A remainder is that of whole numbers, which have no -0.
  return divisor === Number.POSITIVE_INFINITY ? Math.trunc(left) : (Math.trunc(left) % divisor) + 0;
}

export const BINARIES: Readonly<Record<Binary, (left: Value, right: Value) => Value>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': modulo,
  '==': (left, right) => isEqual(left, right),
  '!=': (left, right) => !isEqual(left, right),
  '<': (left, right) => (typeof left === 'number' && typeof right === 'number' ? left < right || Number.isNaN(left) : compare(left, right) < 0),
  '<=': (left, right) => compare(left, right) <= 0,
  '>': (left, right) => (typeof left === 'number' && typeof right === 'number' ? left > right || (Number.isNaN(right) && !Number.isNaN(left)) : compare(left, right) > 0),
  '>=': (left, right) => compare(left, right) >= 0,
};
