import * as limits from '../../../limits.ts';
import { encodeText } from '../../text.ts';
import { brokenDown, currentTime, formatTime, makeTime, parseTime } from './dates.ts';
import { formatter } from './formats.ts';
import { Halt } from './halt.ts';
import type { Machine } from './machine.ts';
import { matchAll } from './match.ts';
import { NUMBERS } from './numbers.ts';
import { add, described, splitText } from './operators.ts';
import { deletePaths, getIndex, indicesOf, setPath } from './paths.ts';
import { preludeNames } from './prelude.ts';
import { SPECIALS } from './specials.ts';
import { JsonError, parseJson } from './read-json.ts';
import { array, fail, isEqual, isTrue, JqArray, JqError, JqObject, lengthOfText, object, sortedKeys, toJson, toText, typeOf, type Value } from './value.ts';

/** Functions of plain values, by name and number of arguments. */
export type Native = (input: Value, args: readonly Value[], machine: Machine) => Value;

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;
const pathOf = (value: Value): readonly Value[] => (value instanceof JqArray ? value.items : fail('Path must be specified as an array'));
const listOf = (value: Value): readonly Value[] => (value instanceof JqArray ? value.items : fail(`Cannot iterate over ${described(value)}`));

function lengthOf(input: Value): Value {
  if (input === null) return 0;
  if (typeof input === 'number') return Math.abs(input);
  if (typeof input === 'string') return lengthOfText(input);
  if (input instanceof JqArray) return input.items.length;
  if (input instanceof JqObject) return input.map.size;
  return fail(`${described(input)} has no length`);
}

function has(input: Value, key: Value): Value {
  if (input instanceof JqObject && typeof key === 'string') return input.map.has(key);
  if (input instanceof JqArray && typeof key === 'number') return key >= 0 && key < input.items.length;
  return fail(`Cannot check whether ${typeOf(input)} has a ${typeof key === 'string' ? 'string' : typeOf(key)} key`);
}

function contains(input: Value, part: Value): boolean {
  if (input instanceof JqObject && part instanceof JqObject) return Array.from(part.map).every(([key, value]) => input.map.has(key) && contains(input.map.get(key) as Value, value));
  if (input instanceof JqArray && part instanceof JqArray) return part.items.every((wanted) => input.items.some((item) => typeOf(item) === typeOf(wanted) && contains(item, wanted)));
  if (typeof input === 'string' && typeof part === 'string') return input.includes(part);
  if (typeOf(input) === typeOf(part)) return isEqual(input, part);
  return fail(`${described(input)} and ${described(part)} cannot have their containment checked`);
}

function flatten(items: readonly Value[], depth: number, out: Value[]): Value[] {
  for (const item of items) {
    if (item instanceof JqArray && depth > 0) flatten(item.items, depth - 1, out);
    else out.push(item);
  }
  return out;
}

function indices(input: Value, wanted: Value): Value {
  if (input === null) return null;
  if (typeof input === 'string' && typeof wanted === 'string') {
    const found: Value[] = [];
    if (wanted === '') return null;
    for (let at = input.indexOf(wanted); at >= 0; at = input.indexOf(wanted, at + 1)) found.push(lengthOfText(input.slice(0, at)));
    return array(found);
  }
  if (input instanceof JqArray) return indicesOf(input.items, wanted instanceof JqArray ? wanted.items : [wanted]);
  return getIndex(input, wanted);
}

const edge = (found: Value, at: number): Value => (found instanceof JqArray ? found.items.at(at) ?? null : null);

function keyOf(entry: Value): string {
  for (const name of ['key', 'k', 'name', 'Name', 'K', 'Key']) {
    const value = getIndex(entry, name);
    if (isTrue(value)) return toText(value);
  }
  const plain = getIndex(entry, 'key');
  return toText(plain);
}

function valueOf(entry: Value): Value {
  for (const name of ['value', 'v', 'Value', 'V']) if (entry instanceof JqObject && entry.map.has(name)) return entry.map.get(name) as Value;
  return null;
}

function join(input: Value, separator: Value): Value {
  const parts = listOf(input).map((item) => {
    if (item === null) return '';
    if (typeof item === 'object') return toText(add('', item));
    return toText(item);
  });
  if (parts.length > 0 && typeof separator !== 'string') return separator === null ? parts.join('') : add('', separator);
  return parts.join(String(separator));
}

function sum(input: Value): Value {
  if (input === null) return null;
  const items = input instanceof JqObject ? [...input.map.values()] : listOf(input);
  if (items.length > 0 && items.every((item) => typeof item === 'string')) {
    const text = items.join('');
    return text.length > limits.shellValueMaxUnits ? fail(`a string is longer than ${limits.shellValueMaxUnits} characters; make it in pieces`) : text;
  }
  // The first one is not ours to change.
  return items.reduce<Value>((total, item) => add(total, item), null);
}

function fromJson(input: Value): Value {
  if (typeof input !== 'string') return fail(`${described(input)} only strings can be parsed`);
  try {
    return parseJson(input) ?? null;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return fail(`${error.message} (while parsing '${input}')`);
  }
}

function toNumber(input: Value): Value {
  if (typeof input === 'number') return input;
  if (typeof input !== 'string') return fail(`${described(input)} cannot be parsed as a number`);
  return NUMBER.test(input) ? Number(input) : fail(`Invalid numeric literal at EOF at line 1, column ${input.length} (while parsing '${input}')`);
}

function implode(input: Value): Value {
  if (!(input instanceof JqArray)) return fail(`implode input must be an array`);
  return input.items.map((item) => {
    if (typeof item !== 'number') return fail('Unicode codepoint must be numeric');
    return item >= 0 && item <= 0x10ffff && !(item >= 0xd800 && item < 0xe000) ? String.fromCodePoint(Math.trunc(item)) : '\ufffd';
  }).join('');
}

const changeCase = (input: Value, name: string, change: (text: string) => string): Value =>
  (typeof input === 'string' ? input.replace(name === 'up' ? /[a-z]+/g : /[A-Z]+/g, change) : fail(`ascii_${name}case input must be a string`));
const trimmed = (input: Value, name: string, expression: RegExp): Value => (typeof input === 'string' ? input.replace(expression, '') : fail(`${described(input)} cannot be trimmed`));

function affix(input: Value, part: Value, name: string, test: (text: string, part: string) => boolean): Value {
  if (typeof input !== 'string' || typeof part !== 'string') return fail(`${name}() requires string inputs`);
  return test(input, part);
}

function raise(input: Value): never {
  throw new JqError(input);
}

function halt(input: Value, status: Value): never {
  if (typeof status !== 'number') return fail('halt_error/1: number required');
  throw new Halt(status, typeof input === 'string' ? input : `${toJson(input)}\n`);
}

const format: Native = (input, [name = null]) => {
  const found = typeof name === 'string' ? formatter(name) : fail(`${described(name)} is not a valid format`);
  return found === undefined ? fail(`${String(name)} is not a valid format`) : found(input);
};

const natives: Readonly<Record<string, Native>> = {
  'not/0': (input) => !isTrue(input),
  'length/0': lengthOf,
  'utf8bytelength/0': (input) => (typeof input === 'string' ? encodeText(input).length : fail(`${described(input)} only strings have UTF-8 byte length`)),
  'keys/0': (input) => (input instanceof JqObject ? array(sortedKeys(input.map)) : input instanceof JqArray ? array([...input.items.keys()]) : fail(`${described(input)} has no keys`)),
  'keys_unsorted/0': (input) => (input instanceof JqObject ? array([...input.map.keys()]) : input instanceof JqArray ? array([...input.items.keys()]) : fail(`${described(input)} has no keys`)),
  'has/1': (input, [key = null]) => has(input, key),
  'contains/1': (input, [part = null]) => contains(input, part),
  'add/0': sum,
  'type/0': typeOf,
  'error/0': raise,
  'tostring/0': toText,
  'tojson/0': toJson,
  'fromjson/0': fromJson,
  'tonumber/0': toNumber,
  'format/1': format,
  'reverse/0': (input) => (input === null ? array([]) : typeof input === 'string' ? Array.from(input).reverse().join('') : array([...listOf(input)].reverse())),
  'flatten/0': (input) => array(flatten(listOf(input), limits.jqMaxNesting * 4, [])),
  'flatten/1': (input, [depth = null]) => (typeof depth === 'number' && depth >= 0 ? array(flatten(listOf(input), depth, [])) : fail('flatten depth must not be negative')),
  'to_entries/0': (input) => {
    const entries: Iterable<readonly [Value, Value]> = input instanceof JqObject ? input.map : input instanceof JqArray ? input.items.entries() : fail(`${described(input)} has no keys`);
    return array(Array.from(entries, ([key, value]) => object([['key', key], ['value', value]])));
  },
  'from_entries/0': (input) => object(listOf(input).map((entry) => [keyOf(entry), valueOf(entry)])),
  'transpose/0': (input) => {
    const rows = listOf(input).map(listOf);
    return array(Array.from({ length: rows.reduce((most, row) => Math.max(most, row.length), 0) }, (_, at) => array(rows.map((row) => row[at] ?? null))));
  },
  'setpath/2': (input, [path = null, value = null]) => setPath(input, pathOf(path), value),
  'delpaths/1': (input, [paths = null]) => deletePaths(input, (paths instanceof JqArray ? paths.items : fail('Paths must be specified as an array')).map(pathOf)),
  'indices/1': (input, [wanted = null]) => indices(input, wanted),
  '_indices/1': (input, [wanted = null]) => indices(input, wanted),
  'index/1': (input, [wanted = null]) => edge(indices(input, wanted), 0),
  'rindex/1': (input, [wanted = null]) => edge(indices(input, wanted), -1),
  'explode/0': (input) => (typeof input === 'string' ? array(Array.from(input, (character) => character.codePointAt(0) as number)) : fail('explode input must be a string')),
  'implode/0': implode,
  'split/1': (input, [separator = null]) => (typeof input === 'string' && typeof separator === 'string' ? splitText(input, separator) : fail('split input and separator must be strings')),
  'join/1': (input, [separator = null]) => join(input, separator),
  'ascii_downcase/0': (input) => changeCase(input, 'down', (text) => text.toLowerCase()),
  'ascii_upcase/0': (input) => changeCase(input, 'up', (text) => text.toUpperCase()),
  'startswith/1': (input, [part = null]) => affix(input, part, 'startswith', (text, start) => text.startsWith(start)),
  'endswith/1': (input, [part = null]) => affix(input, part, 'endswith', (text, end) => text.endsWith(end)),
  'ltrimstr/1': (input, [part = null]) => (typeof input === 'string' && typeof part === 'string' && input.startsWith(part) ? input.slice(part.length) : input),
  'rtrimstr/1': (input, [part = null]) => (typeof input === 'string' && typeof part === 'string' && part !== '' && input.endsWith(part) ? input.slice(0, -part.length) : input),
  'trim/0': (input) => trimmed(input, 'trim', /^\s+|\s+$/g),
  'ltrim/0': (input) => trimmed(input, 'ltrim', /^\s+/),
  'rtrim/0': (input) => trimmed(input, 'rtrim', /\s+$/),
  '_match/2': (input, [pattern = null, flags = null]) => matchAll(input, pattern, flags),
  'test/2': (input, [pattern = null, flags = null]) => (matchAll(input, pattern, typeof flags === 'string' ? flags.replace('g', '') : flags) as JqArray).items.length > 0,
  'now/0': (_input, _args, machine) => currentTime(machine.context.now()),
  'gmtime/0': (input) => brokenDown(input, 'UTC'),
  'localtime/0': (input, _args, machine) => brokenDown(input, machine.context.env.TZ),
  'mktime/0': makeTime,
  'strftime/1': (input, [form = null]) => formatTime(input, form, 'UTC', 'strftime'),
  'strflocaltime/1': (input, [form = null], machine) => formatTime(input, form, machine.context.env.TZ ?? 'UTC', 'strflocaltime'),
  'strptime/1': (input, [form = null]) => parseTime(input, form),
  'input_filename/0': (_input, _args, machine) => machine.inputName(),
  'input_line_number/0': (_input, _args, machine) => machine.inputLine(),
  'halt/0': () => {
    throw new Halt(0, '');
  },
  'halt_error/1': (input, [status = null]) => halt(input, status),
  'builtins/0': () => array([...[...NATIVES.keys(), ...SPECIALS.keys()].filter((key) => !key.startsWith('_')), ...preludeNames()]),
};

export const NATIVES: ReadonlyMap<string, Native> = new Map<string, Native>([...NUMBERS, ...Object.entries(natives)]);
