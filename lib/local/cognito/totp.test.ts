import { expect, test } from 'vitest';
import { newAuthenticatorSecret, stepOfCode } from './totp.ts';

/** RFC 6238 appendix B: the ASCII secret 12345678901234567890, SHA-1; the last six of its eight digits. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test.each([
  [59, '287082'], [1111111109, '081804'], [1111111111, '050471'], [1234567890, '005924'], [2000000000, '279037'], [20000000000, '353130'],
])('at second %i the code is %s, one step early and late, and no further', (seconds, code) => {
  const step = Math.floor(seconds / 30);
  const at = (offset: number) => stepOfCode(secret, code, (seconds + offset) * 1000);
  expect([at(0), at(-30), at(30)]).toEqual([step, step, step]);
  if (seconds > 60) expect(at(-60)).toBeUndefined();
  expect(at(60)).toBeUndefined();
});

test.each(['', '28708', '2870820', ' 287082', '28708a', '２８７０８２'])('%j is no code', (code) => {
  expect(stepOfCode(secret, code, 59_000)).toBeUndefined();
});

test('a new secret is 256 bits in base32, and new each time', () => {
  const [one, two] = [newAuthenticatorSecret(), newAuthenticatorSecret()];
  expect(one).toMatch(/^[A-Z2-7]{52}$/);
  expect(two).not.toBe(one);
});
