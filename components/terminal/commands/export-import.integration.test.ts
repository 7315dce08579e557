import { expect, test } from 'vitest';
import * as limits from '@/lib/core/limits.ts';
import { parseCommit } from '@/lib/core/sync/commit.ts';
import type { ImportItem } from '@/lib/core/zip/import-files.ts';
import { readZip } from '@/lib/core/zip/read-zip.ts';
import { openZip, type ZipItem } from '@/lib/core/zip/write-zip.ts';
import { createSyncBench, type BenchTerminal } from './testing/sync-bench.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const item = (path: string, content: Uint8Array | string): ImportItem => {
  const raw = typeof content === 'string' ? bytes(content) : content;
  return { path, kind: 'file', mode: undefined, mtimeMs: undefined, size: raw.length, read: async () => raw };
};
const zipItem = (items: readonly (Pick<ZipItem, 'name' | 'kind'> & { content?: string; mode?: number })[]): ImportItem => {
  const chunks: Uint8Array[] = [];
  const zip = openZip((chunk) => chunks.push(chunk));
  for (const { name, kind, content = '', mode = 0o644 } of items) zip.add({ name, kind, mode, mtimeMs: 0, content: bytes(content) });
  zip.end();
  return item('some.zip', Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
};

async function filledHome(): Promise<BenchTerminal> {
  const laptop = createSyncBench().terminal('laptop');
  await laptop.run("mkdir -p docs/empty; echo notes > docs/notes.md; chmod 600 docs/notes.md; ln -s docs/notes.md link; printf '' > nothing; chmod 700 docs");
  return laptop;
}

test('export saves one zip with everything in home, and importing it elsewhere makes the same home again', async () => {
  const laptop = await filledHome();
  laptop.nowMs = Date.UTC(2026, 10, 21);
  expect(await laptop.run('sync export')).toMatchObject({ exit: 0, out: '', err: expect.stringMatching(/^selkie-2026-11-21\.zip \([\d.]+ KB\) is saved by your browser/) });
  const phone = createSyncBench().terminal('phone');
  phone.chosen = [item('selkie-2026-11-21.zip', laptop.saved.get('selkie-2026-11-21.zip') ?? new Uint8Array(0))];
  expect((await phone.run('import', { isTerminalOutput: true })).out).toBe('3 files imported.\n');
  const modes = (each: BenchTerminal) => ['docs', 'docs/notes.md', 'nothing'].map((name) => each.device.files.stat(`/home/me/${name}`)?.mode);
  expect([phone.list(), modes(phone)]).toEqual([laptop.list(), [0o700, 0o600, 0o644]]);
  expect((await phone.run('import', { isTerminalOutput: true })).out).toBe('3 files here already.\n');
});

test('what is imported has the time that the zip, or the disk it came from, tells', async () => {
  const laptop = await filledHome();
  const atMs = Date.UTC(2025, 0, 2, 3, 4, 6);
  laptop.chosen = [{ ...item('photo.jpg', 'P'), mtimeMs: atMs }, item('untold', 'U')];
  await laptop.run('import', { isTerminalOutput: true });
  expect((await laptop.run('stat -c "%n %Y" photo.jpg untold')).out).toBe(`photo.jpg ${atMs / 1000}\nuntold 0\n`);
  await laptop.run('sync export');
  const phone = createSyncBench().terminal('phone');
  phone.nowMs = Date.UTC(2026, 10, 21);
  phone.chosen = [item('all.zip', laptop.saved.get('selkie-1970-01-01.zip') ?? new Uint8Array(0))];
  await phone.run('import', { isTerminalOutput: true });
  // A zip knows no time before 1980.
  const oldest = Date.UTC(1980, 0, 2) / 1000;
  expect((await phone.run('stat -c "%n %Y" photo.jpg docs docs/notes.md link')).out).toBe(`photo.jpg ${atMs / 1000}\ndocs ${oldest}\ndocs/notes.md ${oldest}\nlink ${oldest}\n`);
});

test('export has everything, whatever the modes forbid, and a person without an account is told what it lacks', async () => {
  const laptop = await filledHome();
  await laptop.run('echo hidden > docs/closed; chmod 000 docs/closed docs');
  const names = async () => {
    const { err, stdout } = await laptop.run('sync export - | cat');
    return [err, readZip(stdout).entries.map(({ path }) => path)];
  };
  expect(await names()).toEqual(['', ['docs', 'docs/closed', 'docs/empty', 'docs/notes.md', 'link', 'nothing']]);
  laptop.isSignedIn = false;
  expect(await names()).toEqual(['docs cannot be read and is left out.\n', ['docs', 'link', 'nothing']]);
});

test('export to a file or a pipe, as bash never meant it; `export NAME=value` stays as in bash', async () => {
  const laptop = await filledHome();
  const { stdout } = await laptop.run('sync export - | cat');
  expect(readZip(stdout).entries.map(({ path }) => path)).toEqual(['docs', 'docs/empty', 'docs/notes.md', 'link', 'nothing']);
  await laptop.run('sync export home.zip');
  const names = readZip(laptop.device.files.read('/home/me/home.zip')).entries.map(({ path }) => path);
  expect(names).toEqual(['docs', 'docs/empty', 'docs/notes.md', 'link', 'nothing']);
  expect((await laptop.run('sync export home.zip; import home.zip --to docs --dry-run')).out).not.toContain('home.zip/');
  expect(await laptop.run('sync export no/such/place.zip')).toMatchObject({ exit: 1, err: expect.stringContaining('there is no directory /home/me/no/such; make it first with mkdir -p') });
  expect(await laptop.run('sync export -', { isTerminalOutput: true })).toMatchObject({ out: expect.not.stringContaining('PK') });
  const short = await laptop.run('export A=1.zip; export B=2; sh -c \'echo $A $B\'; export - | cat > /tmp/all.zip; export other.zip; ls *.zip');
  expect(short.out).toBe('1.zip 2\nhome.zip\nother.zip\n');
  expect((await laptop.run('export | grep HOME')).out).toBe('declare -x HOME="/home/me"\n');
});

test('export --history carries every object of the log as it is, and an import leaves them out and says so', async () => {
  const bench = createSyncBench();
  const laptop = bench.terminal('laptop');
  laptop.write('a', '1');
  laptop.write('b', 'B');
  await laptop.sync();
  laptop.write('a', '2');
  await laptop.sync();
  await laptop.run('sync export --history');
  const zip = laptop.saved.get('selkie-1970-01-01.zip') ?? new Uint8Array(0);
  const { entries, historyObjects } = readZip(zip);
  expect([entries.map(({ path }) => path), historyObjects]).toEqual([['a', 'b'], 1 + bench.cloud.log.commits.size]);
  const text = new TextDecoder('latin1').decode(zip);
  for (const name of ['README.txt', 'log/1', 'log/2']) expect(text).toContain(`.selkie-history/${name}`);
  expect([...bench.cloud.log.commits.values()].every((object) => parseCommit(object).ok)).toBe(true);
  const phone = createSyncBench().terminal('phone');
  phone.chosen = [item('x.zip', zip)];
  const { out, err } = await phone.run('import', { isTerminalOutput: true });
  expect([out.endsWith('2 files imported.\n'), (out + err).includes('The history in that zip is left out'), phone.list()]).toEqual([true, true, ['a=2', 'b=B']]);
});

test('export --history offline or signed out says so and saves nothing', async () => {
  const laptop = await filledHome();
  laptop.network.isUp = false;
  expect(await laptop.run('sync export --history')).toMatchObject({ exit: 1, err: expect.stringContaining('Selkie cannot be reached') });
  laptop.isSignedIn = false;
  expect(await laptop.run('sync export --history')).toMatchObject({ exit: 1, err: expect.stringContaining('You are not signed in') });
  expect(laptop.saved.size).toBe(0);
});

test('import never replaces a file by itself: equal ones are left, others get a conflict name, for ever the same one', async () => {
  const laptop = createSyncBench().terminal('laptop');
  laptop.write('same', 'S');
  laptop.write('mine.md', 'mine');
  laptop.chosen = [item('same', 'S'), item('mine.md', 'theirs'), item('new', 'N')];
  for (let time = 0; time < 2; time++) await laptop.run('import', { answers: ['', ''] });
  expect(laptop.list().map((line) => line.replace(/\(conflict import \w{8}\)/, '(conflict import X)'))).toEqual(['mine (conflict import X).md=theirs', 'mine.md=mine', 'new=N', 'same=S']);
  expect((await laptop.run('sync conflicts')).out).toContain('beside mine.md  from import');
});

test('import asks once when names clash, and overwrites or skips only for that answer', async () => {
  const answer = async (...answers: string[]) => {
    const laptop = createSyncBench().terminal('laptop');
    laptop.write('a', 'mine');
    laptop.write('b', 'mine');
    laptop.chosen = [item('a', 'A'), item('b', 'B')];
    const { exit } = await laptop.run('import', answers.length === 0 ? { isTerminalOutput: true } : { answers });
    return [exit, laptop.list().map((line) => line.replace(/ \(conflict import \w{8}\)/, ' copy'))];
  };
  expect([await answer('o'), await answer('skip'), await answer('what?', 'k'), await answer()]).toEqual([
    [0, ['a=A', 'b=B']], [0, ['a=mine', 'b=mine']], [0, ['a=mine', 'a copy=A', 'b=mine', 'b copy=B']], [130, ['a=mine', 'b=mine']],
  ]);
});

test('import --dry-run writes nothing and says the same', async () => {
  const laptop = createSyncBench().terminal('laptop');
  laptop.write('a', 'mine');
  laptop.chosen = [item('a', 'other'), item('dir/b', 'B')];
  const { out, err } = await laptop.run('import --dry-run', { isTerminalOutput: true });
  expect([(out + err).includes('A dir/b\n'), (out + err).includes('a is here with other content; the imported one is a (conflict import'), out.endsWith('2 files would be imported.\n'), laptop.list()])
    .toEqual([true, true, true, ['a=mine']]);
});

test('zip slip through links: nothing is written through a link, one from the zip or one that is here', async () => {
  const laptop = createSyncBench().terminal('laptop');
  await laptop.run('mkdir inbox secrets; echo key > secrets/key; ln -s ../secrets inbox/out; ln -s ../secrets/key inbox/key');
  laptop.chosen = [zipItem([
    { name: 'evil', kind: 'link', content: '/home/me/secrets', mode: 0o777 }, { name: 'evil/key', kind: 'file', content: 'stolen' }, { name: 'evil/sub/new', kind: 'file', content: 'planted' },
    { name: 'out/key', kind: 'file', content: 'stolen' }, { name: 'key', kind: 'file', content: 'stolen' },
  ])];
  const { exit, err } = await laptop.run('import --to inbox', { answers: ['o'] });
  expect([exit, err.match(/its way leads through a link/g)?.length]).toEqual([1, 3]);
  expect(laptop.list().map((line) => line.replace(/ \(conflict import \w{8}\)/, ' copy'))).toEqual([
    'inbox/', 'inbox/evil@/home/me/secrets', 'inbox/key@../secrets/key', 'inbox/key copy=stolen', 'inbox/out@../secrets', 'secrets/', 'secrets/key=key\n',
  ]);
});

test('what is too large, cannot be read or has an impossible name is told file by file, and the rest is imported', async () => {
  const laptop = createSyncBench().terminal('laptop');
  laptop.write('file', 'F');
  laptop.chosen = [
    { ...item('huge', ''), size: limits.fileMaxBytes + 1 }, { ...item('gone', ''), read: () => Promise.reject(new Error('was removed meanwhile')) },
    item('../outside', 'x'), item('file/below', 'x'), item(`${'long'.repeat(200)}`, 'x'), item('good', 'G'),
  ];
  const { out, err, exit } = await laptop.run('import', { isTerminalOutput: true });
  expect([exit, laptop.list(), out.endsWith('1 file imported, 5 files left out.\n')]).toEqual([1, ['file=F', 'good=G'], true]);
  for (const words of ['huge has 2.0 MB, and a file in home at most 2 MB', 'gone: was removed meanwhile', 'Invalid argument', 'below: Not a directory', 'File name too long']) expect(out + err).toContain(words);
});

test('import without a choice, a drop or a zip does nothing and says so', async () => {
  const laptop = createSyncBench().terminal('laptop');
  expect(await laptop.run('import')).toMatchObject({ exit: 1, err: 'import: There is nobody to choose files; name a zip, as in: import home.zip\n' });
  expect(await laptop.run('import', { isTerminalOutput: true })).toMatchObject({ exit: 1, out: 'Nothing was chosen, so nothing was imported.\n' });
  expect(await laptop.run('import --dropped')).toMatchObject({ exit: 1, err: expect.stringContaining('Nothing was dropped') });
  laptop.write('not.zip', 'this is text');
  expect(await laptop.run('import not.zip')).toMatchObject({ exit: 1, err: 'import: That is no zip file, or it is damaged.\n' });
  expect(await laptop.run('import no.zip')).toMatchObject({ exit: 1, err: 'import: no.zip: No such file or directory\n' });
  expect(laptop.list()).toEqual(['not.zip=this is text']);
});

test('what was dropped is imported into the working directory', async () => {
  const laptop = createSyncBench().terminal('laptop');
  laptop.dropped = [{ path: 'photos', kind: 'directory', mode: undefined, mtimeMs: undefined, size: 0, read: () => new Uint8Array(0) }, item('photos/a.txt', 'A')];
  await laptop.run('mkdir here; cd here; import --dropped');
  expect(laptop.list()).toEqual(['here/', 'here/photos/', 'here/photos/a.txt=A']);
});

test('the zip of a sign-out holds what was typed and not saved too, beside its file and in the place of none', async () => {
  const laptop = createSyncBench().terminal('laptop');
  laptop.write('notes.md', 'saved');
  laptop.write('notes (unsaved).md', 'a file of that name');
  laptop.drafts = ['newest', 'older'].map((text, index) => ({ name: `${index}.t`, path: '/home/me/notes.md', atMs: 1e12, from: '', text }));
  laptop.drafts.push({ name: '2.t', path: '/tmp/x', atMs: 1e12, from: '', text: 'elsewhere' });
  const { err } = await laptop.run('logout', { answers: ['zip', ''] });
  expect(err).toContain('zip, keep, discard or Enter: zip');
  const { entries } = readZip(laptop.saved.get('selkie-1970-01-01.zip') ?? new Uint8Array(0));
  expect(entries.map(({ path, read }) => `${path}=${new TextDecoder().decode(read())}`)).toEqual([
    'notes (unsaved).md=a file of that name', 'notes.md=saved', 'notes (unsaved 2).md=newest', 'notes (unsaved 3).md=older', 'tmp/x (unsaved)=elsewhere',
  ]);
});

test('download saves a file as it is, a directory as a zip, and several as one', async () => {
  const laptop = await filledHome();
  await laptop.run('download docs/notes.md; download docs; download docs link nothing docs/notes.md');
  expect([...laptop.saved].map(([name, content]) => [name, name.endsWith('.zip') ? readZip(content).entries.map(({ path }) => path) : new TextDecoder().decode(content)])).toEqual([
    ['notes.md', 'notes\n'], ['docs.zip', ['docs', 'docs/empty', 'docs/notes.md']],
    ['selkie-1970-01-01.zip', ['docs', 'docs/empty', 'docs/notes.md', 'link', 'nothing', 'notes.md']],
  ]);
  expect(await laptop.run('download no')).toMatchObject({ exit: 1, err: 'download: no: No such file or directory\n' });
  expect((await laptop.run('download')).exit).toBe(1);
});
