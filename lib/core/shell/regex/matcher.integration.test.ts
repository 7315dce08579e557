import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Glob } from './glob.ts';
import { LinearMatcher } from './linear.ts';
import { compileProgram } from './program.ts';
import { Matcher } from './matcher.ts';
import { parsePosix } from './posix.ts';

describe('POSIX patterns', () => {
  test('both engines agree on any pattern and text', () => {
    const piece = fc.constantFrom('a', 'b', '.', 'a*', 'b+', '[ab]', '[^a]', '(ab)', '(a|b)', 'c?', '^', '$', '\\<', '\\b', 'a{2}', '(b*a)?');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.stringMatching(/^[abc ]{0,8}$/), (pieces, text) => {
        const { pattern } = parsePosix(pieces.join(''), true);
        expect(new LinearMatcher(compileProgram(pattern), false).exec(text) !== undefined).toBe(new Matcher(pattern, false).test(text));
      }),
      { numRuns: 400, seed: 1 },
    );
  });
});

describe('globs', () => {
  test('matching is the same as by trying all splits', () => {
    const naive = (pattern: string, text: string): boolean => {
      if (pattern === '') return text === '';
      if (pattern[0] === '*') return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
      return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && naive(pattern.slice(1), text.slice(1));
    };
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*?]{0,6}$/), fc.stringMatching(/^[ab]{0,6}$/), (pattern, text) => {
        const glob = new Glob(pattern);
        expect(glob.matches(text)).toBe(naive(pattern, text));
        const cuts = Array.from({ length: text.length + 1 }, (_, index) => index);
        const prefixes = cuts.filter((cut) => naive(pattern, text.slice(0, cut)));
        const suffixes = cuts.filter((cut) => naive(pattern, text.slice(cut)));
        expect(glob.removePrefix(text, false)).toBe(text.slice(prefixes[0] ?? 0));
        expect(glob.removePrefix(text, true)).toBe(text.slice(prefixes[prefixes.length - 1] ?? 0));
        expect(glob.removeSuffix(text, false)).toBe(suffixes.length === 0 ? text : text.slice(0, suffixes[suffixes.length - 1]));
        expect(glob.removeSuffix(text, true)).toBe(suffixes.length === 0 ? text : text.slice(0, suffixes[0]));
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});
