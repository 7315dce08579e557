import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from '../testing/property-runs.ts';
import { packBytes, packedLength, unpackBytes } from './packed-text.ts';

test('any bytes come back, in no more units than promised, and no unit is a surrogate or a line feed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = packBytes(bytes);
      expect(text).toHaveLength(packedLength(bytes.length));
      expect(text).not.toMatch(/[\ud800-\udfff\n]/);
      expect(unpackBytes(`head\n${text}`, 5, bytes.length)).toEqual(bytes);
    }),
    { numRuns: propertyRuns(25) },
  );
  const large = Uint8Array.from({ length: 100_003 }, (_, i) => (i * i) & 255);
  // Compared as buffers: element by element takes the matcher a third of a second.
  expect(Buffer.from(large).equals(unpackBytes(packBytes(large), 0, large.length)!)).toBe(true);
});

test('a text that was cut, lengthened or altered out of range is not unpacked', () => {
  const text = packBytes(new Uint8Array(30));
  expect(unpackBytes(text.slice(1), 0, 30)).toBeUndefined();
  expect(unpackBytes(`${text} `, 0, 30)).toBeUndefined();
  expect(unpackBytes(`\ud800${text.slice(1)}`, 0, 30)).toBeUndefined();
});
