import { expect, test } from 'vitest';
import type { HistoryPort, HistoryRecord } from '../command.ts';
import { createMemoryFiles } from '../../fs/memory-files.ts';
import { HOME } from '../../fs/places.ts';
import { coreCommands } from '../core-commands.ts';
import { createShell } from '../shell.ts';

/** Runs a line over four entries; answers what it wrote, its status and what is left. */
async function run(line: string) {
  const day = Date.UTC(2026, 10, 21, 14, 5, 3);
  let records: HistoryRecord[] = [
    { line: 'ls', at: day, directory: '/home/me', durationMs: 3, status: 0 }, { line: 'make\ntest', at: day + 1000, directory: '/home/me/src', durationMs: 1_234, status: 2 },
    { line: 'sleep 300', at: day + 2000, directory: '/tmp', durationMs: 300_000, status: 0 }, { line: line.trim(), at: day + 400_000, directory: undefined, durationMs: undefined, status: undefined },
  ];
  const history: HistoryPort = {
    entries: () => records.map((record) => record.line), records: () => records,
    remove: (gone) => { records = records.filter((record) => !gone.includes(record)); },
    clear: () => { records = []; },
  };
  const shell = createShell({
    files: createMemoryFiles({ now: () => 0 }), env: { HOME, PATH: '/bin', TZ: 'UTC' }, cwd: HOME, now: () => 0, monotonic: () => 0, random: () => 0,
    yieldNow: () => Promise.resolve(), commands: coreCommands, history,
  });
  let text = '';
  const sink = { write: async (bytes: Uint8Array) => { text += new TextDecoder().decode(bytes); } };
  const status = await shell.run(line, { stdin: (async function* () {})(), stdout: sink, stderr: sink, signal: new AbortController().signal });
  return { text, status, left: records.map((record) => record.line) };
}

test('history lists lines with their numbers, as many as asked for, with times where wanted', async () => {
  expect((await run('history')).text).toBe('    1  ls\n    2  make\ntest\n    3  sleep 300\n    4  history\n');
  expect((await run('history 1')).text).toBe('    4  history 1\n');
  expect((await run('history -t')).text).toBe([
    '    1  2026-11-21 14:05:03     3 ms    0  /home/me  ls', '    2  2026-11-21 14:05:04    1.2 s    2  /home/me/src  make\ntest', '    3  2026-11-21 14:05:05    5 min    0  /tmp  sleep 300',
    `    4  2026-11-21 14:11:43${' '.repeat(18)}history -t`, '',
  ].join('\n'));
  expect((await run("export HISTTIMEFORMAT='%T '; history 1")).text).toBe("    4  14:11:43 export HISTTIMEFORMAT='%T '; history 1\n");
});

test('history forgets one line, several, or all, and says when there is no such line', async () => {
  expect((await run('history -d 2')).left).toEqual(['ls', 'sleep 300', 'history -d 2']);
  expect((await run('history -d -1')).left).toEqual(['ls', 'make\ntest', 'sleep 300']);
  expect((await run('history -d 1-3')).left).toEqual(['history -d 1-3']);
  expect((await run('history -d 2--2')).left).toEqual(['ls', 'history -d 2--2']);
  expect((await run('history -c')).left).toEqual([]);
  for (const range of ['9', '0', '-9', '3-2', 'x', '1-99']) {
    const { text, status, left } = await run(`history -d ${range}`);
    expect([text.split('\n')[0], status, left.length]).toEqual([`history: ${range}: history position out of range`, 1, 4]);
  }
  expect((await run('history two')).text.split('\n')[0]).toBe('history: two: numeric argument required');
});
