import fc from 'fast-check';
import { expect, test } from 'vitest';
import { threeWayParts } from './history-three-way.ts';

test('taking one side everywhere gives that side where there is no base, and every line of a clean side where there is one', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'tail'), { maxLength: 20 });
  fc.assert(fc.property(text, text, text, (base, yours, theirs) => {
    const take = (parts: ReturnType<typeof threeWayParts>, side: 'yours' | 'theirs'): string => parts.map((part) => (part.kind === 'settled' ? part.text : part[side])).join('');
    const without = threeWayParts(undefined, yours, theirs);
    expect([take(without, 'yours'), take(without, 'theirs')]).toEqual([yours.join(''), theirs.join('')]);
    // A side that did not change anything has nothing to lose.
    expect(take(threeWayParts(base, yours, base), 'theirs')).toBe(yours.join(''));
    expect(take(threeWayParts(base, base, theirs), 'yours')).toBe(theirs.join(''));
  }), { numRuns: 300 });
});
