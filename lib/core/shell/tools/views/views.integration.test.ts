import { expect, test } from 'vitest';
import { runOnScreen } from '../../../views/testing/run-on-screen.ts';
import { runInMemory } from '../../testing/run-in-memory.ts';

const encoder = new TextEncoder();

test('an endless pipe into less shows its first page, and the whole pipeline ends with q', async () => {
  const bench = await runOnScreen('yes | less; echo "status $? ${PIPESTATUS[*]}"', { columns: 40, rows: 4 });
  await expect.poll(() => bench.rows()).toEqual(['y', 'y', 'y', ' standard input 1               q leave']);
  await bench.press('q');
  expect(await bench.status).toBe(0);
  expect(bench.rows()).toEqual(['status 0 141 0']);
});

test('less takes its options, its environment and a first command', async () => {
  const bench = await runOnScreen('seq 1 30 > n; LESS=-N less +/25 n', { columns: 30, rows: 4 });
  expect(bench.rows().slice(0, 3)).toEqual(['     25 25', '     26 26', '     27 27']);
  await bench.press('q');
  expect(await bench.status).toBe(0);
});

test('what fits on the screen is only printed by less -F and more; the rest is paged from its beginning', async () => {
  const short = await runOnScreen('seq 1 3 | less -F; seq 1 3 | more', { columns: 30, rows: 8 });
  expect(await short.status).toBe(0);
  expect(short.rows()).toEqual(['1', '2', '3', '1', '2', '3']);
  const long = await runOnScreen('seq 1 9 | more', { columns: 30, rows: 4 });
  expect(long.rows().slice(0, 3)).toEqual(['1', '2', '3']);
  await long.press(' ', ' ', ' ');
  expect(await long.status).toBe(0);
});

test('without a screen less hands on what it gets, and says what it cannot read', async () => {
  const { text, errors, status } = await runInMemory('echo a > f; mkdir d; less f | cat; echo b | less | cat; less f d nothing > out; cat out');
  expect({ text, errors, status }).toEqual({ text: 'a\nb\na\n', errors: 'less: d: Is a directory\nless: nothing: No such file or directory\n', status: 0 });
});

test('in plain text a view prints its content', async () => {
  const bench = await runOnScreen('seq 1 4 | less; printf "# T\\n" > a.md; md a.md', { columns: 30, rows: 10, env: { SELKIE_PLAIN: '1' } });
  expect(await bench.status).toBe(0);
  expect(bench.rows()).toEqual(['1', '2', '3', '4', 'T', '━']);
});

test('open shows each file as what is in it, whatever its name says', async () => {
  const shown: string[] = [];
  const visited: string[] = [];
  const svg = '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>';
  const bench = await runOnScreen('cd; printf "\\x89PNG\\r\\n\\x1a\\n\\0" > a.txt; printf "%%PDF-1.7\\n\\0" > b; printf "\\0\\1" > c.png; open a.txt b s.svg t.txt https://x.y; echo "$?"; open c.png nothing; echo "$?"', {
    columns: 130,
    content: { '/home/me/s.svg': svg, '/home/me/t.txt': 'text' },
    terminal: { show: async ({ name, type }) => { shown.push(`${name} ${type}`); }, visit: (address) => { visited.push(address); return undefined; } },
  });
  expect(await bench.status).toBe(0);
  expect(shown).toEqual(['a.txt image/png', 'b application/pdf', 's.svg image/svg+xml']);
  expect({ edited: bench.edited, visited }).toEqual({ edited: ['/home/me/t.txt'], visited: ['https://x.y'] });
  expect(bench.rows()).toEqual(['0', 'open: c.png: no text, picture or PDF; `file` says what it is, and `download` saves it for another program', 'open: nothing: No such file or directory', '1']);
});

test('clip writes to the clipboard and reads from it, and says what the browser answers', async () => {
  let held = '';
  const clipboard = { copy: async (text: string) => { held = text; return undefined; }, paste: async () => ({ text: held }) };
  const bench = await runOnScreen('echo "one two" | clip; clip -o; printf "x\\n" | clip -n; clip -o | wc -c', { terminal: clipboard });
  expect(await bench.status).toBe(0);
  expect(bench.rows()).toEqual(['one two', '1']);
  const refused = await runOnScreen('echo x | clip; echo "$?"', { terminal: { ...clipboard, copy: async () => 'The browser did not allow it.' } });
  expect(await refused.status).toBe(0);
  expect(refused.rows()).toEqual(['clip: The browser did not allow it.', '1']);
});

test('a file that is followed grows on the screen', async () => {
  const bench = await runOnScreen('cd; less +F log', { columns: 40, rows: 4, content: { '/home/me/log': 'one\n' } });
  bench.files.append('/home/me/log', encoder.encode('two\n'));
  await bench.rest();
  expect(bench.rows()).toEqual(['one', 'two', '~', ' log: waiting for more; any key stops']);
  await bench.press('x', 'q');
  expect(await bench.status).toBe(0);
});
