import { array, fail, isEqual, JqArray, JqObject, object, sliceText, lengthOfText, typeOf, type Value } from './value.ts';

/** The bounds of a slice: numbers or null, as `{"start": 1, "end": null}`. */
export const sliceKey = (start: Value, end: Value): JqObject => object([['start', start], ['end', end]]);

function bounds(key: JqObject, length: number): [from: number, to: number] {
  const [start, end] = [key.map.get('start') ?? null, key.map.get('end') ?? null];
  if ((start !== null && typeof start !== 'number') || (end !== null && typeof end !== 'number')) {
    return fail('Start and end indices of an array slice must be numbers');
  }
  const place = (value: number): number => Math.min(length, Math.max(0, value < 0 ? value + length : value));
  const from = Math.floor(place(start ?? 0));
  return [from, Math.max(from, Math.ceil(place(end ?? length)))];
}

const isSlice = (key: Value): key is JqObject => key instanceof JqObject && (key.map.has('start') || key.map.has('end'));
const cannotIndex = (value: Value, key: Value): never => fail(`Cannot index ${typeOf(value)} with ${typeof key === 'string' ? `string ${JSON.stringify(key)}` : typeOf(key)}`);

/** Where an array, or a text, holds another: the places of the first elements. */
export function indicesOf(items: readonly Value[], wanted: readonly Value[]): JqArray {
  const found: Value[] = [];
  if (wanted.length === 0) return array(found);
  for (let at = 0; at + wanted.length <= items.length; at += 1) {
    if (wanted.every((each, offset) => isEqual(each, items[at + offset] as Value))) found.push(at);
  }
  return array(found);
}

/** `.[key]`. @throws JqError */
export function getIndex(value: Value, key: Value): Value {
  if (value instanceof JqObject && typeof key === 'string') return value.map.get(key) ?? null;
  if (value instanceof JqArray) {
    if (typeof key === 'number') {
      const { items } = value;
      const index = Math.floor(key);
      return items[index < 0 ? index + items.length : index] ?? null;
    }
    if (isSlice(key)) return array(value.items.slice(...bounds(key, value.items.length)));
    if (key instanceof JqArray) return indicesOf(value.items, key.items);
  }
  if (typeof value === 'string' && isSlice(key)) return sliceText(value, ...bounds(key, lengthOfText(value)));
  if (value === null && (key === null || typeof key === 'string' || typeof key === 'number' || isSlice(key))) return null;
  return cannotIndex(value, key);
}

/** The value with `.[key]` replaced. @throws JqError */
export function setIndex(value: Value, key: Value, next: Value): Value {
  if (typeof key === 'string' && (value === null || value instanceof JqObject)) return (value ?? object([])).with(key, next);
  if (typeof key === 'number' && (value === null || value instanceof JqArray)) {
    const target = value ?? array([]);
    const index = Math.trunc(key);
    const place = index < 0 ? index + target.items.length : index;
    return place < 0 ? fail('Out of bounds negative array index') : target.with(place, next);
  }
  if (isSlice(key) && (value === null || value instanceof JqArray)) {
    const items = value?.items ?? [];
    if (!(next instanceof JqArray)) return fail('A slice of an array can only be assigned another array');
    const [from, to] = bounds(key, items.length);
    return array([...items.slice(0, from), ...next.items, ...items.slice(to)]);
  }
  if (key instanceof JqObject && value instanceof JqArray) return fail('Start and end indices of an array slice must be numbers');
  return cannotIndex(value, key);
}

/** `getpath`: null where nothing is. @throws JqError */
export function getPath(value: Value, path: readonly Value[]): Value {
  let found = value;
  for (const key of path) {
    if (found === null) return null;
    found = getIndex(found, key);
  }
  return found;
}

/** @throws JqError */
export function setPath(value: Value, path: readonly Value[], next: Value, from = 0): Value {
  if (from === path.length) return next;
  const key = path[from] as Value;
  return setIndex(value, key, setPath(getIndex(value, key), path, next, from + 1));
}

/** The value without these paths, all counted before any is gone. @throws JqError */
export function deletePaths(value: Value, paths: readonly (readonly Value[])[], from = 0): Value {
  if (paths.length === 0) return value;
  if (paths.some((path) => path.length === from)) return null;
  if (value === null) return null;
  const ending: Value[] = [];
  const deeper = new Map<Value, (readonly Value[])[]>();
  for (const path of paths) {
    const key = path[from] as Value;
    if (path.length === from + 1) {
      ending.push(key);
      continue;
    }
    const group = deeper.get(key);
    if (group === undefined) deeper.set(key, [path]);
    else group.push(path);
  }
  let rest: Value = value;
  for (const [key, group] of deeper) {
    const inner = getIndex(rest, key);
    if (inner !== null) rest = setIndex(rest, key, deletePaths(inner, group, from + 1));
  }
  return deleteKeys(rest, ending);
}

function deleteKeys(value: Value, keys: readonly Value[]): Value {
  if (keys.length === 0) return value;
  if (value instanceof JqObject) {
    const names = new Set<string>();
    for (const key of keys) {
      if (typeof key !== 'string') return fail(`Cannot delete field at object index of ${key instanceof JqObject ? 'object' : 'array'}`);
      names.add(key);
    }
    return value.without(names);
  }
  if (!(value instanceof JqArray)) return fail(`Cannot delete field at ${typeof keys[0] === 'string' ? 'object' : 'array'} index of ${typeOf(value)}`);
  const { items } = value;
  const gone = new Uint8Array(items.length);
  for (const key of keys) {
    if (isSlice(key)) gone.fill(1, ...bounds(key, items.length));
    else if (typeof key === 'number') {
      const index = Math.trunc(key);
      if (index + items.length >= 0) gone[index < 0 ? index + items.length : index] = 1;
    } else return fail(typeof key === 'string' ? 'Cannot delete field at object index of array' : 'Cannot delete field at array index of array');
  }
  return array(items.filter((_item, index) => gone[index] !== 1));
}
