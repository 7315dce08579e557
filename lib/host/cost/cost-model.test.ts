import { expect, test } from 'vitest';
import { habits, monthOf, peopleUntil } from './cost-model.ts';
import { costTable } from './cost-table.ts';
import { quotas } from './prices.ts';

test('one person, reckoned by hand', () => {
  const still = { ...habits, daysAMonth: 1, visibleHours: 1, busyHours: 0.5, hiddenHours: 1, commitsADay: 10, commitBytes: 1_000, signInsAMonth: 1, sessions: 1 };
  const { polls, commits, redisCommands, redisGigabytes, s3Gigabytes, dollars } = monthOf(1, still);
  expect([polls, commits, redisCommands]).toEqual([1_200 + 300 + 60, 10, 1_560 + 10 + 6 + 4]);
  expect([redisGigabytes, s3Gigabytes].map((value) => Math.round(value * 1e9))).toEqual([4_832, 120_000]);
  expect(dollars.s3).toBeCloseTo(1_570 * 0.000_005 + 10 * 0.000_000_4 + 0.000_12 * 0.023, 10);
  expect(dollars.redis).toBeCloseTo(1_580 * 0.000_002, 10);
  expect(dollars.cognito).toBe(0);
});

test('a wall is where the quota is used up, and not before', () => {
  const people = peopleUntil('refreshesPerSecond');
  const limit = quotas.refreshesPerSecond.value;
  expect([monthOf(people).atPeak.refreshesPerSecond <= limit, monthOf(people + 2).atPeak.refreshesPerSecond > limit]).toEqual([true, true]);
});

test('Cognito is free up to ten thousand people, and for everybody above', () => {
  expect([monthOf(10_000).dollars.cognito, monthOf(10_100).dollars.cognito]).toEqual([0, 1.5]);
});

test('the table has every number', () => {
  expect(costTable()).not.toMatch(/NaN|undefined|Infinity/);
});
