import * as limits from '../../../limits.ts';
import { PatternError } from '../../regex/pattern.ts';
import { JqPattern } from './oniguruma.ts';
import { described } from './operators.ts';
import { array, fail, JqArray, lengthOfText, object, typeOf, type Value } from './value.ts';

const cache = new Map<string, JqPattern>();

function compiled(source: string, flags: string): JqPattern {
  const key = `${flags}/${source}`;
  let pattern = cache.get(key);
  if (pattern === undefined) {
    try {
      pattern = new JqPattern(source, { ignoreCase: flags.includes('i'), extended: flags.includes('x'), dotAll: flags.includes('p') });
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return fail(`${source} (at offset 0) is not a valid regex: ${error.message}`);
    }
    if (cache.size >= 300) cache.clear();
    cache.set(key, pattern);
  }
  return pattern;
}

export interface Occurrence {
  /** In UTF-16 units. */
  start: number;
  end: number;
  groups: readonly (readonly [start: number, end: number] | undefined)[];
  names: readonly (string | undefined)[];
}

/** The matches of a pattern, one or (flag g) all. @throws JqError */
export function* occurrences(input: Value, source: Value, flags: Value, isGlobal = false): Generator<Occurrence, void, void> {
  let [expression, options] = [source, flags];
  if (source instanceof JqArray) {
    if (source.items.length > 1) options = source.items[1] as Value;
    expression = source.items[0] ?? null;
  }
  if (typeof input !== 'string') fail(`${described(input)} cannot be matched, as it is not a string`);
  if (typeof expression !== 'string') fail(source instanceof JqArray ? `${described(expression)} cannot be matched, as it is not a string` : `${typeOf(source)} not a string or array`);
  if (options !== null && typeof options !== 'string') fail(`${described(options)} is not a string`);
  const letters = (options ?? '') as string;
  if (/[^gimnpslx]/.test(letters)) fail(`${letters} is not a valid modifier string`);
  const text = input as string;
  const pattern = compiled(expression as string, letters);
  const isAll = isGlobal || letters.includes('g');
  for (let from = 0; from <= text.length;) {
    let match: RegExpExecArray | null;
    try {
      match = pattern.exec(text, from);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return fail(`${expression as string} cannot be matched here: ${error.message}`);
    }
    if (match === null) return;
    const end = match.index + match[0].length;
    if (match[0] !== '' || !letters.includes('n')) {
      yield { start: match.index, end, groups: (match.indices as RegExpIndicesArray).slice(1), names: pattern.names };
      if (!isAll) return;
    }
    from = match[0] === '' ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end;
  }
  return undefined;
}

/** What `match` tells: places and lengths in code points. */
export function matchAll(input: Value, source: Value, flags: Value): Value {
  const found: Value[] = [];
  let [units, points] = [0, 0];
  for (const { start, end, groups, names } of occurrences(input, source, flags)) {
    if (found.length >= limits.jqMaxElements) fail(`more than ${limits.jqMaxElements} matches in one text`);
    const text = input as string;
    points += lengthOfText(text.slice(units, start));
    units = start;
    const origin = points;
    const offsetOf = (at: number): number => (at >= start ? origin + lengthOfText(text.slice(start, at)) : lengthOfText(text.slice(0, at)));
    const piece = (from: number, to: number): [string, Value][] => [['offset', offsetOf(from)], ['length', lengthOfText(text.slice(from, to))], ['string', text.slice(from, to)]];
    const captures = groups.map((group, index) => object([
      ...(group === undefined ? ([['offset', -1], ['string', null], ['length', 0]] as [string, Value][]) : piece(group[0], group[1])),
      ['name', names[index] ?? null],
    ]));
    found.push(object([...piece(start, end), ['captures', array(captures)]]));
  }
  return array(found);
}

/** The named groups of a match, as `capture` gives them. */
export const namedGroups = (text: string, { groups, names }: Occurrence): Value =>
  object(groups.flatMap((group, index): [string, Value][] => {
    const name = names[index];
    return name === undefined ? [] : [[name, group === undefined ? null : text.slice(group[0], group[1])]];
  }));
