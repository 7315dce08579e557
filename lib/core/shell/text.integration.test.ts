import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, encodeText } from './text.ts';

test('any bytes survive as a string, and valid UTF-8 is the usual string', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    expect([...encodeText(decodeText(bytes))]).toEqual([...bytes]);
  }), { numRuns: 300, seed: 3 });
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    expect(decodeText(new TextEncoder().encode(text))).toBe(text);
  }), { numRuns: 200, seed: 4 });
});
