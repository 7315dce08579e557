import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { base64url, hashOf, isHash, sha256 } from './sha256.ts';

test('the digest is that of FIPS 180-4 for its own examples', () => {
  const hex = (text: string): string => Buffer.from(sha256(new TextEncoder().encode(text))).toString('hex');
  expect(hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hex('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))
    .toBe('248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
});

test('every length around the block borders agrees with Node', () => {
  const wrong: number[] = [];
  for (const length of [...Array.from({ length: 200 }, (_, i) => i), 4095, 4096, 65_537]) {
    const bytes = Uint8Array.from({ length: length + 3 }, (_, i) => (i * 31 + length) & 255).subarray(3);
    if (hashOf(bytes) !== createHash('sha256').update(bytes).digest('base64url')) wrong.push(length);
  }
  expect(wrong).toEqual([]);
});

test('base64url has no padding and only safe characters', () => {
  expect(['', 'f', 'fo', 'foo', '\u00fb\u00ff'].map((text) => base64url(Buffer.from(text, 'latin1'))))
    .toEqual(['', 'Zg', 'Zm8', 'Zm9v', '-_8']);
  expect(isHash(hashOf('x'))).toBe(true);
  expect([isHash('x'), isHash(undefined), isHash(`${hashOf('x')}=`)]).toEqual([false, false, false]);
});
