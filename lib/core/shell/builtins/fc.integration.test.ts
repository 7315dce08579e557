import { expect, test } from 'vitest';
import { createMemoryFiles } from '../../fs/memory-files.ts';
import { HOME } from '../../fs/places.ts';
import type { HistoryPort, HistoryRecord, TerminalIo } from '../command.ts';
import { coreCommands } from '../core-commands.ts';
import { createShell } from '../shell.ts';

/** Runs `line` after three others; `edit` is what the person makes of a text in the editor. */
async function run(line: string, edit?: (text: string) => string, before = ['echo one', 'echo two; echo 2', 'ls nofile']) {
  const record = (text: string, status?: number): HistoryRecord => ({ line: text, at: 0, directory: HOME, durationMs: status, status });
  const records = [...before.map((text) => record(text, 0)), record(line)];
  const history: HistoryPort = { entries: () => records.map((each) => each.line), records: () => records, remove: () => undefined, clear: () => undefined };
  const files = createMemoryFiles({ now: () => 0 });
  const shell = createShell({
    files, env: { HOME, PATH: '/bin' }, cwd: HOME, now: () => 0, monotonic: () => 0, random: () => 0, yieldNow: () => Promise.resolve(), commands: coreCommands, history,
  });
  let out = '';
  let errors = '';
  const sink = (add: (text: string) => void) => ({ write: async (bytes: Uint8Array) => add(new TextDecoder().decode(bytes)) });
  const terminal = { columns: () => 80, rows: () => 24, edit: async (path: string) => files.write(path, new TextEncoder().encode(edit?.(new TextDecoder().decode(files.read(path))))) } as unknown as TerminalIo;
  const status = await shell.run(line, {
    stdin: (async function* () {})(), stdout: sink((text) => { out += text; }), stderr: sink((text) => { errors += text; }), signal: new AbortController().signal, ...(edit && { terminal }),
  });
  return { out, errors, status, left: files.list('/tmp').map(({ name }) => name) };
}
const done = (out: string, errors = '', status = 0) => ({ out, errors, status, left: [] });

test('fc -l lists what was entered before it: all, from one line to another, by a beginning, backwards, without numbers', async () => {
  expect(await run('fc -l')).toEqual(done('1\t echo one\n2\t echo two; echo 2\n3\t ls nofile\n'));
  expect((await run('fc -l -2')).out).toBe('2\t echo two; echo 2\n3\t ls nofile\n');
  expect((await run('fc -l 1 2')).out).toBe('1\t echo one\n2\t echo two; echo 2\n');
  expect((await run('fc -lr echo')).out).toBe('3\t ls nofile\n2\t echo two; echo 2\n');
  expect((await run('fc -ln 2 1')).out).toBe('\t echo two; echo 2\n\t echo one\n');
  expect((await run('fc -l', undefined, Array.from({ length: 40 }, (_, index) => `line ${index}`))).out.split('\n').length).toBe(17);
});

test('fc -s runs a line again, shown first, with one text in the place of another', async () => {
  expect(await run('fc -s 1')).toEqual(done('one\n', 'echo one\n'));
  expect(await run('fc -s')).toEqual(done('', "ls nofile\nls: cannot access 'nofile': No such file or directory\n", 2));
  expect(await run('fc -s echo=printf two=x echo')).toEqual(done('x2', 'printf x; printf 2\n'));
  expect(await run('fc -e - -3')).toEqual(done('one\n', 'echo one\n'));
});

test('fc runs what the editor is left with, and leaves no file behind', async () => {
  expect(await run('fc 1 2', (text) => text.toUpperCase().replaceAll('ECHO', 'echo'))).toEqual(done('ONE\nTWO\n2\n', 'echo ONE\necho TWO; echo 2\n'));
  expect(await run('fc')).toEqual(done('', "fc: there is no screen to edit on; `fc -s` runs a line again\n", 1));
});

test('what was never entered is told, and nothing runs', async () => {
  expect(await run('fc -s nosuch')).toEqual(done('', 'fc: no command found\n', 1));
  expect(await run('fc -s', undefined, [])).toEqual(done('', 'fc: history specification out of range\n', 1));
  expect(await run('fc -l', undefined, [])).toEqual(done(''));
});
