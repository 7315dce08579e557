import { describe, expect, test } from 'vitest';
import { Glob } from './glob.ts';
import { Matcher } from './matcher.ts';
import { PatternError } from './pattern.ts';
import { parsePosix } from './posix.ts';

const find = (pattern: string, text: string, extended = true): string | undefined => {
  const span = new Matcher(parsePosix(pattern, extended).pattern, false).exec(text);
  return span === undefined ? undefined : text.slice(span.start, span.end);
};

describe('POSIX patterns', () => {
  test('the longest of the leftmost matches wins', () => {
    expect(find('a|ab|abc', 'xabcd')).toBe('abc');
    expect(find('(a|ab)(c|bcd)', 'abcd')).toBe('abcd');
    expect(find('x*', 'aaa')).toBe('');
  });
  test('operators of BRE need a backslash, those of ERE do not', () => {
    expect(find('a+', 'a+', false)).toBe('a+');
    expect(find('a\\+', 'aaa', false)).toBe('aaa');
    expect(find('a\\{2\\}', 'aaa', false)).toBe('aa');
    expect(find('*a', '*a', false)).toBe('*a');
    expect(find('a^b$c', 'a^b$c', false)).toBe('a^b$c');
    expect(find('[[:digit:]-]+', 'ab12-3')).toBe('12-3');
    expect(find('[]a]+', 'x]a]')).toBe(']a]');
  });
  test('what is wrong is said as grep says it', () => {
    for (const [pattern, words] of [['(', 'Unmatched ( or \\('], [')', 'Unmatched ) or \\)'], ['[a', 'Unmatched [, [^, [:, [., or [='], ['a\\', 'Trailing backslash'], ['\\1', 'Invalid back reference'], ['[[:x:]]', 'Invalid character class name']] as const) {
      expect(() => parsePosix(pattern, true)).toThrow(new PatternError(words));
    }
  });
});

describe('globs', () => {
  test('a costly glob takes work in proportion to its text', () => {
    const visits = (length: number): number => {
      const glob = new Glob(`${'*[ab]'.repeat(20)}*c`);
      expect(glob.matches('a'.repeat(length))).toBe(false);
      return glob.visits;
    };
    expect(visits(1000)).toBeGreaterThan(1000);
    expect(visits(2000) / visits(1000)).toBeLessThan(2.1);
    expect(visits(4000) / visits(1000)).toBeLessThan(4.1);
  });
  test('texts with stars between are searched: no automaton, the shortest and the longest from both ends', () => {
    const glob = new Glob('*a*b');
    expect([glob.matches('xaxb'), glob.matches('xbxa'), glob.visits]).toEqual([true, false, 0]);
    expect([glob.removePrefix('xabab!', false), glob.removePrefix('xabab!', true), glob.visits]).toEqual(['ab!', '!', 0]);
    const suffix = new Glob('a*b\\*');
    expect([suffix.removeSuffix('xaab*ab*', false), suffix.removeSuffix('xaab*ab*', true), suffix.matches('a*b*'), suffix.visits]).toEqual(['xaab*', 'x', true, 0]);
  });
});
