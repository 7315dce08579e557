import { describe, expect, it } from 'vitest';
import { failureInWords, refusedBy, waitInWords } from './form-outcome.ts';

const failure = (code: 'wrong-code' | 'expired-code' | 'password-policy' | 'wrong-credentials' | 'unavailable') => ({
  ok: false as const,
  code,
  message: 'No.',
});
const fields = { code: 'code', newPassword: 'next', password: 'current' };

describe('a refusal of the server', () => {
  it.each([
    ['wrong-code', 'code'],
    ['expired-code', 'code'],
    ['password-policy', 'next'],
    ['wrong-credentials', 'current'],
  ] as const)('%s is shown at the field %s', (code, field) => {
    expect(refusedBy(failure(code), fields)).toEqual({ kind: 'refused', message: 'No.', field });
  });

  it('that is about no field, or about one that the form lacks, stands above the form', () => {
    expect(refusedBy(failure('unavailable'), fields)).toEqual({ kind: 'refused', message: 'No.' });
    expect(refusedBy(failure('wrong-credentials'))).toEqual({ kind: 'refused', message: 'No.' });
  });

  it('says how long to wait, once', () => {
    const tooMany = { ok: false as const, code: 'too-many-attempts' as const, retryAfterSeconds: 40 };
    expect(failureInWords({ ...tooMany, message: 'Too many tries.' })).toBe('Too many tries. Try again in 40 seconds.');
    expect(failureInWords({ ...tooMany, message: 'Too many tries; try again in a minute.' })).toBe('Too many tries; try again in a minute.');
  });
});

describe('waitInWords', () => {
  it.each([
    [0, '1 second'],
    [1, '1 second'],
    [1.2, '2 seconds'],
    [99, '99 seconds'],
    [100, '2 minutes'],
    [3600, '60 minutes'],
    [86_400, '24 hours'],
  ])('says %d seconds as %s', (seconds, words) => {
    expect(waitInWords(seconds)).toBe(words);
  });
});
