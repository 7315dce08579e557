import { expect, test } from 'vitest';
import { CONTESTED, EDIT_OF_A, EDIT_OF_B, judgeEdits, noteText } from './sync-peer.ts';
import { formatSync, percentile } from './sync-table.ts';

const base = noteText(1);
const [a, b] = [EDIT_OF_A + base, base + EDIT_OF_B];
const merged = EDIT_OF_A + base + EDIT_OF_B;

test('both edits survive only when each device shows both', () => {
  expect(judgeEdits([[merged], [merged]])).toBe('both, merged');
  expect(judgeEdits([[merged], [a, b]])).toBe('both, as two files');
  expect(judgeEdits([[b, a], [a, b]])).toBe('both, as two files');
  expect(judgeEdits([[a], [b]])).toBe('each has only one');
  expect(judgeEdits([[b], [b]])).toBe('one is lost');
  expect(judgeEdits([[base], [base]])).toBe('one is lost');
});

test('the contested note is one of the notes, and the edits are at its two ends', () => {
  expect(CONTESTED).toBe('note-1.md');
  expect([base.split('\n').length, base.startsWith('37\n38\n'), base.endsWith('235\n236\n')]).toEqual([201, true, true]);
});

test('a percentile is a value that was measured, and at least that share does not exceed it', () => {
  const values = Array.from({ length: 20 }, (_, index) => 20 - index);
  expect([percentile(values, 0.5), percentile(values, 0.95), percentile(values, 1), percentile([7], 0.95)]).toEqual([10, 19, 20, 7]);
});

test('the table shows ours first, the range of unequal counts, no ratio for what takes no time, and why something is missing', () => {
  const run = (requests: number, bytes: number, seconds: number) => ({ requests, bytes, seconds });
  expect(formatSync([
    { situation: 'one edit', name: 'Selkie', runs: [run(1, 800, 0.1), run(1, 800, 0.2)], notes: ['1 call of the server', '2 calls of the server'] },
    { situation: 'one edit', name: 'slow', runs: [run(2, 1_000, 1), run(3, 21_500, 2)], notes: [] },
    { situation: 'one edit', name: 'local', runs: [run(0, 0, 0.001), run(0, 0, 0.001)], notes: [] },
    { situation: 'one edit', name: 'absent', runs: [], notes: ['left out: not installed'] },
  ], [0, 40]).split('\n').map((line) => line.split('|').map((cell) => cell.trim()).join('|'))).toEqual([
    '|what|with|requests|KB|at 0 ms|at 40 ms|ratio at 40 ms|note|',
    expect.stringMatching(/^(\|-+){8}\|$/),
    '|one edit|Selkie|1|0.80|0.10 s|0.20 s|–|1 call of the server / 2 calls of the server|',
    '|one edit|slow|2–3|1.00–21.5|1.00 s|2.00 s|0.10 ×||',
    '|one edit|local|0|0.00|0.00 s|0.00 s|–||',
    '|one edit|absent|–|–|–|–|–|left out: not installed|',
    '',
  ]);
});
