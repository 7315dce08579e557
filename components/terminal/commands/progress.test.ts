import { expect, test } from 'vitest';
import type { CommandContext } from '@/lib/core/shell/command.ts';
import { endProgress, openProgress } from './progress.ts';

function setUp({ isTerminalOutput = true, columns = 80 } = {}) {
  const state = { nowMs: 0, text: '' };
  const control = new AbortController();
  const context = {
    now: () => state.nowMs, signal: control.signal, isTerminalOutput, terminal: { columns: () => columns },
    stderr: { write: async (bytes: Uint8Array) => { state.text += new TextDecoder().decode(bytes); } },
  } as unknown as CommandContext;
  return { state, control, context, progress: openProgress(context) };
}

test('nothing is shown for a second, then the line is written over five times a second at most, and goes at the end', async () => {
  const { state, progress } = setUp();
  for (state.nowMs = 0; state.nowMs <= 1500; state.nowMs += 50) progress.show('Packing:', state.nowMs, 2000);
  await progress.end();
  expect(state.text).toBe(`${['1,000', '1,200', '1,400'].map((done) => `\r\x1b[KPacking: ${done} of 2,000`).join('')}\r\x1b[K`);
});

test('what takes less than a second leaves no trace', async () => {
  const { state, progress } = setUp();
  for (state.nowMs = 0; state.nowMs < 1000; state.nowMs += 50) progress.show('Packing:', 1, 2);
  await progress.end();
  expect(state.text).toBe('');
});

test('nothing is shown in a pipe or after Ctrl-C, and a narrow screen gets no second line', async () => {
  const piped = setUp({ isTerminalOutput: false });
  const stopped = setUp();
  stopped.control.abort();
  const narrow = setUp({ columns: 20 });
  for (const { state, progress } of [piped, stopped, narrow]) {
    state.nowMs = 2000;
    progress.show('A long row of words:', 1, 2);
  }
  expect([piped.state.text, stopped.state.text, narrow.state.text]).toEqual(['', '', `\r\x1b[K${'A long row of words:'.slice(0, 19)}`]);
});

test('output never runs into the line: it goes before a command prints, and comes again', async () => {
  const { state, context, progress } = setUp();
  state.nowMs = 2000;
  progress.show('Reading:', 1, 2);
  await endProgress(context);
  await endProgress(context);
  progress.show('Reading:', 2, 2);
  expect(state.text).toBe('\r\x1b[KReading: 1 of 2\r\x1b[K\r\x1b[KReading: 2 of 2');
});
