import { expect, test } from 'vitest';
import { createMemoryFiles } from '../../../fs/memory-files.ts';
import type { Files } from '../../../fs/files.ts';
import { createShell } from '../../shell.ts';
import { coreCommands } from '../../core-commands.ts';
import { concatBytes, decodeText } from '../../text.ts';

/** Saturday, 21 November 2026, five past nine in the morning where the person is. */
const NOW = new Date(2026, 10, 21, 9, 5).getTime();

function desk(files: Files = createMemoryFiles({ now: () => NOW }), answer = '') {
  const edited: string[] = [];
  const shell = createShell({
    files, env: { HOME: '/home/me', PATH: '/bin' }, cwd: '/home/me', now: () => NOW, monotonic: () => 0, random: () => 0,
    yieldNow: async () => undefined, delay: async () => undefined, commands: coreCommands,
  });
  return {
    files, edited,
    read: (path: string) => (files.stat(path) === undefined ? undefined : decodeText(files.read(path))),
    /** What it printed and, if it failed, its status. */
    async run(line: string): Promise<string> {
      const out: Uint8Array[] = [];
      const sink = { write: async (bytes: Uint8Array) => { out.push(bytes.slice()); } };
      const status = await shell.run(line, {
        stdin: { async *[Symbol.asyncIterator]() {} }, stdout: sink, stderr: sink, signal: new AbortController().signal,
        terminal: { columns: () => 80, rows: () => 24, ask: async () => answer, edit: async (path) => { edited.push(path); }, clear: () => undefined },
      });
      // eslint-disable-next-line no-control-regex
      return decodeText(concatBytes(out)).replace(/\x1b\[[\d;]*m/g, '') + (status === 0 ? '' : `status ${status}\n`);
    },
  };
}

test('notes are added, listed, found, opened and deleted', async () => {
  const { run, read, edited, files } = desk(undefined, 'y');
  expect(await run('note')).toBe('There are no notes yet; `note NAME` begins one.\n');
  expect(await run('note add call the plumber; printf "two\\nlines\\n" | note add')).toBe('Added to ~/notes/inbox.md.\nAdded to ~/notes/inbox.md.\n');
  expect(read('/home/me/notes/inbox.md')).toBe('- call the plumber\n- two\n  lines\n');
  await run('note work/ideas; printf "# Big ideas\\n" > notes/work/ideas.md');
  expect(edited).toEqual(['/home/me/notes/work/ideas.md']);
  expect(await run('note')).toBe('inbox       2026-11-21  call the plumber\nwork/ideas  2026-11-21  Big ideas\n');
  expect(await run('note find PLUMBER call')).toBe('inbox:1: - call the plumber\n');
  expect(await run('note find nothing')).toBe('status 1\n');
  expect(await run('note rm inbox')).toBe('');
  expect(files.stat('/home/me/notes/inbox.md')).toBeUndefined();
  expect(await run('note rm inbox')).toContain('there is no note inbox');
  expect(await run('note ../todo')).toContain('is no name for a note');
});

test('adding to a note whose last line has no end begins a line of its own', async () => {
  const { run, read } = desk();
  expect(await run('mkdir notes; printf "mine" > notes/inbox.md; note add x')).toBe('Added to ~/notes/inbox.md.\n');
  expect(read('/home/me/notes/inbox.md')).toBe('mine\n- x\n');
});

test('tasks are added, sorted by their day, narrowed, done, opened again and removed', async () => {
  const { run, read } = desk();
  expect(await run('todo')).toBe('There are no tasks yet; `todo add TEXT` adds one.\n');
  expect(await run('todo add buy milk +home; todo add call Ann due:tomorrow @phone; todo add pay due:mon; todo add later due:+2w')).toBe(
    'Task 1: buy milk +home\nTask 2: call Ann due:2026-11-22 @phone\nTask 3: pay due:2026-11-23\nTask 4: later due:2026-12-05\n',
  );
  expect(await run('todo')).toBe('2 [ ] call Ann due:2026-11-22 @phone\n3 [ ] pay due:2026-11-23\n4 [ ] later due:2026-12-05\n1 [ ] buy milk +home\n');
  expect(await run('todo +home')).toBe('1 [ ] buy milk +home\n');
  expect(await run('todo done 1 3; todo undo 3; todo rm 4; todo all')).toBe(
    'Done: buy milk +home\nDone: pay due:2026-11-23\nOpen again: pay due:2026-11-23\nRemoved: later due:2026-12-05\n'
    + '2 [ ] call Ann due:2026-11-22 @phone\n3 [ ] pay due:2026-11-23\n1 [x] buy milk +home\n',
  );
  expect(read('/home/me/todo.md')).toBe('# To do\n\n- [x] buy milk +home\n- [ ] call Ann due:2026-11-22 @phone\n- [ ] pay due:2026-11-23\n');
  expect(await run('todo done 9')).toBe('todo: there is no task 9; `todo all` lists them\nstatus 1\n');
  expect(await run('todo add x due:2026-02-30')).toContain('due:2026-02-30 is no day');
  expect(await run('todo add x due:tom')).toContain('due:tom is no day');
});

test('what a person wrote around the tasks stays byte for byte', async () => {
  const { run, read, files } = desk();
  const own = '---\ntitle: x\n---\r\n# Mine  \n\n* [ ] star task\r\n\ttext\n1. [ ] numbered\n```\n- [ ] in code\n```\n  - [X] inner\nend';
  files.write('/home/me/todo.md', new TextEncoder().encode(own));
  expect(await run('todo done 1; todo undo 2')).toBe('Done: star task\nOpen again: inner\n');
  expect(read('/home/me/todo.md')).toBe(own.replace('* [ ] star', '* [x] star').replace('- [X] inner', '- [ ] inner'));
});

test('a journal has a page a day, lines with their time, and can be searched', async () => {
  const { run, read, edited } = desk();
  expect(await run('journal list')).toBe('The journal is empty yet; `journal TEXT` writes its first line.\n');
  expect(await run('journal slept well; journal -- list of things')).toBe('Written at 09:05 on 2026-11-21.\nWritten at 09:05 on 2026-11-21.\n');
  expect(read('/home/me/journal/2026/2026-11-21.md')).toBe('# 2026-11-21\n\n- 09:05 slept well\n- 09:05 list of things\n');
  await run('journal; journal yesterday; journal 2025-01-31');
  expect(edited).toEqual(['2026/2026-11-21', '2026/2026-11-20', '2025/2025-01-31'].map((page) => `/home/me/journal/${page}.md`));
  expect(await run('journal list')).toBe('2025-01-31  0 lines\n2026-11-20  0 lines\n2026-11-21  2 lines  09:05 slept well\n');
  expect(await run('journal find slept')).toBe('2026-11-21:3: - 09:05 slept well\n');
  expect(await run('journal show')).toBe('# 2026-11-21\n\n- 09:05 slept well\n- 09:05 list of things\n');
  expect(await run('journal 2026-13-01')).toContain('there is no day 2026-13-01');
});
