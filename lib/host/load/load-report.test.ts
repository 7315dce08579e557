import { expect, test } from 'vitest';
import { formatReport, judgeReport, type LoadReport } from './load-report.ts';

const kind = { requests: 10, ok: 9, later: 1, errors: {}, p50Ms: 12, p99Ms: 340, maxMs: 1_200 };
const good: LoadReport = {
  options: { people: 3, browsers: 4, minutes: 1, instances: 2, thinkMs: 2_000, seed: 1 }, requests: 10, seconds: 60, perSecond: 1 / 6, figures: { sync: kind }, violations: {}, cutAnswers: 0,
  log: { people: 3, commits: 5, files: 6, wrong: [] },
  breaks: [
    { what: 'instance 1 killed', atSeconds: 8, lastedMs: 900, recoveredMs: 40 }, { what: 'instance 2 killed', atSeconds: 16, lastedMs: 1_100, recoveredMs: 60 },
    { what: 'Redis restarted', atSeconds: 15, lastedMs: 500, recoveredMs: 200 },
  ],
  longestSilenceMs: 700, memory: [{ atSeconds: 0, instances: [104_857_600, 0], others: { redis: 10_485_760 } }],
};

test('503 with Retry-After is no fault, nor is a session that is absent after a sign-out whose answer was lost', () => {
  expect(judgeReport(good)).toEqual([]);
  expect(judgeReport({ ...good, figures: { sync: { ...kind, errors: { absent: 2 } } } })).toEqual([]);
});

test('an answer that broke off is none when nginx says that its instance was killed under it, and one more is', () => {
  const broken = (count: number) => judgeReport({ ...good, cutAnswers: 2, figures: { sync: { ...kind, errors: { 'no answer: ECONNRESET': 1 } }, session: { ...kind, errors: { 'no answer: ECONNRESET': count } } } });
  expect([broken(1), broken(2)]).toEqual([[], ['sync: no answer: ECONNRESET, 1 times', 'session: no answer: ECONNRESET, 2 times']]);
  expect(formatReport({ ...good, cutAnswers: 2 })).toContain('\n2 of the answers had begun when the instance that gave them was killed.\n');
});

test('everything else is, each by its name', () => {
  const wrong = judgeReport({
    ...good, figures: { sync: { ...kind, errors: { '502': 3, 'no answer: ECONNRESET': 1 } } }, violations: { 'session lost': 2 },
    log: { ...good.log, wrong: ['p: /home/me/a is lost'] }, breaks: [{ what: 'S3 failing', atSeconds: 20, lastedMs: 10, recoveredMs: null }],
  });
  expect(wrong).toEqual([
    'session lost: 2 times', 'p: /home/me/a is lost', 'sync: 502, 3 times', 'sync: no answer: ECONNRESET, 1 times', 'S3 failing at 20 s: nothing ended well after it',
  ]);
});

test('a run in which nobody wrote anything proves nothing', () => {
  expect(judgeReport({ ...good, log: { ...good.log, files: 0 } })).toEqual(['nothing was written: this run proves nothing']);
});

test('the table says what was done and how long it took to come back; kills are one row', () => {
  expect(formatReport(good)).toBe(`3 people with 4 browsers, 2 instances, 1 min, think time 2 s:
10 requests, 0.2 a second; 5 commits with 6 files of 3 people read back.

| request | count | ok | 503 with Retry-After | other errors | half within | 99 of 100 within | longest |
|---|---|---|---|---|---|---|---|
| sync | 10 | 9 | 1 | none | 12 ms | 340 ms | 1200 ms |

| what was done | at | lasted | first answer after it |
|---|---|---|---|
| an instance killed, 2 times |  | at most 1.1 s | at most 0.1 s |
| Redis restarted | 15 s | 0.5 s | 0.2 s |

The longest time in which no request ended well: 0.7 s.

| memory, MB | instance 1 | instance 2 | redis |
|---|---|---|---|
| 0 s | 100 | 0 | 10 |
`);
});
