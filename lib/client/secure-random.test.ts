import { expect, test } from 'vitest';
import { secureRandom } from './secure-random.ts';

test('each number is one of the browser’s, from 0 up to 1, and none comes twice', () => {
  let made = 0;
  const crypto = { getRandomValues: (pool: Uint32Array) => pool.forEach((_, index) => { pool[index] = made++ * 1_000_003; }) } as unknown as Crypto;
  const random = secureRandom(crypto);
  const numbers = Array.from({ length: 3_000 }, random);
  expect(numbers).toEqual(Array.from({ length: 3_000 }, (_, index) => index * 1_000_003 / 2 ** 32));
  const largest = secureRandom({ getRandomValues: (pool: Uint32Array) => pool.fill(0xffff_ffff) } as unknown as Crypto)();
  expect([largest < 1, Math.floor(largest * 256)]).toEqual([true, 255]);
});
