import { expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { Interrupted } from '../shell/command.ts';
import { headlessTerminal } from './headless-terminal.ts';
import { HistoryIndex } from './history-index.ts';
import type { Key } from './keys.ts';
import { isLateKey } from './late-keys.ts';
import { setUpTty } from './testing/set-up-tty.ts';
import { Tty, terminalInput } from './tty.ts';

const encoder = new TextEncoder();

test('a typed line is shown and handed over, and the next output starts below it', async () => {
  const { head, tty, prompt, type, rest } = setUpTty();
  const line = prompt();
  await type('e', 'cho hi', '\r');
  expect(await line).toEqual({ type: 'line', line: 'echo hi' });
  void tty.print('hi\n');
  await rest();
  expect(head.screen()).toEqual({ rows: ['me$ echo hi', 'hi'], cursor: '0,2' });
});

test('a long line wraps, and editing in its middle keeps every character in its place', async () => {
  const { head, prompt, type } = setUpTty(10, 6);
  void prompt();
  await type('abcdefghijklmnop');
  expect(head.screen()).toEqual({ rows: ['me$ abcdef', 'ghijklmnop'], cursor: '0,2' });
  await type('\x01', 'X');
  expect(head.screen()).toEqual({ rows: ['me$ Xabcde', 'fghijklmno', 'p'], cursor: '5,0' });
  await type('\x05', '\x17');
  expect(head.screen()).toEqual({ rows: ['me$'], cursor: '4,0' });
});

test('wide characters, emoji, flags and combining marks take the cells that the terminal gives them', async () => {
  const { head, prompt, type } = setUpTty(10, 6);
  void prompt();
  await type('日本語x', '👍🏽', '🇩🇪', 'e\u0301', '👨‍👩‍👧');
  expect(head.screen()).toEqual({ rows: ['me$ 日本語', 'x👍🏽🇩🇪e\u0301👨‍👩‍👧'], cursor: '8,1' });
  await type('\x1b[D', '\x1b[D', '\x7f');
  expect(head.screen()).toEqual({ rows: ['me$ 日本語', 'x👍🏽e\u0301👨‍👩‍👧'], cursor: '3,1' });
});

test('the screen can become narrower and wider while a line is typed', async () => {
  const { head, tty, prompt, type, rest } = setUpTty(20, 8);
  void tty.print('output before\n');
  void prompt();
  await type('echo one two three four five', '\x1b[D');
  tty.resize(() => head.resize(11, 8));
  await rest();
  expect(head.screen()).toEqual({
    rows: ['output befo', 're', 'me$ echo on', 'e two three', ' four five'], cursor: '9,4',
  });
  tty.resize(() => head.resize(40, 8));
  await rest();
  expect(head.screen()).toEqual({ rows: ['output before', 'me$ echo one two three four five'], cursor: '31,1' });
});

test('a command of several lines is laid out anew, whatever the width', async () => {
  const { head, tty, prompt, type, rest } = setUpTty(20, 8);
  void prompt({ continuation: '> ', isIncomplete: (text) => !text.includes('done') });
  await type('for i in 1 2 3 4 5 6 7', '\r', 'do echo $i');
  expect(head.screen()).toEqual({ rows: ['me$ for i in 1 2 3 4', ' 5 6 7', '> do echo $i'], cursor: '12,2' });
  tty.resize(() => head.resize(10, 8));
  await rest();
  expect(head.screen()).toEqual({
    rows: ['me$ for i', 'in 1 2 3 4', ' 5 6 7', '> do echo', '$i'], cursor: '2,4',
  });
  tty.resize(() => head.resize(30, 8));
  await rest();
  expect(head.screen()).toEqual({ rows: ['me$ for i in 1 2 3 4 5 6 7', '> do echo $i'], cursor: '12,1' });
});

test('a paste of several lines is shown and waits for Enter', async () => {
  const { head, prompt, type } = setUpTty();
  const line = prompt({ continuation: '> ' });
  let isRead = false;
  void line.then(() => { isRead = true; });
  await type('\x1b[200~rm a\rrm \x1b[31mb\r\x1b[201~');
  expect(head.screen()).toEqual({ rows: ['me$ rm a', '> rm ^[[31mb'], cursor: '12,1' });
  expect(isRead).toBe(false);
  await type('\r');
  expect(await line).toEqual({ type: 'line', line: 'rm a\nrm \x1b[31mb' });
});

test('an end mark inside a paste does not let the rest run', async () => {
  const { prompt, type, head } = setUpTty();
  void prompt({ continuation: '> ' });
  await type('\x1b[200~a\x1b[201~\rrm x\r\x1b[201~');
  expect(head.screen().rows).toEqual(['me$ a^[[201~', '> rm x']);
});

test('keys typed while a command runs go to its standard input, and what is left to the prompt', async () => {
  const { head, tty, prompt, type, rest } = setUpTty();
  await type('first\r', 'ls');
  const input = terminalInput(tty)[Symbol.asyncIterator]();
  expect(await input.next()).toEqual({ done: false, value: encoder.encode('first\n') });
  tty.cancelReads();
  const line = prompt();
  await type('\r');
  expect(await line).toEqual({ type: 'line', line: 'ls' });
  await rest();
  expect(head.screen()).toEqual({ rows: ['first', 'me$ ls'], cursor: '0,2' });
});

test('half a line typed for a command that ends is kept for the prompt', async () => {
  const { head, tty, prompt, type, rest } = setUpTty();
  const input = terminalInput(tty)[Symbol.asyncIterator]();
  const read = input.next();
  await type('half');
  expect(head.screen()).toEqual({ rows: ['half'], cursor: '4,0' });
  tty.cancelReads();
  expect(await read).toEqual({ done: true, value: undefined });
  void prompt();
  await rest();
  expect(head.screen()).toEqual({ rows: ['me$ half'], cursor: '8,0' });
});

test('input begins where the question ended, and Ctrl-D ends it', async () => {
  const { head, tty, type } = setUpTty();
  void tty.print('name: ');
  const input = terminalInput(tty)[Symbol.asyncIterator]();
  const read = input.next();
  await type('Ann', '\x7f', 'a', '\r');
  expect(await read).toEqual({ done: false, value: encoder.encode('Ana\n') });
  const second = input.next();
  await type('\x04');
  expect(await second).toEqual({ done: true, value: undefined });
  expect(head.screen().rows).toEqual(['name: Ana']);
});

test('Ctrl-C reaches the command that runs, forgets the keys typed ahead, and is shown', async () => {
  const { head, tty, interrupts, type, prompt, rest } = setUpTty();
  void tty.print('working');
  await type('junk', '\x03');
  expect(interrupts).toEqual(['interrupt']);
  void prompt();
  await rest();
  expect(head.screen()).toEqual({ rows: ['working^C', 'me$'], cursor: '4,1' });
});

test('Ctrl-C ends a read of standard input as an interrupt', async () => {
  const { tty, interrupts, type } = setUpTty();
  const read = terminalInput(tty)[Symbol.asyncIterator]().next();
  const outcome = read.then(() => 'resolved', (error: unknown) => error);
  await type('x', '\x03');
  expect(await outcome).toBeInstanceOf(Interrupted);
  expect(interrupts).toEqual(['interrupt']);
});

test('Ctrl-C ends a read that was only about to start', async () => {
  const { tty, interrupts } = setUpTty();
  const read = tty.readLine('ask', { prompt: 'Code: ' });
  tty.input('1\x03');
  expect(await read).toEqual({ type: 'interrupt' });
  expect(interrupts).toEqual(['interrupt']);
});

test('Ctrl-C at the prompt gives up the line and tells no command', async () => {
  const { head, prompt, interrupts, type } = setUpTty();
  const line = prompt();
  await type('oops', '\x1b[D', '\x03');
  expect(await line).toEqual({ type: 'interrupt' });
  expect(head.screen()).toEqual({ rows: ['me$ oops^C'], cursor: '0,1' });
  expect(interrupts).toEqual([]);
});

test('Ctrl-C that comes before the prompt, or while the line is hidden for a moment, takes back what waits before it', async () => {
  const { tty, interrupts, prompt, type, rest } = setUpTty();
  const early = prompt();
  tty.input('echo 1\r');
  tty.input('\x03');
  expect(await early).toEqual({ type: 'interrupt' });
  const hidden = prompt();
  await type('a');
  void tty.print('output\n');
  tty.input('b\r');
  tty.input('\x03');
  expect(await hidden).toEqual({ type: 'interrupt' });
  const next = prompt();
  await rest();
  await type('echo 2', '\r');
  expect([await next, interrupts]).toEqual([{ type: 'line', line: 'echo 2' }, []]);
});

test('a secret is not echoed', async () => {
  const { head, tty, type } = setUpTty();
  const read = tty.readLine('ask', { prompt: 'Password: ', secret: true });
  await type('hunter2', '\x7f', '3', '\r');
  expect(await read).toEqual({ type: 'line', line: 'hunter3' });
  expect(head.screen()).toEqual({ rows: ['Password:'], cursor: '0,1' });
});

test('a notice is printed above the line being typed, which stays', async () => {
  const { head, tty, prompt, type, rest } = setUpTty(30);
  const line = prompt();
  await type('echo a', '\x1b[D');
  tty.notice('2 files came\x1b[2J in.');
  await rest();
  expect(head.screen()).toEqual({ rows: ['● 2 files came [2J in.', 'me$ echo a'], cursor: '9,1' });
  await type('b', '\r');
  expect(await line).toEqual({ type: 'line', line: 'echo ba' });
});

test('a notice that comes while a command runs waits for the prompt', async () => {
  const { head, tty, prompt, rest } = setUpTty();
  void tty.print('part');
  tty.notice('Saved.');
  void tty.print('ial');
  void prompt();
  await rest();
  expect(head.screen()).toEqual({ rows: ['partial', '● Saved.', 'me$'], cursor: '4,2' });
});

test('what a command left switched on is off at the prompt', async () => {
  const { head, tty, prompt, type, rest } = setUpTty();
  void tty.print('\x1b[?1049h\x1b[31m\x1b[?25l\x1b[2;3r\x1b[4h\x0e\x1b[?7l');
  void prompt();
  await rest();
  await type('qqq');
  expect(head.screen().rows).toEqual(['me$ qqq']);
  expect(head.terminal.buffer.active.type).toBe('normal');
  expect(head.terminal.modes.bracketedPasteMode).toBe(true);
  expect(head.terminal.modes.wraparoundMode).toBe(true);
  expect(head.terminal.modes.insertMode).toBe(false);
});

const candidates = (...names: string[]) => (text: string) => ({
  start: 3,
  candidates: names.filter((name) => name.startsWith(text.slice(3))).map((name) => ({ text: name, display: name, kind: 'file' as const })),
});

test('the second Tab lists the candidates below the line, and they go with the next key', async () => {
  const { head, prompt, type } = setUpTty(24);
  void prompt({ complete: candidates('notes.md', 'novel.md') });
  await type('ls n', '\t');
  expect(head.screen().rows).toEqual(['me$ ls no']);
  await type('\t');
  expect(head.screen()).toEqual({ rows: ['me$ ls no', 'notes.md  novel.md'], cursor: '9,0' });
  await type('\t', '\t');
  expect(head.screen()).toEqual({ rows: ['me$ ls novel.md', 'notes.md  novel.md'], cursor: '15,0' });
  expect(head.terminal.buffer.active.getLine(1)?.getCell(10)?.isInverse()).not.toBe(0);
  expect(head.terminal.buffer.active.getLine(1)?.getCell(0)?.isInverse()).toBe(0);
  await type('\x1b');
  expect(head.screen()).toEqual({ rows: ['me$ ls no'], cursor: '9,0' });
  await type('t', '\t', '\r');
  expect(head.screen()).toEqual({ rows: ['me$ ls notes.md'], cursor: '0,1' });
});

test('a list that has no room shows the rows around the chosen one, and how many there are besides', async () => {
  const { head, prompt, type } = setUpTty(24, 6);
  void prompt({
    complete: () => ({
      start: 3,
      candidates: Array.from({ length: 20 }, (_, index) => ({ text: `-${'abcdefghijklmnopqrst'[index]}`, display: `-${'abcdefghijklmnopqrst'[index]}`, kind: 'option' as const, about: `does ${index} with a long sentence` })),
    }),
  });
  await type('ls ', '\t', '\t');
  expect(head.screen()).toEqual({
    rows: ['me$ ls -', '-a  does 0 with a long s', '-b  does 1 with a long s', '-c  does 2 with a long s', '-d  does 3 with a long s', '… and 16 more'], cursor: '8,0',
  });
  await type(...Array<string>(10).fill('\t'));
  expect(head.screen()).toEqual({
    rows: ['me$ ls -j', '-h  does 7 with a long s', '-i  does 8 with a long s', '-j  does 9 with a long s', '-k  does 10 with a long', '… and 16 more'], cursor: '9,0',
  });
});

test('a suggestion stands in grey behind the line, wraps with it, and is gone when the line is sent', async () => {
  const { head, prompt, type } = setUpTty(12, 6);
  const line = prompt({ suggest: (text) => (text.startsWith('ec') ? 'echo hello wide 日本' : undefined) });
  await type('e', 'c', 'h');
  expect(head.screen()).toEqual({ rows: ['me$ echo hel', 'lo wide 日本'], cursor: '7,0' });
  const grey = (row: number, column: number) => head.terminal.buffer.active.getLine(row)?.getCell(column)?.getFgColor();
  expect([grey(0, 6), grey(0, 7), grey(1, 0)]).toEqual([-1, 8, 8]);
  await type('\r');
  expect(await line).toEqual({ type: 'line', line: 'ech' });
  expect(head.screen()).toEqual({ rows: ['me$ ech'], cursor: '0,1' });
});

test('a letter that was suggested is written alone: a screen reader hears that letter', async () => {
  const head = headlessTerminal(40, 6);
  const written: string[] = [];
  const tty = new Tty({ ...head.port, write(data, done) { written.push(String(data)); head.port.write(data, done); } }, () => undefined);
  void tty.readLine('prompt', { prompt: '$ ', suggest: (text) => ('git status'.startsWith(text) ? 'git status' : undefined) });
  await head.settled();
  for (const key of ['g', 'i']) {
    tty.input(key);
    await head.settled();
  }
  expect(written.slice(-1)).toEqual(['i']);
  tty.input('x');
  await head.settled();
  expect(written.slice(-1)).toEqual(['\x1b[Jx']);
});

test('what is suggested, coloured or listed is in no question of a command', async () => {
  const { head, tty, type } = setUpTty();
  void tty.readLine('ask', { prompt: 'Name: ' });
  await type('git', '\t');
  expect(head.screen()).toEqual({ rows: ['Name: git'], cursor: '13,0' });
});

test('Ctrl-R lists what it found with the letters marked, and the chosen line is the line', async () => {
  const { head, prompt, type } = setUpTty(60, 8);
  const line = prompt({
    search: (query) => new HistoryIndex([
      { line: 'git status', at: 1, directory: '/home/me/a', durationMs: 1, status: 0 },
      { line: 'make test\nmake lint', at: 2, directory: undefined, durationMs: 1, status: 0 },
      { line: 'cat gist.md', at: 3, directory: '/home/me', durationMs: 1, status: 0 },
    ]).find(query),
    when: (at) => `10:0${at}`,
  });
  await type('draft', '\x12');
  expect(head.screen()).toEqual({
    rows: [
      "(reverse-i-search)`': draft",
      '  cat gist.md                                10:03  /home/me',
      '  make test↵make lint                                  10:02',
      '  git status                               10:01  /home/me/a',
    ],
    cursor: '27,0',
  });
  await type('g', 's');
  expect(head.screen().rows.map((row) => row.replace(/ {2,}/g, '  '))).toEqual([
    "(reverse-i-search)`gs': git status", '> git status  10:01  /home/me/a', '  cat gist.md  10:03  /home/me',
  ]);
  const cell = (column: number) => head.terminal.buffer.active.getLine(1)?.getCell(column);
  expect([2, 3, 6].map((column) => cell(column)?.isUnderline() !== 0)).toEqual([true, false, true]);
  await type('\x12', '\r');
  expect(await line).toEqual({ type: 'line', line: 'cat gist.md' });
  expect(head.screen()).toEqual({ rows: ['me$ cat gist.md'], cursor: '0,1' });
});

test('Ctrl-x Ctrl-e takes the line to the editor and back, keys wait meanwhile, and nothing runs', async () => {
  const { head, prompt, type, rest } = setUpTty(30);
  let leave: (text: string) => void = () => undefined;
  const opened: string[] = [];
  const line = prompt({
    isIncomplete: () => false,
    editLine(text) {
      opened.push(text);
      return new Promise((resolve) => { leave = resolve; });
    },
  });
  await type('echo a', '\x18', '\x05', '!');
  expect([opened, head.screen().rows]).toEqual([['echo a'], []]);
  leave('echo b\necho c');
  await rest();
  await new Promise((resolve) => setImmediate(resolve));
  await rest();
  expect(head.screen()).toEqual({ rows: ['me$ echo b', 'echo c!'], cursor: '7,1' });
  await type('\r');
  expect(await line).toEqual({ type: 'line', line: 'echo b\necho c!' });
});

test('whatever a paste or a prompt holds, it does nothing to the terminal', async () => {
  const { head, prompt, type } = setUpTty(40, 6);
  void prompt({ prompt: '\x1b]0;title\x07\x1b[31mred\x1b[0m\x1b[5A\x9b2J$ ' });
  await type('\x1b[200~a\x07\x1b]52;c;eA==\x07\x9b2J\u202e\x1b[201~');
  expect(head.screen()).toEqual({ rows: ['red2J$ a^G^[]52;c;eA==^G<9b>2J\u202e'], cursor: '30,0' });
});

test('Ctrl-L keeps the line and clears the rest', async () => {
  const { head, tty, prompt, type } = setUpTty();
  void tty.print('old\n');
  void prompt();
  await type('ls', '\x0c');
  expect(head.screen()).toEqual({ rows: ['me$ ls'], cursor: '6,0' });
});

test('a line longer than the screen shows the part around the cursor', async () => {
  const { head, prompt, type } = setUpTty(10, 3);
  const line = prompt();
  const text = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  // As much as the screen holds, and then key by key.
  await type(text.slice(0, 26), ...text.slice(26));
  expect(head.screen()).toEqual({ rows: ['qrstuvwxyz', '0123456789', 'ABCDEFG'], cursor: '7,2' });
  await type('\x01');
  expect(head.screen()).toEqual({ rows: ['me$ abcdef', 'ghijklmnop', 'qrstuvwxyz'], cursor: '4,0' });
  await type('\x05', '\r');
  expect(await line).toEqual({ type: 'line', line: text });
});

test('a line of exactly the width leaves no gap below it', async () => {
  const { head, tty, prompt, type, rest } = setUpTty(10, 5);
  void prompt();
  await type('abcdef', '\r');
  void tty.print('out\n');
  await rest();
  expect(head.screen()).toEqual({ rows: ['me$ abcdef', 'out'], cursor: '0,2' });
});

test('two reads at once are answered one after the other', async () => {
  const { tty, type } = setUpTty();
  const one = tty.readLine('ask', { prompt: '1? ' });
  const two = tty.readLine('ask', { prompt: '2? ' });
  await type('a\rb\r');
  expect([await one, await two]).toEqual([{ type: 'line', line: 'a' }, { type: 'line', line: 'b' }]);
});

test('a disposed tty leaves nobody waiting', async () => {
  const { tty, prompt } = setUpTty();
  const reads = [prompt(), prompt()];
  tty.dispose();
  expect(await Promise.all([...reads, prompt()])).toEqual(Array(3).fill({ type: 'cancelled' }));
});

test('a key that needs what is still fetched waits for it with those behind it, and Ctrl-C does not', async () => {
  const { head, type, prompt } = setUpTty();
  let arrive = () => {};
  const fetched = new Promise<void>((resolve) => { arrive = resolve; });
  let lines: string[] = [];
  const late = { history: () => lines, fetch: (key: Key) => (lines.length === 0 && isLateKey(key) ? fetched : undefined) };
  const given = prompt(late);
  await type('ab\x1b[A!');
  expect(head.screen()).toEqual({ rows: ['me$ ab'], cursor: '6,0' });
  await type('\x03');
  expect(await given).toEqual({ type: 'interrupt' });
  const line = prompt(late);
  await type('\x1b[A; pwd\r');
  expect(head.screen()).toEqual({ rows: ['me$ ab^C', 'me$'], cursor: '4,1' });
  lines = ['ls'];
  arrive();
  expect(await line).toEqual({ type: 'line', line: 'ls; pwd' });
});

test('a key whose needs cannot be fetched does what it does without them', async () => {
  const { type, prompt } = setUpTty();
  const line = prompt({ history: () => [], fetch: (key) => (isLateKey(key) ? Promise.reject(new Error('offline')) : undefined) });
  await type('a\x1b[Ab\x1b[Ac\r');
  expect(await line).toEqual({ type: 'line', line: 'abc' });
});

test('Ctrl-C forgets the output that the terminal does not have yet, and the next prompt stands below what it had', async () => {
  const { head, tty, interrupts, prompt, type, rest } = setUpTty(4_096, 6);
  const line = prompt();
  await type('cat long', '\r');
  await line;
  const pieces = Array.from({ length: 40 }, (_, index) => `${`${index}.`.padEnd(16_383, 'x')}\n`);
  for (const piece of pieces) void tty.print(encoder.encode(piece));
  tty.input('\x03');
  void prompt();
  await rest();
  const had = limits.terminalHandedOverBytes / 16_384;
  expect(head.text().split('\n').slice(-3)).toEqual([pieces[had - 1]?.trimEnd(), '^C', 'me$']);
  expect(interrupts).toEqual(['interrupt']);
});
