import { compare, toNumber, toText, type AwkArray, type Value } from './value.ts';

const KIND = { undefined: 0, number: 0, object: 0, string: 1 } as const;

/** As gawk orders values: numbers before texts. */
export function compareValues(left: Value, right: Value, convfmt: string): number {
  const [one, other] = [KIND[typeof left as keyof typeof KIND], KIND[typeof right as keyof typeof KIND]];
  return one - other || compare(left, right, convfmt);
}

/** The subscripts of an array, in the order of `PROCINFO["sorted_in"]`; else as they came in. */
export function sortedKeys(array: AwkArray, order: string, convfmt: string): string[] {
  const keys = [...array.keys()];
  const match = /^@(ind|val)_(str|num|type)_(asc|desc)$/.exec(order);
  if (match === null) return keys;
  const [, what, how, direction] = match;
  const sign = direction === 'desc' ? -1 : 1;
  const valueOf = (key: string): Value => (what === 'ind' ? key : array.get(key));
  const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
  return keys.sort((left, right) => {
    const [one, other] = [valueOf(left), valueOf(right)];
    const found = how === 'num' ? toNumber(one) - toNumber(other) : how === 'str' ? byText(toText(one, convfmt), toText(other, convfmt)) : compareValues(one, other, convfmt);
    return sign * (found || byText(left, right));
  });
}
