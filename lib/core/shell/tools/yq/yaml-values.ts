import { isAlias, isCollection, isMap, isSeq, type Document } from 'yaml';
import { array, isEqual, JqArray, JqObject, object, toText, type Value } from '../jq/value.ts';

/** A document's content as jq sees it. Keys become strings; what JSON has no word for (a date, bytes) too. */
export function toValue(content: unknown): Value {
  if (content === undefined || content === null) return null;
  if (typeof content === 'string' || typeof content === 'number' || typeof content === 'boolean') return content;
  if (typeof content === 'bigint') return Number(content);
  if (Array.isArray(content)) return array(content.map(toValue));
  if (content instanceof Map) return object(Array.from(content, ([key, value]) => [typeof key === 'string' ? key : toText(toValue(key)), toValue(value)] as const));
  if (content instanceof Set) return array([...content].map(toValue));
  return String(content);
}

/** The same for the yaml package, in the order of its keys. */
export function fromValue(value: Value): unknown {
  if (value instanceof JqArray) return value.items.map(fromValue);
  if (value instanceof JqObject) return new Map(Array.from(value.map, ([key, each]) => [key, fromValue(each)]));
  return value;
}

/**
 * Changes a document only where the new value differs from the old, so that comments, quotes and blank lines elsewhere stay.
 * False where it can't, e.g. below an alias; the document may then be half changed, and is to be written from the value.
 */
export function reconcile(document: Document, before: Value, after: Value, path: readonly (string | number)[] = []): boolean {
  if (isEqual(before, after)) return true;
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isAlias(node)) return false;
  if (before instanceof JqObject && after instanceof JqObject && isMap(node)) {
    for (const [key, value] of before.map) {
      const next = after.map.get(key);
      if (next === undefined) {
        if (!document.deleteIn([...path, key])) return false;
      } else if (!reconcile(document, value, next, [...path, key])) return false;
    }
    for (const [key, value] of after.map) if (!before.map.has(key)) document.setIn([...path, key], document.createNode(fromValue(value)));
    return true;
  }
  if (before instanceof JqArray && after instanceof JqArray && isSeq(node)) {
    const [ones, others] = [before.items, after.items];
    // Where elements went, those that stayed keep their comments.
    if (others.length < ones.length) {
      const gone: number[] = [];
      let at = 0;
      ones.forEach((one, index) => {
        if (at < others.length && isEqual(one, others[at] as Value)) at += 1;
        else gone.push(index);
      });
      if (at === others.length) {
        for (const index of gone.reverse()) document.deleteIn([...path, index]);
        return true;
      }
    }
    for (let at = 0; at < others.length; at += 1) {
      if (at >= ones.length) document.addIn(path, document.createNode(fromValue(others[at] as Value)));
      else if (!reconcile(document, ones[at] as Value, others[at] as Value, [...path, at])) return false;
    }
    for (let at = ones.length - 1; at >= others.length; at -= 1) document.deleteIn([...path, at]);
    return true;
  }
  if (path.length === 0) return false;
  // A scalar keeps its node, and with it the comment behind it.
  if (node !== null && typeof node === 'object' && 'value' in node && !isCollection(node) && (after === null || typeof after !== 'object')) {
    if (typeof after !== typeof before && 'source' in node) delete (node as { type?: unknown }).type;
    (node as { value: unknown }).value = after;
    return true;
  }
  document.setIn(path, document.createNode(fromValue(after)));
  return true;
}
