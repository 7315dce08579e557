import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from '../testing/property-runs.ts';
import { decodeBase64, encodeBase64Url } from './bytes.ts';

test('any bytes come back from base64url, and from the base64 of Node', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
    expect(decodeBase64(encodeBase64Url(bytes))).toEqual(new Uint8Array(bytes));
    expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(new Uint8Array(bytes));
  }), { numRuns: propertyRuns(25) });
});

test('what no encoder writes is refused: other letters, one letter too many, bits past the end', () => {
  for (const text of ['a', 'ab$d', 'AB', 'AAB', 'ab=c', 'ab===']) expect([text, decodeBase64(text)]).toEqual([text, undefined]);
});
