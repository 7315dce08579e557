import { expect, test } from 'vitest';
import * as limits from '@/lib/core/limits.ts';
import { createSyncBench, type BenchTerminal } from './testing/sync-bench.ts';

/** A history of 700 commits, read by a device that came late: one file is as old as all of it, the other is changed all the time. */
async function longHistory(): Promise<{ phone: BenchTerminal; calls: () => number }> {
  const bench = createSyncBench();
  const laptop = bench.terminal('laptop');
  laptop.write('old.md', 'old');
  for (let commit = 1; commit <= COMMITS; commit += 1) {
    laptop.write('busy.md', `${commit}`);
    await laptop.sync();
    if (laptop.device.page.owesSnapshot === true) await laptop.device.keepSnapshot();
  }
  const phone = bench.terminal('phone');
  await phone.sync();
  return { phone, calls: bench.cloud.calls };
}

const COMMITS = 700;
const seqsOf = (printed: string): number[] => printed.split('\n').filter((line) => line !== '').map((line) => Number(line.trim().split(' ')[0]));
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, index) => from - index);

test('a long sync log prints as it reads, newest first, and tells how far it is once it takes longer than a second', async () => {
  for (const line of ['sync log --all', 'sync log busy.md --all']) {
    const { phone } = await longHistory();
    const printedAtCalls: number[] = [];
    const { out, err } = await phone.run(line, { isTerminalOutput: true, onCall({ printed }) {
      printedAtCalls.push(seqsOf(printed).length);
      phone.nowMs += 600;
    } });
    expect(seqsOf(out)).toEqual(down(COMMITS, 1));
    // Before the next part is asked for, the last one is on the screen.
    expect(printedAtCalls.filter((lines) => lines > 0).length).toBeGreaterThan(2);
    expect([...printedAtCalls].sort((a, b) => a - b)).toEqual(printedAtCalls);
    expect(err).toMatch(/^\r\x1b\[KReading the history: [\d,]+ of [\d,]+/);
    expect(err.endsWith('\r\x1b[K')).toBe(true);
  }
});

test('a long sync log of a path that was touched long ago tells how far it is, and Ctrl-C ends it with what was printed and no further request', async () => {
  const { phone } = await longHistory();
  const { out, err } = await phone.run('sync log old.md', { isTerminalOutput: true, onCall: () => { phone.nowMs += 600; } });
  expect([seqsOf(out), err.includes('Reading the history: ')]).toEqual([[1], true]);

  const { phone: other, calls } = await longHistory();
  let atEnd = 0;
  const { out: begun, exit } = await other.run('sync log --all', { isTerminalOutput: true, onCall({ printed, interrupt }) {
    if (printed === '') return;
    atEnd = calls();
    interrupt();
  } });
  const seqs = seqsOf(begun);
  expect([exit, seqs.length > 0, seqs.length < COMMITS, seqs]).toEqual([130, true, true, down(COMMITS, COMMITS - seqs.length + 1)]);
  // The one that was on its way.
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls() - atEnd).toBe(1);
});

test('a restore that takes several commits says how all of it is taken back', async () => {
  const laptop = createSyncBench().terminal('laptop');
  for (let file = 0; file < limits.commitMaxOperations + 5; file += 1) laptop.write(`f${file}`, '');
  await laptop.sync();
  await laptop.run('rm f*');
  await laptop.sync();
  const { out } = await laptop.run('sync restore --all @2');
  expect(out.split('\n').at(-2)).toBe('Done: 2005 files, in your account as 5 to 6; `sync restore --all @4` takes it back.');
  const dry = (await laptop.run('sync restore --all @4 --dry-run', { isTerminalOutput: true })).out.split('\n');
  expect([dry.length, dry.at(-2)]).toEqual([53, '  and 1,955 more']);
  await laptop.run('sync restore --all @4');
  expect(laptop.list()).toEqual([]);
});
