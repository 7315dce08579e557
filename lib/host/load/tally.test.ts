import { expect, test } from 'vitest';
import { createTally } from './tally.ts';

test('each kind has its counts, its ranks and its errors by name', () => {
  const tally = createTally();
  for (let i = 1; i <= 100; i += 1) tally.note('sync', 0, i, 'ok');
  tally.note('sync', 0, 500, 'later');
  tally.note('session', 10, 30, '502');
  tally.note('session', 10, 20, '502');
  expect(tally.figures()).toEqual({
    sync: { requests: 101, ok: 100, later: 1, errors: {}, p50Ms: 51, p99Ms: 100, maxMs: 500 },
    session: { requests: 2, ok: 0, later: 0, errors: { 502: 2 }, p50Ms: 10, p99Ms: 20, maxMs: 20 },
  });
  expect(tally.total()).toBe(103);
});

test('recovery counts only what ended well; silence is the longest gap between such', () => {
  const tally = createTally();
  tally.note('sync', 0, 100, 'ok');
  tally.note('sync', 100, 150, 'later');
  tally.note('session', 150, 400, 'ok');
  tally.note('sync', 400, 600, 'ok');
  expect([tally.firstOkAfter(120, ['sync']), tally.firstOkAfter(120, ['sync', 'session']), tally.firstOkAfter(601, ['sync'])]).toEqual([600, 400, undefined]);
  expect([tally.longestSilenceMs(0, 700), tally.longestSilenceMs(450, 1_000), createTally().longestSilenceMs(0, 50)]).toEqual([300, 400, 50]);
});
