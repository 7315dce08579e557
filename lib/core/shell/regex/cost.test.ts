import { describe, expect, test } from 'vitest';
import { costOf, isQuick } from './cost.ts';
import { Matcher } from './matcher.ts';
import { parsePosix } from './posix.ts';

const patternOf = (source: string) => parsePosix(source, true).pattern;
const quick = (source: string, text: string): boolean => isQuick(costOf(patternOf(source), false, false), text, 0);

describe('what a pattern may cost', () => {
  test('a loop whose end is certain costs its length, whatever stands in the text', () => {
    expect(quick('^[^,]*,[^,]*,[^,]*,[^,]*,[^,]*$', ','.repeat(5000))).toBe(true);
    expect(quick('^([0-9]{1,3}\\.){3}[0-9]{1,3}$', '1.'.repeat(5000))).toBe(true);
    expect(quick('^(foo|bar|[0-9]+ )*$', 'foo12 '.repeat(500))).toBe(true);
  });
  test('a loop that may end in many places is paid for by the places in the text', () => {
    const pattern = '^(.*)-(.*)-(.*)-(.*)-(.*)$';
    expect(quick(pattern, `2024-01-02-x-${'y'.repeat(500)}`)).toBe(true);
    expect(quick(pattern, '-'.repeat(500))).toBe(false);
  });
  test('a loop in a loop that can share its text is never quick', () => {
    for (const pattern of ['(a+)+$', '(a|aa)+$', '(a*)*b', '(a?b?)*c']) expect(quick(pattern, 'a'.repeat(30)), pattern).toBe(false);
  });
});

describe('where backtracking would cost too much', () => {
  test('the longest match and its groups are the same as on a short text', () => {
    const dashes = (count: number) => {
      const text = '-'.repeat(count);
      return new Matcher(patternOf('^(.*)-(.*)-(.*)-(.*)$'), false).execGroups(text);
    };
    expect(dashes(10)).toEqual({ start: 0, end: 10, groups: ['-'.repeat(7), '', '', ''] });
    expect(dashes(400)).toEqual({ start: 0, end: 400, groups: ['-'.repeat(397), '', '', ''] });
  });
  test('the longest alternative wins and brings its groups', () => {
    expect(new Matcher(patternOf('(a|ab)(c|bcd)(d*)'), false).execGroups('xabcd')).toEqual({ start: 1, end: 5, groups: ['a', 'bcd', ''] });
    expect(new Matcher(patternOf('(foo|foobar)( |$)?'), false).execGroups('foobar')).toMatchObject({ start: 0, end: 6 });
  });
  test('with several lines ^ and $ are at each, \\` and \\\' only at the ends of all', () => {
    const found = (source: string, text: string): number | undefined => new Matcher(patternOf(source), false, true).exec(text)?.start;
    for (const filler of ['', 'x'.repeat(40)]) {
      const text = `a\nb${filler}\nb`;
      expect([found('^b', text), found('a$', text), found('\\`b', text), found("b\\'", text), found('^(x|xx)*b$', text)]).toEqual([2, 0, undefined, text.length - 1, text.length - (filler === '' ? 3 : 1)]);
    }
  });
});
