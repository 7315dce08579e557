import { expect, test } from 'vitest';
import { attemptCounters, type AttemptKind } from './attempt-policy.ts';

const KINDS: AttemptKind[] = ['sign-in', 'password', 'step-up', 'challenge', 'confirm', 'reset', 'sign-up', 'resend', 'forgot', 'email-code', 'passkey', 'managed-login'];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test('a stranger cannot lock out a known device: whatever the kind, no counter of the two is the same', () => {
  for (const kind of KINDS) {
    const stranger = attemptCounters(kind, { address: 'ip', account: 'acc' });
    const known = attemptCounters(kind, { address: 'ip', account: 'acc', knownDevice: 'dev' });
    const names = new Set(stranger.map((counter) => counter.key));
    expect([kind, known.filter((counter) => names.has(counter.key))]).toEqual([kind, []]);
    expect(known.length).toBeGreaterThan(0);
  }
});

test('sign-in: 5 a minute by both, 20 a day by account with pauses that outlast the memory of Cognito, and by address', () => {
  expect(attemptCounters('sign-in', { address: 'ip', account: 'acc' })).toEqual([
    { key: 'rl:password:ip:ip', limit: 200, windowMs: 60 * MINUTE },
    { key: 'rl:password:both:acc:ip', limit: 5, windowMs: MINUTE },
    { key: 'rl:password:account:acc:day', limit: 20, windowMs: DAY, untilQuiet: true, freeOnes: 4, firstPauseMs: 15.5 * MINUTE, longestPauseMs: 60 * MINUTE },
  ]);
  expect(attemptCounters('sign-in', { address: 'ip', account: 'acc', knownDevice: 'dev' })).toEqual([
    { key: 'rl:password:device:acc:dev:minute', limit: 5, windowMs: MINUTE },
    { key: 'rl:password:device:acc:dev:day', limit: 20, windowMs: DAY, untilQuiet: true, freeOnes: 5, firstPauseMs: 1_000, longestPauseMs: 15 * MINUTE },
  ]);
});

test('a password is guessed at three doors and counted once: sign-in, change of password and step-up share their counters', () => {
  const subject = { address: 'ip', account: 'acc' };
  expect(attemptCounters('password', subject)).toEqual(attemptCounters('sign-in', subject));
  expect(attemptCounters('step-up', subject)).toEqual(attemptCounters('sign-in', subject));
  const others = KINDS.filter((kind) => !['sign-in', 'password', 'step-up'].includes(kind)).flatMap((kind) => attemptCounters(kind, subject).map(({ key }) => key));
  expect(new Set(others).size).toBe(others.length);
  expect(others.filter((key) => key.startsWith('rl:password:'))).toEqual([]);
});

test('codes: 10 an hour and 20 a day by account', () => {
  for (const kind of ['challenge', 'confirm', 'reset'] as const) {
    const bounds = attemptCounters(kind, { address: 'ip', account: 'acc' }).filter(({ key }) => key.includes(':account:')).map(({ limit, windowMs }) => [limit, windowMs]);
    expect([kind, bounds]).toEqual([kind, [[10, 60 * MINUTE], [20, DAY]]]);
  }
});

test('where no account is named, the address alone counts', () => {
  expect(attemptCounters('managed-login', { address: 'ip' })).toEqual([{ key: 'rl:managed-login:ip:ip', limit: 200, windowMs: 60 * MINUTE }]);
});
