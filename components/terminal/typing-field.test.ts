import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from '@/lib/core/testing/property-runs.ts';
import { keysBetween } from './typing-field.ts';

const MARK = '\u200b';

test.each([
  ['a letter', MARK, `${MARK}a`, 'a'],
  ['a word that was guessed', MARK, `${MARK}hello `, 'hello '],
  ['a word that was put right', `${MARK}teh`, `${MARK}the`, '\x7f\x7fhe'],
  ['a deletion with nothing there', MARK, '', '\x7f'],
  ['an Enter of a keyboard that has no key for it', MARK, `${MARK}ls\n`, 'ls\r'],
  ['nothing new', `${MARK}ls`, `${MARK}ls`, ''],
  ['an emoji for an emoji', `${MARK}👍`, `${MARK}👎`, '\x7f👎'],
  ['Japanese', MARK, `${MARK}日本語`, '日本語'],
])('%s', (_what, before, after, keys) => expect(keysBetween(before, after)).toBe(keys));

test('whatever a keyboard makes of the field, the line is in the end what the field says', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '日', '👍'), maxLength: 8 });
  fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (states) => {
    let line: string[] = [];
    let before = MARK;
    for (const state of states) {
      for (const key of keysBetween(before, MARK + state)) {
        if (key === '\x7f') line = line.slice(0, -1);
        else line.push(key);
      }
      before = MARK + state;
    }
    expect(line.join('')).toBe(states.at(-1));
  }), { numRuns: propertyRuns(25) });
});
