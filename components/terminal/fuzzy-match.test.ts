import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from '@/lib/core/testing/property-runs.ts';
import { fuzzyMatch } from './fuzzy-match.ts';

const order = (query: string, labels: string[]) => labels
  .map((label) => ({ label, score: fuzzyMatch(query, label)?.score }))
  .filter((each): each is { label: string; score: number } => each.score !== undefined)
  .sort((one, other) => other.score - one.score).map(({ label }) => label);

test('the starts of words and letters in a row count more', () => {
  expect(order('nt', ['Next tab', 'New tab', 'Print', 'Font', 'Close'])).toEqual(['New tab', 'Next tab', 'Font', 'Print']);
  expect(order('theme', ['The home', 'Theme', 'Other theme'])).toEqual(['Theme', 'Other theme', 'The home']);
  expect(fuzzyMatch('sr', 'search rows')?.marks).toEqual([0, 7]);
});

test('blanks and case of what is typed do not count; what does not fit is nothing', () => {
  expect(fuzzyMatch('New TAB', 'New tab')?.marks).toEqual([0, 1, 2, 4, 5, 6]);
  expect([fuzzyMatch('tan', 'New tab'), fuzzyMatch('x', ''), fuzzyMatch('longer', 'long')]).toEqual([undefined, undefined, undefined]);
  expect(fuzzyMatch('  ', 'all')).toEqual({ score: 0, marks: [] });
});

test('it fits exactly when the letters are there in their order, and the marks say where', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '-'), maxLength: 9 });
  fc.assert(fc.property(word, word, (query, label) => {
    const wanted = query.replace(/\s+/g, '');
    let at = 0;
    for (const letter of label) if (letter === wanted[at]) at += 1;
    const found = fuzzyMatch(query, label);
    expect(found !== undefined).toBe(at === wanted.length);
    if (found !== undefined && wanted !== '') {
      expect(found.marks.map((mark) => label[mark]).join('')).toBe(wanted);
      expect([...found.marks].sort((a, b) => a - b)).toEqual(found.marks);
    }
  }), { numRuns: propertyRuns(60) });
});
