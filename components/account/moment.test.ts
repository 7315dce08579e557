import { expect, it } from 'vitest';
import { momentOf } from './moment.ts';

it('a moment is written for machines in UTC and for people in their own zone and language', () => {
  const expected = { machine: '2026-11-21T22:05:00.000Z', words: '21 Nov 2026, 23:05' };
  expect(momentOf('2026-11-21T22:05:00Z', 'en-GB', 'Europe/Berlin')).toEqual(expected);
  expect(momentOf(Date.UTC(2026, 10, 21, 22, 5), 'en-GB', 'Europe/Berlin')).toEqual(expected);
});

it('what is no moment is left out', () => {
  expect(momentOf(undefined)).toBeUndefined();
  expect(momentOf('soon')).toBeUndefined();
  expect(momentOf(Number.NaN)).toBeUndefined();
});
