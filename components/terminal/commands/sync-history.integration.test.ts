import { expect, test } from 'vitest';
import { createSyncBench, type BenchTerminal } from './testing/sync-bench.ts';
import { syncCommand } from './sync.ts';
import type { AccountTools } from './account-tools.ts';

/** Ann's laptop with three commits: two files, a change and a rename, a removal. */
async function threeCommits(): Promise<BenchTerminal> {
  const laptop = createSyncBench().terminal('laptop');
  laptop.write('notes.md', 'one\n');
  laptop.write('old.txt', 'old\n');
  await laptop.sync();
  await laptop.run('echo two >> notes.md; mkdir docs; mv old.txt docs/new.txt');
  await laptop.sync();
  await laptop.run('rm notes.md');
  await laptop.sync();
  return laptop;
}

test('sync log tells newest first what each commit did, in plain lines that a pipe can take', async () => {
  const laptop = await threeCommits();
  expect(await laptop.run('sync log')).toMatchObject({ exit: 0, err: '', out: [
    '    3  1970-01-01 00:00  laptop  D notes.md',
    '    2  1970-01-01 00:00  laptop  A docs, R old.txt -> docs/new.txt, M notes.md',
    '    1  1970-01-01 00:00  laptop  A notes.md, A old.txt', '',
  ].join('\n') });
  expect((await laptop.run('sync log -n 1 | wc -l')).out.trim()).toBe('1');
  expect((await laptop.run('sync log --all | tail -n 1 | cut -c5')).out).toBe('1\n');
});

test('sync log PATH follows a file through renames, also one that is gone, and a directory with all below it', async () => {
  const laptop = await threeCommits();
  const seqs = async (line: string) => (await laptop.run(line)).out.split('\n').filter((each) => each !== '').map((each) => each.trim().split(' ')[0]);
  expect([await seqs('sync log docs/new.txt'), await seqs('sync log notes.md'), await seqs('sync log docs'), await seqs('cd docs; sync log ../notes.md')])
    .toEqual([['2', '1'], ['3', '2', '1'], ['2', '1'], ['3', '2', '1']]);
  expect(await laptop.run('sync log nothing.md')).toMatchObject({ exit: 1, out: '', err: 'sync: No commit has touched nothing.md.\n' });
});

test('sync show prints a file as it was, byte for byte, and what a commit did line by line', async () => {
  const laptop = await threeCommits();
  expect([(await laptop.run('sync show 1:notes.md')).out, (await laptop.run('sync show 2:notes.md')).out, (await laptop.run('sync show 2:docs/new.txt | wc -c')).out.trim()])
    .toEqual(['one\n', 'one\ntwo\n', '4']);
  const { out } = await laptop.run('sync show 2');
  expect(out.replace(/[\d,]+ bytes/, 'N bytes')).toBe([
    '2  1970-01-01 00:00  laptop  N bytes', '  A docs', '  R old.txt -> docs/new.txt', '  M notes.md',
    'A docs/', 'R old.txt -> docs/new.txt', '--- 1:notes.md', '+++ 2:notes.md', '@@ -1 +1,2 @@', ' one', '+two', '',
  ].join('\n'));
  expect(await laptop.run('sync show 3:notes.md')).toMatchObject({ exit: 1, out: '', err: 'sync: There was no notes.md at 3; `sync log notes.md` tells when there was.\n' });
});

test('sync diff shows what is not pushed yet, and what differs between two commits, coloured on a screen only', async () => {
  const laptop = await threeCommits();
  laptop.write('docs/new.txt', 'new\n');
  expect((await laptop.run('sync diff')).out).toBe('--- account:docs/new.txt\n+++ here:docs/new.txt\n@@ -1 +1 @@\n-old\n+new\n');
  expect((await laptop.run('sync diff 1..2 notes.md')).out).toBe('--- 1:notes.md\n+++ 2:notes.md\n@@ -1 +1,2 @@\n one\n+two\n');
  expect((await laptop.run('sync diff 2..3 notes.md')).out).toBe('--- 2:notes.md\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n');
  expect((await laptop.run('sync diff 1..2 notes.md', { isTerminalOutput: true })).out).toContain('\x1b[32m+two\x1b[0m');
});

test('a commit that there is not, a word that is no number and a path outside home are each told in one sentence', async () => {
  const laptop = await threeCommits();
  for (const [line, words] of [
    ['sync show 9', 'There is no commit 9. The newest is 3; `sync log` lists them.'], ['sync diff 1..7', 'There is no commit 7. The newest is 3; `sync log` lists them.'],
    ['sync show x', '"x" is not the number of a commit; `sync log` lists them'], ['sync log -n many', '"many" is no number of commits; use `sync log -n 50`'],
    ['sync log /tmp/x', '/tmp/x: only files below /home/me are synced'], ['sync restore notes.md@9', 'There is no commit 9. The newest is 3; `sync log` lists them.'],
    ['sync restore --all', 'say as at when, as in: sync restore --all @12, or --all @2026-11-20'], ['sync restore notes.md "@some day"', '"some day" is no time; use a number of a commit, 2026-11-20, 2026-11-20T14:30 or "2 hours ago"'],
    ['sync undo 0', '"0" is not the number of a commit; `sync log` lists them'], ['sync bogus', 'There is no `sync bogus`; `sync help` lists what there is.'],
  ] as const) {
    const { out, err, exit } = await laptop.run(line);
    expect([line, out, err.split('\n')[0], exit]).toEqual([line, '', `sync: ${words}`, 1]);
  }
});

test('sync restore brings back a removed file, the version before, a version by number or time, and the log follows it', async () => {
  const laptop = await threeCommits();
  expect(await laptop.run('sync restore notes.md')).toMatchObject({ exit: 0, err: '', out: [
    'Making notes.md as at 2  1970-01-01 00:00  laptop', '  A notes.md', 'Done: 1 file, in your account as 4; `sync undo` takes it back.', '',
  ].join('\n') });
  expect(laptop.list()).toEqual(['docs/', 'docs/new.txt=old\n', 'notes.md=one\ntwo\n']);
  await laptop.run('sync restore notes.md@1');
  expect(laptop.list()).toContain('notes.md=one\n');
  laptop.nowMs = 3 * 86_400_000;
  await laptop.run('sync restore notes.md @"2 days ago"; echo kept');
  expect((await laptop.run('sync restore --all @1970-01-01 --dry-run')).out).toContain('Nothing to do: everything is as it was at 5.\n');
  expect((await laptop.run('sync log notes.md | cut -c1-5')).out).toBe('    5\n    4\n    3\n    2\n    1\n');
});

test('sync restore --all makes everything as it was: names, contents, what was added since is removed; undo takes it back', async () => {
  const laptop = await threeCommits();
  await laptop.run('ln -s docs/new.txt link; chmod 600 docs/new.txt; echo more > more.txt');
  await laptop.sync();
  const before = laptop.list();
  const dry = await laptop.run('sync restore --all @1 --dry-run');
  expect([dry.out.split('\n').slice(1, -1), laptop.list()]).toEqual([['  D docs', '  D link', '  D more.txt', '  A notes.md', '  R docs/new.txt -> old.txt'], before]);
  await laptop.run('sync restore --all @1');
  expect([laptop.list(), laptop.device.files.stat('/home/me/old.txt')?.mode]).toEqual([['notes.md=one\n', 'old.txt=old\n'], 0o644]);
  await laptop.run('sync undo');
  expect([laptop.list(), laptop.device.files.stat('/home/me/docs/new.txt')?.mode]).toEqual([before, 0o600]);
});

test('sync restore pushes first, and never replaces or removes what could not be pushed', async () => {
  const bench = createSyncBench();
  const laptop = bench.terminal('laptop');
  laptop.write('a', '1');
  await laptop.sync();
  laptop.write('a', '2');
  // Not pushed by hand: the command does it, so that this version can be had again too.
  await laptop.run('sync restore a@1');
  expect([laptop.list(), (await laptop.run('sync show 2:a')).out]).toEqual([['a=1'], '2']);
  // A pause: the server takes nothing, but the log can be read.
  laptop.write('a', 'precious');
  laptop.write('b', 'new here');
  const serve = bench.cloud.serve;
  bench.cloud.serve = async (call) => ((call as { commit?: unknown }).commit === undefined ? serve(call) : { status: 'unavailable', retryAfterSeconds: 1, message: 'busy' });
  const { err, exit } = await laptop.run('sync restore --all @1');
  expect([err, exit, laptop.list()]).toEqual([
    'a is not in your account yet, so it is kept.\nb is not in your account yet, so it is kept.\n', 1, ['a=precious', 'b=new here'],
  ]);
});

test('sync undo takes back the newest commit, and undoing again brings it back', async () => {
  const laptop = await threeCommits();
  expect((await laptop.run('sync undo')).out).toBe('Taking back 3  1970-01-01 00:00  laptop\n  A notes.md\nDone: 1 file, in your account as 4; `sync undo` takes it back.\n');
  expect(laptop.list()).toEqual(['docs/', 'docs/new.txt=old\n', 'notes.md=one\ntwo\n']);
  await laptop.run('sync undo');
  expect(laptop.list()).toEqual(['docs/', 'docs/new.txt=old\n']);
});

test('sync undo N takes back an older commit file by file, and leaves and names what has changed since', async () => {
  const laptop = createSyncBench().terminal('laptop');
  laptop.write('a', 'a1');
  laptop.write('b', 'b1');
  await laptop.sync();
  laptop.write('a', 'a2');
  laptop.write('b', 'b2');
  laptop.write('c', 'c2');
  await laptop.sync();
  laptop.write('b', 'b3');
  await laptop.run('mv a renamed');
  await laptop.sync();
  const { out, err } = await laptop.run('sync undo 2');
  expect([err, out.split('\n').slice(1, -1), laptop.list()]).toEqual([
    'b has changed since, so it is left as it is.\n', ['  D c', '  M renamed', 'Done: 2 files, in your account as 4; `sync undo` takes it back.'], ['b=b3', 'renamed=a1'],
  ]);
  expect(await laptop.run('sync undo 2')).toMatchObject({ exit: 1, out: 'Nothing is left to take back of 2.\n' });
});

test('a commit of another device can be taken back here, and its device gets that', async () => {
  const bench = createSyncBench();
  const [laptop, phone] = [bench.terminal('laptop'), bench.terminal('phone')];
  laptop.write('list', 'milk\n');
  await laptop.sync();
  await phone.sync();
  phone.write('list', '');
  await phone.sync();
  await laptop.run('sync undo');
  await phone.sync();
  expect([laptop.list(), phone.list()]).toEqual([['list=milk\n'], ['list=milk\n']]);
});

test('undo of an automatic merge brings back both versions: the merging device’s under the name, the other as a copy', async () => {
  const bench = createSyncBench();
  const [laptop, phone] = [bench.terminal('laptop'), bench.terminal('phone')];
  const lines = Array.from({ length: 9 }, (_, index) => `line ${index}\n`);
  laptop.write('list', lines.join(''));
  await laptop.sync();
  await phone.sync();
  phone.write('list', ['phone\n', ...lines.slice(1)].join(''));
  await phone.sync();
  laptop.write('list', [...lines.slice(0, 8), 'laptop\n'].join(''));
  await laptop.sync();
  const merged = ['phone\n', ...lines.slice(1, 8), 'laptop\n'].join('');
  expect([laptop.list(), (await laptop.run('sync log -n 1')).out]).toEqual([[`list=${merged}`], '    3  1970-01-01 00:00  laptop  M list (merged)\n']);
  const { exit } = await laptop.run('sync undo');
  const [kept, copy, ...rest] = laptop.list();
  expect([exit, kept, copy?.replace(/\(conflict phone \w{8}\)/, '(conflict phone X)'), rest]).toEqual([
    0, `list=${[...lines.slice(0, 8), 'laptop\n'].join('')}`, `list (conflict phone X)=${['phone\n', ...lines.slice(1)].join('')}`, [],
  ]);
  await laptop.run('sync undo');
  expect(laptop.list()).toEqual([`list=${merged}`]);
});

test('sync conflicts lists each copy with the file that kept the name, and sync diff --conflict shows what differs', async () => {
  const bench = createSyncBench();
  const [laptop, phone] = [bench.terminal('laptop'), bench.terminal('phone')];
  expect((await laptop.run('sync conflicts')).out).toBe('No file waits for you: nothing is in conflict.\n');
  laptop.write('a b.md', 'one\n');
  await laptop.sync();
  await phone.sync();
  laptop.write('a b.md', 'two\n');
  phone.write('a b.md', 'three\n');
  await laptop.sync();
  await phone.sync();
  const copy = phone.list().map((line) => line.split('=')[0] ?? '').find((name) => name.includes('conflict')) ?? '';
  expect((await phone.run('sync conflicts')).out).toBe(`1  ${copy}  beside a b.md  from phone\n`);
  expect((await phone.run('sync conflicts', { isTerminalOutput: true })).out).toContain('`sync diff --conflict 1` shows what differs');
  for (const name of ['1', `~/'${copy}'`]) expect((await phone.run(`sync diff --conflict ${name}`)).out).toBe(`--- a b.md\n+++ ${copy}\n@@ -1 +1 @@\n-two\n+three\n`);
  expect(await phone.run('sync diff --conflict 2')).toMatchObject({ exit: 1, err: 'sync: There is no conflict 2; `sync conflicts` lists one.\n' });
  expect(await phone.run("sync diff --conflict 'a b.md'")).toMatchObject({ exit: 1, err: 'sync: a b.md is not the name of a conflict copy; `sync conflicts` lists them.\n' });
  // What the notice says can be typed as it stands, wherever one is.
  const typed = /`(sync diff [^`]*)`/.exec(phone.device.notices.join('\n'))?.[1] ?? 'false';
  expect((await phone.run(`mkdir deep; cd deep; ${typed}`)).out).toContain('+three\n');
});

test('sync devices names each device with its newest commit', async () => {
  const bench = createSyncBench();
  const [laptop, phone] = [bench.terminal('laptop'), bench.terminal('phone')];
  laptop.write('a', '1');
  await laptop.sync();
  await phone.sync();
  phone.write('b', '2');
  await phone.sync();
  laptop.write('c', '3');
  await laptop.sync();
  expect((await laptop.run('sync devices')).out).toBe(
    'laptop                  3  1970-01-01 00:00  2 commits  (like this one)\nphone                   2  1970-01-01 00:00  1 commit\n',
  );
});

test('sync status marks what waits, without asking the server', async () => {
  const laptop = await threeCommits();
  await laptop.run('echo x > new; echo y >> docs/new.txt; mkdir empty');
  laptop.network.isUp = false;
  const { out, exit } = await laptop.run('sync status');
  expect([exit, out.split('\n').slice(0, 5)]).toEqual([1, [
    '3 files wait to be pushed.', '  M docs/new.txt', '  A empty', '  A new', 'Last exchange: none yet in this browser. Newest commit here: 3.',
  ]]);
});

test('sync status lists what an ignore file keeps here, apart from what waits', async () => {
  const laptop = createSyncBench().terminal('laptop');
  await laptop.run("printf '*.key\\ncache/\\n' > .selkieignore; echo k > my.key; mkdir cache; echo c > cache/x; echo a > a");
  expect((await laptop.run('sync status')).out.split('\n').slice(1, 6)).toEqual(['  A .selkieignore', '  A a', '  I cache', '  I cache/x', '  I my.key']);
  await laptop.sync();
  expect((await laptop.run('sync status')).out.split('\n').slice(0, 4)).toEqual(['Everything is in your account.', '  I cache', '  I cache/x', '  I my.key']);
  expect((await laptop.run('sync log')).out).toBe('    1  1970-01-01 00:00  laptop  A .selkieignore, A a\n');
});

test('offline, signed out and before the first push every question about the past is answered with one sentence', async () => {
  const bench = createSyncBench();
  const laptop = bench.terminal('laptop');
  for (const line of ['sync undo', 'sync restore a', 'sync log a']) expect((await laptop.run(line)).exit).toBe(1);
  expect((await laptop.run('sync log')).out).toBe('Nothing has been pushed yet.\n');
  laptop.write('a', '1');
  await laptop.sync();
  laptop.network.isUp = false;
  for (const line of ['sync log', 'sync show 1', 'sync undo', 'sync restore a@1', 'sync devices']) {
    const { err, out, exit } = await laptop.run(line);
    expect([line, out, err, exit]).toEqual([line, '', 'sync: Selkie cannot be reached, and the history is kept in your account; try again when you are online.\n', 1]);
  }
  laptop.isSignedIn = false;
  for (const line of ['sync log', 'sync show 1', 'sync undo', 'sync restore a@1', 'sync devices']) {
    expect(await laptop.run(line)).toMatchObject({ exit: 1, err: 'sync: You are not signed in, so there is no history; type `login` or `signup`.\n' });
  }
  expect(laptop.list()).toEqual(['a=1']);
});

test('Ctrl-C stops each of them, and nothing is done or printed after it', async () => {
  for (const line of ['sync', 'sync log', 'sync show 1', 'sync diff 1', 'sync undo', 'sync restore a@1', 'sync restore --all @1', 'sync devices', 'sync export --history']) {
    const laptop = createSyncBench().terminal('laptop');
    laptop.write('a', '1');
    await laptop.sync();
    laptop.write('a', '2');
    await laptop.sync();
    const { out, err, exit } = await laptop.run(line, { onCall: ({ interrupt }) => interrupt() });
    // What was on its way comes in, and changes nothing any more.
    await laptop.run('true');
    expect([line, out, err, exit, laptop.list(), laptop.saved.size]).toEqual([line, '', '', 130, ['a=2'], 0]);
  }
});

test('sync rejoin is done only when sync has stopped, and only for the typed word', async () => {
  const bench = createSyncBench();
  const laptop = bench.terminal('laptop');
  laptop.write('a', '1');
  await laptop.sync();
  expect((await laptop.run('sync rejoin', { answers: ['rejoin'] })).out).toBe('There is no need: Everything is in your account.\n');
  bench.cloud.log.commits.clear();
  expect((await laptop.run('sync')).exit).toBe(1);
  for (const answers of [[''], ['yes'], ['REJOIN']]) expect((await laptop.run('sync rejoin', { answers })).out).toContain('Nothing was done.\n');
  expect((await laptop.run('sync rejoin')).err).toBe('sync: This command asks questions; run it at the prompt.\n');
  expect((await laptop.run('sync rejoin', { answers: ['rejoin'] })).out).toContain('Everything is in your account.\n');
  expect([laptop.list(), bench.cloud.log.commits.size]).toEqual([['a=1'], 1]);
});

test('after the store was put back and rejoined, the history is the one that the store has now', async () => {
  const bench = createSyncBench();
  const laptop = bench.terminal('laptop');
  for (const text of ['1', '2', '3']) {
    laptop.write('a', text);
    await laptop.sync();
  }
  expect((await laptop.run('sync log | wc -l')).out.trim()).toBe('3');
  bench.cloud.log.commits.clear();
  await laptop.run('sync');
  await laptop.run('sync rejoin', { answers: ['rejoin'] });
  for (const name of ['b', 'c', 'd', 'e']) {
    laptop.write(name, name);
    await laptop.sync();
  }
  expect((await laptop.run('sync log | cut -d" " -f5-')).out).toBe(['5', '4', '3', '2', '1'].map((seq, index) => `${seq}  1970-01-01 00:00  laptop  A ${'edcba'[index]}\n`).join(''));
});

test('every verb says what it is for, with examples', async () => {
  const laptop = createSyncBench().terminal('laptop');
  const { out } = await laptop.run('sync help');
  const verbs = [...out.matchAll(/^sync (\w+)/gm)].map(([, verb]) => verb ?? '').filter((verb) => verb !== 'help');
  expect(verbs).toEqual(['status', 'log', 'show', 'diff', 'restore', 'undo', 'conflicts', 'resolve', 'pause', 'resume', 'devices', 'rejoin', 'export']);
  for (const verb of verbs) {
    const help = await laptop.run(`sync ${verb} --help`);
    expect([verb, help.exit, help.out.startsWith(`sync ${verb}: `), help.out.includes('\n\n  sync '), help.out.includes(`Usage: sync ${verb}`)]).toEqual([verb, 0, true, true, true]);
    expect((await laptop.run(`sync help ${verb}`)).out).toBe(help.out);
  }
  // What Tab offers is what there is.
  expect(syncCommand({} as AccountTools).verbs).toEqual([...verbs, 'help']);
});
