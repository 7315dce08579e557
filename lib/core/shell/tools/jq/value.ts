import * as limits from '../../../limits.ts';
import { formatNumber } from './number-text.ts';

/** A JSON value. Nothing that a filter was given ever changes; see `JqArray`. */
export type Value = null | boolean | number | string | JqArray | JqObject;

/** What `error(…)` raised, or an operation that is not possible; not an `Error`, because `try` in a loop would pay for stack traces. */
export class JqError {
  constructor(readonly value: Value) {}
}

/** `label $x | … break $x`. */
export class Break {
  constructor(readonly label: object) {}
}

/** @throws JqError */
export function fail(message: string): never {
  throw new JqError(message);
}

/** Steps before a copy, at least: a copy of a few elements for each second step would be the greater cost. */
const COPY_AFTER = 64;

const tooMany = (): never => fail(`more than ${limits.jqMaxElements} elements in one value; make it smaller, e.g. with limit or by working on each element`);

/**
 * Arrays and objects are persistent by Baker's trick: the newest version owns the storage, an older one only remembers how it
 * differs from the version made from it, and copies when somebody looks at it after all. So `reduce … (.[$k] += 1)` costs one
 * step a turn, as in jq, which counts references. Now and then (after as many steps as there are elements) the next version is a
 * copy after all, so that who keeps an old one does not keep every version since. Rejected: copying (quadratic), and trees (every reader pays).
 */
export class JqArray {
  #items: Value[] | undefined;
  #next: JqArray | undefined;
  /** As this version has it and the next has not: its length, or one element. */
  #length = 0;
  #index = -1;
  #old: Value = null;
  /** Versions since the last copy. */
  #age = 0;

  constructor(items: Value[]) {
    this.#items = items;
  }

  /** To be read, not changed. */
  get items(): readonly Value[] {
    return this.#items ?? this.#restore();
  }

  #restore(): Value[] {
    const later: JqArray[] = [this];
    let version = this.#next as JqArray;
    while (version.#items === undefined) {
      later.push(version);
      version = version.#next as JqArray;
    }
    const items = version.#items.slice();
    for (let at = later.length - 1; at >= 0; at -= 1) {
      const each = later[at] as JqArray;
      if (each.#index >= 0) items[each.#index] = each.#old;
      else items.length = each.#length;
    }
    this.#items = items;
    this.#next = undefined;
    this.#old = null;
    this.#age = 0;
    return items;
  }

  /** The next version, still equal to this; its storage may be changed. */
  #successor(): JqArray {
    const items = this.#items ?? this.#restore();
    if (this.#age > Math.max(COPY_AFTER, items.length)) return new JqArray(items.slice());
    const next = new JqArray(items);
    next.#age = this.#age + 1;
    this.#items = undefined;
    this.#next = next;
    return next;
  }

  /** With one element replaced, or added behind; what lies between is null. @throws JqError */
  with(index: number, value: Value): JqArray {
    if (index >= limits.jqMaxElements) return tooMany();
    const next = this.#successor();
    const items = next.#items as Value[];
    if (index < items.length) {
      this.#index = index;
      this.#old = items[index] as Value;
    } else {
      this.#index = -1;
      this.#length = items.length;
      while (items.length < index) items.push(null);
    }
    items[index] = value;
    return next;
  }

  /** @throws JqError */
  concat(more: readonly Value[]): JqArray {
    const items = this.#items ?? this.#restore();
    if (items.length + more.length > limits.jqMaxElements) return tooMany();
    // `. + .` reads what it writes.
    const added = more === items ? more.slice() : more;
    const next = this.#successor();
    const grown = next.#items as Value[];
    this.#index = -1;
    this.#length = grown.length;
    for (const value of added) grown.push(value);
    return next;
  }
}

export class JqObject {
  #map: Map<string, Value> | undefined;
  #next: JqObject | undefined;
  #key = '';
  /** Undefined: this version has no such key. */
  #old: Value | undefined;
  #age = 0;

  constructor(map: Map<string, Value>) {
    this.#map = map;
  }

  /** To be read, not changed. */
  get map(): ReadonlyMap<string, Value> {
    return this.#map ?? this.#restore();
  }

  #restore(): Map<string, Value> {
    const later: JqObject[] = [this];
    let version = this.#next as JqObject;
    while (version.#map === undefined) {
      later.push(version);
      version = version.#next as JqObject;
    }
    const map = new Map(version.#map);
    for (let at = later.length - 1; at >= 0; at -= 1) {
      const each = later[at] as JqObject;
      if (each.#old === undefined) map.delete(each.#key);
      else map.set(each.#key, each.#old);
    }
    this.#map = map;
    this.#next = undefined;
    this.#old = undefined;
    this.#age = 0;
    return map;
  }

  /** @throws JqError */
  with(key: string, value: Value): JqObject {
    const map = this.#map ?? this.#restore();
    if (map.size >= limits.jqMaxElements) return tooMany();
    if (this.#age > Math.max(COPY_AFTER, map.size)) return new JqObject(new Map(map).set(key, value));
    const next = new JqObject(map);
    next.#age = this.#age + 1;
    this.#map = undefined;
    this.#next = next;
    this.#key = key;
    this.#old = map.get(key);
    map.set(key, value);
    return next;
  }

  without(keys: ReadonlySet<string>): JqObject {
    const map = new Map(this.map);
    for (const key of keys) map.delete(key);
    return new JqObject(map);
  }
}

export const array = (items: Value[]): JqArray => new JqArray(items);
export const object = (entries: Iterable<readonly [string, Value]>): JqObject => new JqObject(new Map(entries));

export function typeOf(value: Value): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' {
  if (value === null) return 'null';
  const type = typeof value;
  if (type !== 'object') return type as 'boolean' | 'number' | 'string';
  return value instanceof JqArray ? 'array' : 'object';
}

export const isTrue = (value: Value): boolean => value !== null && value !== false;

/** By code points: UTF-16 puts U+10000 and above before U+E000. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one === other) continue;
    const areSurrogates = [one >= 0xd800 && one < 0xe000, other >= 0xd800 && other < 0xe000];
    if (areSurrogates[0] !== areSurrogates[1]) return (areSurrogates[0] ? 0x10000 : one) - (areSurrogates[1] ? 0x10000 : other);
    return one - other;
  }
  return left.length - right.length;
}

export function sortedKeys(map: ReadonlyMap<string, Value>): string[] {
  return [...map.keys()].sort(compareText);
}

const RANK = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 } as const;
const rankOf = (value: Value): number => (value === true ? 2 : RANK[typeOf(value)]);

/** jq's order: null, false, true, numbers, strings, arrays, objects (by their keys, then by their values). */
export function compare(left: Value, right: Value): number {
  // nan is less than any number, itself too.
  if (typeof left === 'number' && typeof right === 'number') return left < right || Number.isNaN(left) ? -1 : left === right ? 0 : 1;
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (left instanceof JqArray && right instanceof JqArray) {
    const [ones, others] = [left.items, right.items];
    for (let at = 0; at < ones.length && at < others.length; at += 1) {
      const order = compare(ones[at] as Value, others[at] as Value);
      if (order !== 0) return order;
    }
    return ones.length - others.length;
  }
  if (left instanceof JqObject && right instanceof JqObject) {
    const keys = sortedKeys(left.map);
    const order = compare(array(keys), array(sortedKeys(right.map)));
    if (order !== 0) return order;
    for (const key of keys) {
      const difference = compare(left.map.get(key) as Value, right.map.get(key) as Value);
      if (difference !== 0) return difference;
    }
    return 0;
  }
  return rankOf(left) - rankOf(right);
}

export function isEqual(left: Value, right: Value): boolean {
  if (left === right) return !Number.isNaN(left);
  if (left instanceof JqArray && right instanceof JqArray) {
    const [ones, others] = [left.items, right.items];
    return ones.length === others.length && ones.every((one, at) => isEqual(one, others[at] as Value));
  }
  if (left instanceof JqObject && right instanceof JqObject) {
    const [ones, others] = [left.map, right.map];
    if (ones.size !== others.size) return false;
    for (const [key, value] of ones) {
      const other = others.get(key);
      if (other === undefined || !isEqual(value, other)) return false;
    }
    return true;
  }
  return false;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Code points. */
export function lengthOfText(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** @param from, to in code points. */
export function sliceText(text: string, from: number, to: number): string {
  return SURROGATE.test(text) ? Array.from(text).slice(from, to).join('') : text.slice(from, to);
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\b': '\\b', '\f': '\\f' };
const SPECIAL = /["\\\u0000-\u001f\u007f\ud800-\udfff]/;
const unicode = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

export function quote(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  return `"${text.replace(/["\\\u0000-\u001f\u007f]/g, (character) => ESCAPES[character] ?? unicode(character.charCodeAt(0))).replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')}"`;
}

/** With everything beyond ASCII escaped. */
export const quoteAscii = (text: string): string => quote(text).replace(/[^\x00-\x7f]/g, (unit) => unicode(unit.charCodeAt(0)));

/** A value as JSON in one line, as `tojson` gives it. */
export function toJson(value: Value): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return formatNumber(value);
  if (value instanceof JqArray) return `[${value.items.map(toJson).join(',')}]`;
  if (value instanceof JqObject) return `{${Array.from(value.map, ([key, each]) => `${quote(key)}:${toJson(each)}`).join(',')}}`;
  return String(value);
}

export const toText = (value: Value): string => (typeof value === 'string' ? value : toJson(value));

/** A value as error messages show it: the first bytes, then dots. */
export function shorten(value: Value, maxBytes = 15): string {
  const text = toJson(value);
  return text.length > maxBytes - 1 ? `${text.slice(0, maxBytes - 4)}...` : text;
}
