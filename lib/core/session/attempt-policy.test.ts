import { expect, test } from 'vitest';
import { attemptCounters } from './attempt-policy.ts';

test('a stranger cannot lock out a known device: no counter of the two is the same', () => {
  const stranger = attemptCounters('sign-in', { address: 'ip', account: 'acc' });
  const known = attemptCounters('sign-in', { address: 'ip', account: 'acc', knownDevice: 'dev' });
  const names = new Set(stranger.map((counter) => counter.key));
  expect(known.filter((counter) => names.has(counter.key))).toEqual([]);
  expect(known.map((counter) => counter.limit)).toEqual([5, 20]);
});

test('sign-in: 5 a minute by both, 20 a day by account with a growing delay, and by address', () => {
  expect(attemptCounters('sign-in', { address: 'ip', account: 'acc' })).toEqual([
    { key: 'rl:sign-in:ip:ip', limit: 200, windowMs: 3_600_000 },
    { key: 'rl:sign-in:both:acc:ip', limit: 5, windowMs: 60_000 },
    { key: 'rl:sign-in:account:acc', limit: 20, windowMs: 86_400_000, freeOnes: 5 },
  ]);
});
