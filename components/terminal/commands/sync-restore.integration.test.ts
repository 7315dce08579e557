import { expect, test } from 'vitest';
import { coreCommands } from '@/lib/core/shell/core-commands.ts';
import { FsError } from '@/lib/core/fs/files.ts';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { createShell } from '@/lib/core/shell/shell.ts';
import type { AccountTools } from './account-tools.ts';
import { syncCommand } from './sync.ts';
import { createSyncBench, type BenchTerminal } from './testing/sync-bench.ts';

/** Pushed after each line. */
async function live(...lines: string[]): Promise<BenchTerminal> {
  const laptop = createSyncBench().terminal('laptop');
  for (const line of lines) {
    await laptop.run(line);
    await laptop.sync();
  }
  return laptop;
}

test('a directory is as it was: what was removed is back, what came since is gone, what was renamed in it has its name again', async () => {
  const laptop = await live('mkdir d; echo 1 > d/keep; echo 2 > d/gone; echo 3 > d/name; echo x > outside', 'rm d/gone; mv d/name d/other; echo new > d/new; echo y > outside');
  expect((await laptop.run('sync restore d@1')).out.split('\n').slice(1, 4)).toEqual(['  A d/gone', '  R d/other -> d/name', '  D d/new']);
  expect(laptop.list()).toEqual(['d/', 'd/gone=2\n', 'd/keep=1\n', 'd/name=3\n', 'outside=y\n']);
});

test('a file that was moved away stays where it is now, and what it was comes back beside it', async () => {
  const laptop = await live('echo 1 > notes', 'mv notes ideas; echo 2 > ideas');
  await laptop.run('sync restore notes@1');
  expect(laptop.list()).toEqual(['ideas=2\n', 'notes=1\n']);
  await laptop.run('sync undo');
  expect(laptop.list()).toEqual(['ideas=2\n']);
});

test('another file that has the name now gets the old content, and its own can be had again', async () => {
  const laptop = await live('echo 1 > notes', 'rm notes', 'echo 2 > notes');
  await laptop.run('sync restore notes@1');
  expect([laptop.list(), (await laptop.run('sync show 3:notes')).out, (await laptop.run('sync log notes | wc -l')).out.trim()]).toEqual([['notes=1\n'], '2\n', '4']);
});

test('modes and links come back; a link is never written through', async () => {
  const laptop = await live('echo target > t; ln -s t l; echo s > s; chmod 700 s', 'rm l; echo file > l; chmod 644 s', 'rm l; ln -s s l');
  await laptop.run('sync restore l@2');
  expect(laptop.list()).toEqual(['l=file\n', 's=s\n', 't=target\n']);
  await laptop.run('sync restore l@1; sync restore s@1');
  expect([laptop.list(), laptop.device.files.stat('/home/me/s')?.mode]).toEqual([['l@t', 's=s\n', 't=target\n'], 0o700]);
});

test('what a path cannot be restored below, and what was never there, is told, and nothing is done', async () => {
  const laptop = await live('mkdir d; echo 1 > d/a', 'rm -r d; echo file > d');
  expect(await laptop.run('sync restore d/a@1')).toMatchObject({ exit: 1, err: 'sync: d is a file now, so nothing can be put below it; rename it first.\n' });
  expect(await laptop.run('sync restore e@1')).toMatchObject({ exit: 1, err: 'sync: There was no e at 1; `sync log e` tells when there was.\n' });
  expect(await laptop.run('sync restore e')).toMatchObject({ exit: 1, err: 'sync: There is no older version of e; `sync log e` tells what there is.\n' });
  expect(await laptop.run('sync restore d@1960-01-01')).toMatchObject({ exit: 1, err: 'sync: Nothing had been pushed by then; `sync log --all` shows the oldest commit last.\n' });
  expect(laptop.list()).toEqual(['d=file\n']);
});

test('a file that an ignore file keeps here is never taken by a restore, and gives way when its name is needed', async () => {
  const laptop = await live('echo 1 > secret; echo 1 > other', 'rm secret', 'echo secret > .selkieignore; echo mine > secret; echo 2 > other');
  const { err } = await laptop.run('sync restore --all @1');
  expect(err).toContain('secret is not in your account yet, so it is kept.\n');
  expect(laptop.list().map((line) => line.replace(/\(conflict laptop \w{8}\)/, '(conflict laptop X)'))).toEqual(['other=1\n', 'secret=1\n', 'secret (conflict laptop X)=mine\n']);
});

test('a browser that is full says so, and everything that was there is still there or in the log', async () => {
  const laptop = await live('echo 1 > a; echo 1 > b', 'rm a b');
  const { replica } = laptop.device.files;
  const put = replica.put.bind(replica);
  let room = 1;
  replica.put = (...args) => {
    if (room-- > 0) return put(...args);
    throw new FsError('ENOSPC', '/home/me/b');
  };
  const { err, exit } = await laptop.run('sync restore --all @1');
  expect([exit, err, laptop.list()]).toEqual([1, 'sync: This browser is full, so not all of it could be restored: No space left on device; remove some files and run it again.\n', ['a=1\n']]);
});

test('Tab offers the verbs of sync, and files after them', () => {
  const files = createMemoryFiles({ now: () => 0 });
  files.write('/home/me/reads', new Uint8Array(0));
  const shell = createShell({
    files, cwd: '/home/me', env: { HOME: '/home/me' }, now: () => 0, monotonic: () => 0, random: () => 0, yieldNow: () => Promise.resolve(),
    commands: [...coreCommands, syncCommand({} as AccountTools)],
  });
  const offered = (line: string): string[] => shell.complete(line, line.length).candidates.map(({ text }) => text);
  expect([offered('sync re'), offered('sync restore re'), offered('sync | sync und'), offered('cat re')]).toEqual([['rejoin', 'resolve', 'restore', 'resume'], ['reads'], ['undo'], ['reads']]);
});
