import { expect, test } from 'vitest';
import { parseWhen, seqAt, splitPathAndWhen } from './history-when.ts';
import type { HistoryEntry } from './history.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const iso = (when: ReturnType<typeof parseWhen>): unknown => (when !== undefined && 'atMs' in when ? new Date(when.atMs).toISOString() : when);

test('a number is a commit; a day means its end, a minute its end; times ago count back from now', () => {
  expect(['12', '2026-11-20', '2026-11-20T14:30', '2026-11-20 14:30', '2026-11-20T14:30:05Z', '2 hours ago', '1 minute ago', '30 minutes ago', '3 days ago'].map((text) => iso(parseWhen(text, NOW)))).toEqual([
    { seq: 12 }, '2026-11-20T23:59:59.999Z', '2026-11-20T14:30:59.999Z', '2026-11-20T14:30:59.999Z', '2026-11-20T14:30:05.999Z',
    '2026-11-21T10:00:00.000Z', '2026-11-21T11:59:00.000Z', '2026-11-21T11:30:00.000Z', '2026-11-18T12:00:00.000Z',
  ]);
});

test('what is no time is none, also a day that no calendar has', () => {
  for (const text of ['', 'x', '-1', '1.5', '2026-02-30', '2026-13-01', '2026-11-20T25:00', '2 weeks ago', 'hours ago', '2hours ago', '20261120T1', '1234567890123']) {
    expect([text, parseWhen(text, NOW)]).toEqual([text, undefined]);
  }
});

test('the last @ counts, and only before a time: a name may have one', () => {
  expect([splitPathAndWhen('notes.md@12', NOW), splitPathAndWhen('me@home.txt', NOW), splitPathAndWhen('me@home.txt@2', NOW), splitPathAndWhen('plain', NOW), splitPathAndWhen('@3', NOW)]).toEqual([
    { path: 'notes.md', when: { seq: 12 } }, { path: 'me@home.txt', when: undefined }, { path: 'me@home.txt', when: { seq: 2 } }, { path: 'plain', when: undefined }, { path: '', when: { seq: 3 } },
  ]);
});

test('the newest commit by then is taken, whatever clocks ten years ahead wrote', async () => {
  const log = async function* (): AsyncGenerator<HistoryEntry> {
    for (const [seq, atMs] of [[4, 400], [3, 10 * 365 * 86_400_000], [2, 200], [1, 100]] as const) yield { seq, atMs, device: 'd', bytes: 0, changes: [], merges: [] };
  };
  expect([await seqAt({ atMs: 1000 }, log()), await seqAt({ atMs: 399 }, log()), await seqAt({ atMs: 100 }, log()), await seqAt({ atMs: 99 }, log()), await seqAt({ seq: 7 }, log())]).toEqual([4, 2, 1, undefined, 7]);
});
