import { expect, test } from 'vitest';
import { runOnScreen } from '../testing/run-on-screen.ts';

const CONTENT = { '/home/me/b.txt': 'bee\n', '/home/me/a.txt': 'ay\n', '/home/me/docs/read.md': '# Read me\n', '/home/me/.hidden': 'h', '/home/me/a10.txt': '', '/home/me/a2.txt': '' };
const open = (options: { columns?: number; rows?: number } = {}) => runOnScreen('cd; fm', { columns: 30, rows: 10, content: CONTENT, ...options });
const names = (files: { list(path: string): { name: string }[] }, path = '/home/me') => files.list(path).map(({ name }) => name);

test('it shows the directory: directories first, numbers by their value, hidden files when asked for', async () => {
  const bench = await open();
  expect(bench.rows()).toEqual([' ~', ' ../', ' docs/', ' a.txt                      3', ' a2.txt                     0', ' a10.txt                    0', ' b.txt                      4', '', '', ' ? keys  q leave']);
  await bench.press('.');
  expect(bench.rows()[3]).toBe(' .hidden                    1');
  await bench.press('q');
  expect(await bench.status).toBe(0);
});

test('in a wide terminal there are two panes, and a copy goes to the other one', async () => {
  const bench = await open({ columns: 80 });
  expect(bench.rows()[1]).toBe(`${' ../'.padEnd(40)}│ ../`);
  await bench.press('\t', 'j', '\r', '\t', 'G');
  expect(bench.rows()[0]).toBe(`${' ~'.padEnd(40)}│ ~/docs`);
  await bench.press('c');
  expect(bench.rows()[9]).toBe('Copy b.txt to: /home/me/docs');
  await bench.press('\r');
  expect(bench.rows()[9]).toBe(' 1 file copied to /home/me/docs. u takes it back.');
  expect({ copy: bench.read('/home/me/docs/b.txt'), source: bench.read('/home/me/b.txt') }).toEqual({ copy: 'bee\n', source: 'bee\n' });
  await bench.press('u');
  expect(names(bench.files, '/home/me/docs')).toEqual(['read.md']);
});

test('selected files are moved together, and moved back', async () => {
  const bench = await open();
  await bench.press('j', 'j', ' ', ' ', 'm', '\x15docs\r');
  expect(names(bench.files, '/home/me/docs')).toEqual(['a.txt', 'a2.txt', 'read.md']);
  await bench.press('u');
  expect([names(bench.files, '/home/me/docs'), bench.read('/home/me/a.txt')]).toEqual([['read.md'], 'ay\n']);
});

test('a deletion is asked for, takes the whole directory, and can be taken back', async () => {
  const bench = await open();
  await bench.press('j', 'd');
  expect(bench.rows().slice(8)).toEqual([' Delete docs and all in it? y', ' yes, any other key no']);
  await bench.press('n');
  expect(names(bench.files)).toContain('docs');
  await bench.press('d', 'y');
  expect(names(bench.files)).not.toContain('docs');
  await bench.press('u');
  expect(bench.read('/home/me/docs/read.md')).toBe('# Read me\n');
});

test('where a name is taken it asks, and keeps both or overwrites as one says', async () => {
  const bench = await runOnScreen('cd; fm', { columns: 60, rows: 8, content: { '/home/me/x.txt': 'new', '/home/me/to/x.txt': 'old' } });
  await bench.press('G', 'c', '\x15to\r');
  expect(bench.rows()[7]).toBe(' x.txt there already: b keep both, o overwrite, s skip');
  await bench.press('b');
  expect([bench.read('/home/me/to/x.txt'), bench.read('/home/me/to/x (copy).txt')]).toEqual(['old', 'new']);
  await bench.press('c', '\x15to\r', 'o');
  expect(bench.read('/home/me/to/x.txt')).toBe('new');
  await bench.press('u');
  expect(bench.read('/home/me/to/x.txt')).toBe('old');
});

test('a directory cannot go into itself, and a missing place is no place', async () => {
  const bench = await open({ columns: 60 });
  await bench.press('j', 'm', '\x15docs\r');
  expect(bench.rows()[9]).toBe(' docs cannot go into itself.');
  await bench.press('m', '\x15nowhere\r');
  expect(bench.rows()[9]).toBe(' There is no directory /home/me/nowhere; N makes one.');
  expect(names(bench.files)).toContain('docs');
});

test('new files and directories, new names; what was written since is not taken back', async () => {
  const bench = await open({ columns: 60 });
  await bench.press('n', 'new.txt\r', 'N', 'inner\r', 'G', 'r', '\x15c.txt\r');
  expect(names(bench.files)).toEqual(['.hidden', 'a.txt', 'a10.txt', 'a2.txt', 'b.txt', 'c.txt', 'docs', 'inner']);
  await bench.press('r', '\x15a.txt\r');
  expect(bench.rows()[9]).toBe(' a.txt is there already.');
  await bench.press('u', 'u');
  bench.files.write('/home/me/new.txt', new Uint8Array([104]));
  await bench.press('u');
  expect(bench.rows()[9]).toBe(' new.txt was changed since, so it stays.');
  expect(bench.read('/home/me/new.txt')).toBe('h');
});

test('typing after / narrows the list, Escape shows all again', async () => {
  const bench = await open();
  await bench.press('/', 'a1');
  expect(bench.rows().slice(0, 3)).toEqual([' ~                        /a1', ' a10.txt                    0', '']);
  await bench.press('\x1b');
  expect(bench.rows()[6]).toBe(' b.txt                      4');
});

test('what another tab does is shown, and a directory that vanished is left', async () => {
  const bench = await open();
  await bench.press('j', '\r');
  expect(bench.rows()[0]).toBe(' ~/docs');
  bench.files.remove('/home/me/docs/read.md');
  bench.files.remove('/home/me/docs');
  await bench.rest();
  expect(bench.rows()[0]).toBe(' ~');
});

test('files open as what they are: text in the pager, Markdown in its reader, and the list comes back', async () => {
  const bench = await open();
  await bench.press('G', '\r');
  expect(bench.rows()[0]).toBe('bee');
  await bench.press('q', 'g', 'j', '\r', 'j', '\r');
  expect(bench.rows().slice(0, 2)).toEqual(['Read me', '━━━━━━━']);
  await bench.press('q');
  expect(bench.rows()[0]).toBe(' ~/docs');
  await bench.press('e');
  expect(bench.edited).toEqual(['/home/me/docs/read.md']);
});

test('in plain text it is a numbered list that asks by line', async () => {
  const answers = ['2', '9', '2', 'q'];
  const questions: string[] = [];
  const bench = await runOnScreen('cd; fm', {
    columns: 78, rows: 20, content: { '/home/me/docs/read.md': '# Read me\n' }, env: { SELKIE_PLAIN: '1' },
    terminal: { ask: async (question) => { questions.push(question); return answers.shift() ?? 'q'; } },
  });
  expect(await bench.status).toBe(0);
  expect(bench.rows()).toEqual([
    '/home/me, 2 entries', '1 .., directory', '2 docs, directory',
    '/home/me/docs, 2 entries', '1 .., directory', '2 read.md, 10 bytes',
    'Type a number of the list, or one of the letters with a number.', '# Read me',
  ]);
  expect(questions[0]).toBe('Number to open, r N rename, d N delete, c N copy, u undo, l list, q leave: ');
});
