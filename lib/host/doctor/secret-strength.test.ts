import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { propertyRuns } from '../../core/testing/property-runs.ts';
import { entropyBits, weakness } from './secret-strength.ts';

const digest = (seed: number) => createHash('sha256').update(`seed ${seed}`).digest();

test('a random secret is strong, in base64, base64url and hex', () => {
  for (let seed = 0; seed < propertyRuns(30); seed++) {
    const bytes = digest(seed);
    expect([weakness(bytes.toString('base64'), 128), weakness(bytes.toString('base64url'), 128), weakness(bytes.toString('hex'), 128)], `seed ${seed}`).toEqual([undefined, undefined, undefined]);
  }
});

test.each([
  ['changeme-changeme-changeme-changeme', 'is made of a well-known sample value ("changeme")'],
  [Buffer.from('my super secret cookie password!').toString('base64'), 'is made of a well-known sample value ("secret")'],
  [Buffer.from('the quick brown fox jumps over it').toString('base64'), 'is readable text in base64, not random bytes'],
  [Buffer.alloc(32).toString('base64'), 'repeats itself'],
  ['aB3$aB3$aB3$aB3$aB3$aB3$aB3$aB3$', 'repeats itself'],
  [Buffer.from(Array.from({ length: 32 }, (_, i) => i * 3)).toString('base64'), 'counts up or down'],
  ['Zk3!9qLp', 'holds about 24 bits; at least 128 are needed'],
])('%s is weak: %s', (secret, why) => {
  expect(weakness(secret, 128)).toBe(why);
});

test('the bits of a text are those of its letters', () => {
  expect([entropyBits(''), entropyBits('aaaa'), entropyBits('abab'), entropyBits('abcd')]).toEqual([0, 0, 4, 8]);
});
