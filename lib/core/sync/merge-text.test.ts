import { describe, expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { mergeText } from './merge-text.ts';

const encoder = new TextEncoder();
const merge = (base: string, local: string, remote: string): string | undefined => {
  const merged = mergeText(encoder.encode(base), encoder.encode(local), encoder.encode(remote));
  return merged === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(merged);
};

describe('mergeText', () => {
  test.each([
    ['changes of different places come together', 'a\nb\nc\n', 'A\nb\nc\n', 'a\nb\nC\n', 'A\nb\nC\n'],
    ['the same change of both is made once', 'a\nb\n', 'a\nx\nb\n', 'a\nx\nb\n', 'a\nx\nb\n'],
    ['different changes of one line are a conflict', 'a\n', 'b\n', 'c\n', undefined],
    ['changes of neighbouring lines are a conflict', 'a\nb\n', 'A\nb\n', 'a\nB\n', undefined],
    ['an end without a line feed is kept', 'a\nb\nc', 'A\nb\nc', 'a\nb\nc', 'A\nb\nc'],
    ['a line is never glued to one without a line feed', 'a\nb', 'a\nb\nc\n', 'a\nB', undefined],
    ['CRLF and LF lines are kept as they are', 'a\r\nb\nc\r\n', 'A\r\nb\nc\r\n', 'a\r\nb\nC\r\n', 'A\r\nb\nC\r\n'],
    ['a byte order mark is text like any other', '\ufeffa\nb\nc\n', '\ufeffa\nb\nC\n', '\ufeffA\nb\nc\n', '\ufeffA\nb\nC\n'],
    ['two texts for an empty one are a conflict', '', 'a\n', 'b\n', undefined],
    ['a line that stands there twice is no conflict where one place has room', '}\n', 'x\n}\ny\n}\n', '}\nz\n', 'x\n}\ny\n}\nz\n'],
  ])('%s', (_, base, local, remote, merged) => {
    expect(merge(base, local, remote)).toBe(merged);
  });

  test('what is not text is not merged', () => {
    expect(merge('a\nb\nc\n', 'A\nb\nc\n', 'a\nb\n\0\n')).toBeUndefined();
    expect(mergeText(encoder.encode('a\n'), encoder.encode('a\nb\n'), Uint8Array.of(0xff, 0x0a))).toBeUndefined();
  });

  test('thousands of equal lines are merged without holding the page', () => {
    const lines = (first: string, last: string): string => `${first}\n${'}\n'.repeat(limits.mergeMaxLines - 2)}${last}\n`;
    expect(merge(lines('a', 'z'), lines('b', 'z'), lines('a', 'y'))).toBe(lines('b', 'y'));
  });
});
