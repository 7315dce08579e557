import { expect, test } from 'vitest';
import { KeyDecoder } from './keys.ts';
import { LineReader } from './line-reader.ts';
import type { LineReaderOptions, ReaderOutcome } from './line-reader.ts';

const HISTORY = ['git status', 'ls -la', 'echo hello', 'ls notes'];

/** Presses what xterm.js would send; answers the line with `|` at the cursor, and the last outcome that was one. */
function press(keys: string[], options: Partial<LineReaderOptions> = {}) {
  const reader = new LineReader({ prompt: '$ ', history: HISTORY, isIncomplete: () => false, ...options });
  const decoder = new KeyDecoder();
  let outcome: ReaderOutcome | undefined;
  for (const data of keys) for (const key of decoder.decode(data)) outcome = reader.press(key) ?? outcome;
  const { prompt, text, cursor } = reader.view();
  return { line: `${text.slice(0, cursor)}|${text.slice(cursor)}`, prompt, outcome };
}

const line = (...keys: string[]) => press(keys).line;
const UP = '\x1b[A';
const DOWN = '\x1b[B';
const LEFT = '\x1b[D';
const HOME = '\x1b[H';

test('keys that move: by character, by word, to both ends', () => {
  expect([
    line('abc', LEFT, LEFT), line('abc', '\x02', '\x06'), line('abc', HOME), line('abc', '\x01', '\x1b[F'), line('abc', '\x01', '\x05'),
    line('one two.three', '\x1bb'), line('one two.three', '\x1bb', '\x1bb'), line('one two', '\x01', '\x1bf'),
    line('one two', '\x1b[1;5D'), line('one two', HOME, '\x1b[1;5C'), line('a日👨‍👩‍👧e\u0301', LEFT), line('a日👨‍👩‍👧e\u0301', LEFT, LEFT, LEFT),
  ]).toEqual([
    'a|bc', 'abc|', '|abc', 'abc|', 'abc|',
    'one two.|three', 'one |two.three', 'one| two',
    'one |two', 'one| two', 'a日👨‍👩‍👧|e\u0301', 'a|日👨‍👩‍👧e\u0301',
  ]);
});

test('keys that remove, bring back, swap and undo', () => {
  expect([
    line('abc', '\x7f'), line('abc', HOME, '\x1b[3~'), line('abc', HOME, '\x04'), line('one two', '\x17'), line('a/b c/d', '\x17'),
    line('a/b c/d', '\x1b\x7f'), line('one two', HOME, '\x1bd'), line('one two', '\x15'), line('one two', HOME, '\x0b'),
    line('one two', '\x17', '\x17', '\x19'), line('one two', '\x17', 'x', '\x17', '\x19', '\x1by'), line('ab', '\x14'),
    line('abc', LEFT, '\x14'), line('one two', '\x17', '\x1f'), line('abc', '\x1f'), line('👨‍👩‍👧', '\x7f'),
  ]).toEqual([
    'ab|', '|bc', '|bc', 'one |', 'a/b |',
    'a/b c/|', '| two', '|', '|',
    'one two|', 'one two|', 'ba|',
    'acb|', 'one two|', '|', '|',
  ]);
});

test('up and down walk the history and keep the line that was not sent', () => {
  expect([
    line('draft', UP), line('draft', UP, UP), line('draft', UP, UP, DOWN, DOWN), line(UP, '!', UP, DOWN), line(UP, UP, UP, UP, UP),
    line('x', DOWN), line('x', '\x10', '\x0e'),
  ]).toEqual(['ls notes|', 'echo hello|', 'draft|', 'ls notes!|', 'git status|', 'x|', 'x|']);
});

test('Ctrl-R finds the newest match first, older ones on repetition, and can be given up', () => {
  expect(press(['\x12', 'l', 's'])).toMatchObject({ line: '|ls notes', prompt: "(reverse-i-search)`ls': " });
  expect(press(['\x12', 'ls', '\x12'])).toMatchObject({ line: '|ls -la' });
  expect(press(['\x12', 'zzz'])).toMatchObject({ prompt: "(failed reverse-i-search)`zzz': " });
  expect(press(['mine', '\x12', 'git', '\x07'])).toMatchObject({ line: 'mine|', prompt: '$ ' });
  expect(press(['mine', '\x12', 'git', '\x1b'])).toMatchObject({ line: '|git status', prompt: '$ ' });
  expect(press(['\x12', 'hello', '\r']).outcome).toEqual({ type: 'line', line: 'echo hello' });
});

test('Tab takes what is certain, and a second Tab lists', () => {
  const complete = (text: string, cursor: number) => {
    const start = text.lastIndexOf(' ', cursor - 1) + 1;
    const all = [['notes.md', 'file'], ['notes.txt', 'file'], ['garden/', 'directory'], ['$HOME', 'variable']] as const;
    return {
      start,
      candidates: all.filter(([name]) => name.startsWith(text.slice(start, cursor)))
        .map(([name, kind]) => ({ text: name, display: name, kind })),
    };
  };
  const tab = (...keys: string[]) => press(keys, { complete });
  expect(tab('ls g', '\t').line).toBe('ls garden/|');
  expect(tab('echo $', '\t').line).toBe('echo $HOME |');
  expect(tab('ls n', '\t').line).toBe('ls notes.|');
  expect(tab('ls n', '\t', '\t').outcome).toEqual({ type: 'bell' });
  expect(tab('ls n', '\t', '\t', '\t').outcome).toMatchObject({ type: 'list', candidates: [{ text: 'notes.md' }, { text: 'notes.txt' }] });
  expect(tab('ls zz', '\t').outcome).toEqual({ type: 'bell' });
  expect(tab('ls notes.m x', LEFT, LEFT, '\t').line).toBe('ls notes.md| x');
});

test('Enter asks for another line while the command is not finished, and all of it can be edited', () => {
  const isIncomplete = (text: string) => text.split('"').length % 2 === 0;
  expect(press(['echo "a', '\r', 'b'], { isIncomplete })).toMatchObject({ line: 'echo "a\nb|', outcome: undefined });
  expect(press(['echo "a', '\r', 'b', UP], { isIncomplete }).line).toBe('e|cho "a\nb');
  expect(press(['echo "a', '\r', 'b', UP, DOWN], { isIncomplete }).line).toBe('echo "a\nb|');
  expect(press(['echo "a', '\r', 'b"', '\r'], { isIncomplete }).outcome).toEqual({ type: 'line', line: 'echo "a\nb"' });
});

test('a paste never sends the line, whatever it holds', () => {
  expect(press(['\x1b[200~ls\r\nrm x\r\n\x1b[201~'])).toMatchObject({ line: 'ls\nrm x|', outcome: undefined });
  expect(press(['\x1b[200~a', '\x03\tb', '\x1b[201~c'])).toMatchObject({ line: 'a\tbc|', outcome: undefined });
});

test('a secret is neither shown nor searched nor kept among killed text', () => {
  const kills: string[] = [];
  const reader = new LineReader({ prompt: 'Password: ', secret: true, kills });
  for (const key of new KeyDecoder().decode('hunter2\x15again\x12')) reader.press(key);
  expect([reader.view(), reader.text, kills]).toEqual([
    { prompt: 'Password: ', continuation: '', text: '', cursor: 0 }, 'again', [],
  ]);
});

test('Ctrl-D ends only an empty line; Ctrl-C ends any', () => {
  expect(press(['\x04']).outcome).toEqual({ type: 'end' });
  expect(press(['a', '\x04']).outcome).toEqual({ type: 'bell' });
  expect(press(['a', '\x03']).outcome).toEqual({ type: 'interrupt' });
});
