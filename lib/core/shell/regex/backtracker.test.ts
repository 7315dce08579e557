import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertyRuns } from '../../testing/property-runs.ts';
import { parsePerl } from '../tools/perl-pattern.ts';
import { Backtracker } from './backtracker.ts';
import { PatternError } from './pattern.ts';
import { compileProgram } from './program.ts';

const PIECES = [
  'a', 'b', 'é', '😀', '.', '[ab]', '[^a]', 'a*', 'b+', 'a?', 'a*?', 'b+?', 'b??', '.*', '.*?', '(?:ab|a)', '(?:a|ab)*?', '(?:a*)*', '(?:b??)*', '(?:a|){2,3}', 'a{2}', '[ab]{1,2}?', '\\p{L}', '\\b', '^', '$',
  '(?=a)', '(?!b)', '(?<=a)', '(?<!b)', '(?=.*b)', '(?!.*😀)', '(?<=a.?)', '(?<![ab]{2})', '(?:(?!b).)*', '(?=(?:a|b)+$)',
] as const;
const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map((all) => all.join(''));
const pattern = fc.oneof(pieces, fc.tuple(pieces, pieces, pieces, pieces).map(([before, inner, between, after]) => `${before}(${inner})${between}\\1${after}`));
const text = fc.array(fc.constantFrom('a', 'b', 'ab', 'A', 'é', '😀', ' '), { maxLength: 12 }).map((all) => all.join(''));

const walker = (perl: string, ignoreCase = false): Backtracker => new Backtracker(compileProgram(parsePerl(perl, ignoreCase).pattern), ignoreCase);

describe('a walk that counts', () => {
  test('finds what the platform’s engine finds', () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), fc.nat(3), (perl, line, ignoreCase, from) => {
        const start = Math.min(from, line.length);
        fc.pre(!/^[\udc00-\udfff]/.test(line.slice(start)));
        const expression = new RegExp(parsePerl(perl, ignoreCase).source, `gmu${ignoreCase ? 'i' : ''}`);
        expression.lastIndex = start;
        const match = expression.exec(line);
        // V8 also tries between the halves of a surrogate pair.
        fc.pre(match === null || !/^[\udc00-\udfff]/.test(line.slice(match.index)));
        const found = walker(perl, ignoreCase).exec(line, start);
        expect(found && { start: found.start, text: line.slice(found.start, found.end), groups: found.groups.slice(0, 1) })
          .toEqual(match === null ? undefined : { start: match.index, text: match[0], groups: match.slice(1) });
      }),
      { numRuns: propertyRuns(100) },
    );
  });

  test('what would hang a backtracking engine is linear with lookaround, and refused with a back-reference', () => {
    const many = 'a'.repeat(10_000);
    expect(walker('(?=(?:a+)+$)ab').exec('a'.repeat(200), 0)).toBeUndefined();
    expect(walker('^(?!.*b)(?:a+)+c').exec(many, 0)).toBeUndefined();
    expect(() => walker('(a*)(a*)(a*)\\1\\2\\3b').exec(many, 0)).toThrow(PatternError);
  });

  test('a group that took no part is no text, so nothing refers to it', () => {
    expect(walker('(?:(a)|b)\\1').exec('bb', 0)).toBeUndefined();
    expect(walker('(?:(a)|b)\\1').exec('baa', 0)).toEqual({ start: 1, end: 3, groups: ['a'], starts: [1] });
  });
});
