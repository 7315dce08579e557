import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertyRuns } from '../../testing/property-runs.ts';
import { encodeText } from '../text.ts';
import { GrepLines } from './grep-lines.ts';
import { compileSearch, type Search, type SearchOptions } from './grep-search.ts';
import type { GrepStyle } from './grep-style.ts';

const PLAIN: GrepStyle = {
  invert: false, count: false, quiet: false, names: undefined, onlyMatching: false, lineNumbers: false, byteOffsets: false, withName: false, nullAfterName: false, initialTab: false,
  hasContext: false, before: 0, after: 0, groupSeparator: '--', most: Number.POSITIVE_INFINITY, binary: 'message', separator: 10, label: 'f', colors: undefined,
};

/** All that is seen of a search: what is printed, how many lines there were, whether something was hidden. */
function outcome(search: Search, style: GrepStyle, texts: readonly string[]): unknown {
  const lines = new GrepLines(search, style, 'f');
  let out = '';
  for (const text of texts) if (!lines.isOver) out += lines.look(text, encodeText(text).length === text.length);
  return { out, count: style.count && !style.quiet ? lines.count : lines.count > 0, hidesMatches: lines.hidesMatches };
}

/** The same with nothing but `test` and `find`: which lines are selected, which stand around them, and each printed for itself. */
function plainOutcome(search: Search, style: GrepStyle, text: string): unknown {
  const { invert, most, before, after, colors, onlyMatching } = style;
  const lines = text.split('\n');
  const isSilent = style.quiet || style.count;
  const selected = lines.flatMap((line, at) => (search.test(line) !== invert ? [at] : [])).slice(0, style.quiet ? 1 : most);
  const paint = (name: 'ms' | 'mc' | 'se', words: string): string => (colors === undefined || words === '' ? words : `\x1b[${colors[name]}m\x1b[K${words}\x1b[m\x1b[K`);
  let out = '';
  let hidesMatches = false;
  let last = -1;
  for (const [at, line] of isSilent ? [] : lines.entries()) {
    const isSelected = selected.includes(at);
    if (!isSelected && !selected.some((one) => at >= one - before && at < one) && !selected.some((one) => at <= one + after && at > one)) continue;
    if (style.hasContext && last >= 0 && at > last + 1) out += `${paint('se', '--')}\n`;
    last = at;
    const matches: { start: number; end: number }[] = [];
    if (isSelected !== invert) {
      for (let span = search.find(line, 0); span !== undefined;) {
        if (span.end > span.start) matches.push(span);
        const next = span.end > span.start ? span.end : span.end + ((line.codePointAt(span.end) ?? 0) > 0xffff ? 2 : 1);
        span = next <= line.length ? search.find(line, next) : undefined;
      }
    }
    const sign = paint('se', isSelected ? ':' : '-');
    const print = (words: string, shown: string, place: number): void => {
      if (/(?<![\ud800-\udbff])[\udc80-\udcff]/.test(words)) hidesMatches = true;
      else out += `${style.withName ? `f${sign}` : ''}${style.lineNumbers ? `${at + 1}${sign}` : ''}${style.byteOffsets ? `${place}${sign}` : ''}${shown}\n`;
    };
    const offset = encodeText(lines.slice(0, at).map((one) => `${one}\n`).join('')).length;
    const bytesTo = (place: number): number => offset + encodeText(line.slice(0, place)).length;
    const colored = (words: string): string => paint(isSelected ? 'ms' : 'mc', words);
    if (onlyMatching) for (const { start, end } of matches) print(line.slice(start, end), colored(line.slice(start, end)), bytesTo(start));
    else print(line, matches.reduce((done, { start, end }, index) => done + line.slice(matches[index - 1]?.end ?? 0, start) + colored(line.slice(start, end)), '') + line.slice(matches[matches.length - 1]?.end ?? 0), offset);
  }
  return { out, count: style.count && !style.quiet ? selected.length : selected.length > 0, hidesMatches };
}

const piece = fc.constantFrom('a', 'b', 'ab', '.', '.*', 'a*', 'b+', '[ab]', '[^a]', '(ab)', '(a|ab)', '(b|c)', 'c?', '^', '$', '\\<', '\\b', '\\w', 'a{2}', '(b*a)?', '(.)\\1', 'é', '😀', ' ');
const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
const line = fc.array(fc.constantFrom('a', 'b', 'c', ' ', 'ab', 'A', 'é', '😀', '\r', '\udcff', '_', 'c'.repeat(70)), { maxLength: 7 }).map((pieces) => pieces.join(''));
const options = fc.record<SearchOptions>({ syntax: fc.constantFrom('extended', 'extended', 'fixed'), ignoreCase: fc.boolean(), isWord: fc.constantFrom(false, false, true), isLine: fc.constantFrom(false, false, true) });
const seldom = fc.constantFrom(false, false, false, true);
const style = fc.record({
  invert: fc.boolean(), onlyMatching: seldom, lineNumbers: seldom, byteOffsets: seldom, withName: seldom, hasContext: seldom,
  count: seldom, quiet: seldom, before: fc.nat(2), after: fc.nat(2), most: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 2),
  colors: fc.constantFrom(undefined, { ms: '1', mc: '2', se: '3' }),
});

describe('grep over many lines at once', () => {
  test('answers as line by line, however the lines are given to it', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 2 }), options, style, fc.array(fc.array(line, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }), (patterns, how, chosen, blocks) => {
        const search = compileSearch(patterns, how);
        const whole: GrepStyle = { ...PLAIN, ...chosen, ...(!chosen.hasContext && { before: 0, after: 0 }) };
        const texts = blocks.map((lines) => lines.join('\n'));
        const expected = plainOutcome(search, whole, texts.join('\n'));
        expect(outcome(search, whole, texts)).toEqual(expected);
        expect(outcome(search, whole, [texts.join('\n')])).toEqual(expected);
        // Where the lines are too long for the engine, each is tested for itself.
        expect(outcome({ ...search, mayHave: () => false, spans: undefined }, whole, texts)).toEqual(expected);
      }),
      { numRuns: propertyRuns(20) },
    );
  });
});
