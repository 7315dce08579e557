import { expect, test } from 'vitest';
import { decodeText, encodeText } from './text.ts';

test('a string of whole characters beside a raw byte keeps both', () => {
  const bytes = Uint8Array.from([0xf0, 0x9f, 0x98, 0x80, 0xff, 0xc3, 0xa9, 0xed, 0xa0, 0x80, 0xe2, 0x82]);
  expect(decodeText(bytes)).toBe('😀\udcffé\udced\udca0\udc80\udce2\udc82');
  expect([...encodeText(decodeText(bytes))]).toEqual([...bytes]);
});
