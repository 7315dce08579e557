import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from '../testing/property-runs.ts';
import { KeyDecoder } from './keys.ts';
import { lineLists } from './line-lists.ts';
import { LineReader } from './line-reader.ts';
import type { LineReaderOptions, ReaderOutcome } from './line-reader-options.ts';

const HISTORY = ['git status', 'ls -la', 'echo hello', 'ls notes'];

/** Presses what xterm.js would send; answers the line with `|` at the cursor, and the last outcome that was one. */
function press(keys: string[], options: Partial<LineReaderOptions> = {}) {
  const reader = new LineReader({ prompt: '$ ', history: HISTORY, lists: () => lineLists, isIncomplete: () => false, ...options });
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

test('Ctrl-R finds the newest of the best matches, older ones on repetition, and can be given up', () => {
  expect(press(['\x12', 'l', 's'])).toMatchObject({ line: '|ls notes', prompt: "(reverse-i-search)`ls': " });
  expect(press(['\x12', 'ls', '\x12'])).toMatchObject({ line: '|ls -la' });
  expect(press(['\x12', 'ls', '\x12', '\x13'])).toMatchObject({ line: '|ls notes' });
  expect(press(['\x12', 'ls', DOWN, UP, DOWN])).toMatchObject({ line: '|ls -la' });
  expect(press(['\x12', 'gst'])).toMatchObject({ line: '|git status' });
  expect(press(['\x12', 'lso', '\x7f', '\x7f', 's'])).toMatchObject({ line: '|ls notes', prompt: "(reverse-i-search)`ls': " });
  expect(press(['\x12', 'zzz'])).toMatchObject({ prompt: "(failed reverse-i-search)`zzz': " });
  for (const key of ['\x07', '\x1b', '\x03']) {
    expect(press(['mine', LEFT, '\x12', 'git', key])).toMatchObject({ line: 'min|e', prompt: '$ ', outcome: undefined });
  }
  expect(press(['\x12', 'hello', '\r']).outcome).toEqual({ type: 'line', line: 'echo hello' });
  expect(press(['\x12', 'hello', '\t'])).toMatchObject({ line: 'echo hello|', prompt: '$ ', outcome: undefined });
  expect(press(['\x12', 'hello', '\x1b[C', '!', '\x1f', '\x1f']).line).toBe('|');
});

test('what is suggested is text only for the keys that take it', () => {
  const suggest = (text: string) => HISTORY.toReversed().find((each) => each.startsWith(text));
  const with_ = (...keys: string[]) => press(keys, { suggest });
  const RIGHT = '\x1b[C';
  for (const key of [RIGHT, '\x06', '\x05', '\x1b[F']) expect(with_('gi', key).line).toBe('git status|');
  for (const key of ['\x1bf', '\x1b[1;3C', '\x1b[1;5C']) expect([with_('g', key).line, with_('g', key, key).line]).toEqual(['git|', 'git status|']);
  expect(with_('gi', '\r').outcome).toEqual({ type: 'line', line: 'gi' });
  expect(with_('gi', '\x01', RIGHT).line).toBe('g|i');
  expect(with_('gi', RIGHT, '\x1f').line).toBe('gi|');
  for (const key of ['\x15', '\x17', '\x0b', '\x19', '\x1bt', '\x1b#', UP, '\x04', '\x7f', '\x12']) {
    expect(with_('gi', key).line).not.toContain('status');
  }
  const view = (keys: string[], options: Partial<LineReaderOptions>) => {
    const reader = new LineReader({ prompt: '$ ', suggest, ...options });
    for (const data of keys) for (const key of new KeyDecoder().decode(data)) reader.press(key);
    return [reader.view().suggestion, reader.view(true).suggestion];
  };
  expect([view(['gi'], {}), view(['gi', LEFT], {}), view([], {}), view(['gi'], { secret: true }), view(['git status'], {})])
    .toEqual([['t status', undefined], [undefined, undefined], [undefined, undefined], [undefined, undefined], [undefined, undefined]]);
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
  expect(tab('ls n', '\t', '\t')).toMatchObject({ line: 'ls notes.|', outcome: undefined });
  expect(tab('ls zz', '\t').outcome).toEqual({ type: 'bell' });
  expect(tab('ls notes.m x', LEFT, LEFT, '\t').line).toBe('ls notes.md| x');
});

test('the list of candidates is walked with Tab and arrows, taken with Enter, left with Escape', () => {
  const complete = (_text: string, cursor: number) => ({
    start: Math.min(3, cursor),
    candidates: [['one', 'file'], ['two/', 'directory'], ['three', 'file']].map(([name, kind]) => ({ text: name as string, display: name as string, kind: kind as 'file' })),
  });
  const tab = (...keys: string[]) => press(['ls ', '\t', '\t', ...keys], { complete });
  expect([tab().line, tab('\t').line, tab('\t', '\t').line, tab(DOWN, DOWN, DOWN, DOWN).line, tab('\x1b[Z').line, tab('\t', UP).line])
    .toEqual(['ls |', 'ls one|', 'ls two/|', 'ls one|', 'ls three|', 'ls three|']);
  // The bell was the first Tab's.
  expect(tab('\t', '\r')).toMatchObject({ line: 'ls one |', outcome: { type: 'bell' } });
  expect(tab('\t', '\t', '\r').line).toBe('ls two/|');
  expect(tab('\t', '\x1b').line).toBe('ls |');
  expect(tab('\t', 'x').line).toBe('ls onex|');
  expect(tab('\t', '\x7f').line).toBe('ls on|');
  expect(tab('\t', '\r', '\x1f').line).toBe('ls |');
  expect(tab('\r').outcome).toEqual({ type: 'line', line: 'ls ' });
  expect(press(['ls ', '\x1b?', '\t'], { complete }).line).toBe('ls one|');
  expect(press(['ls ', '\x1b*'], { complete }).line).toBe('ls one two/ three |');
});

test('what Tab and Ctrl-R put in or chose is said, with how many there are', () => {
  const said: string[] = [];
  const complete = (text: string, cursor: number) => ({
    start: cursor - text.length,
    candidates: [['cat', 'joins files'], ['cut', '']].filter(([name]) => name?.startsWith(text)).map(([name = '', about = '']) => ({ text: name, display: name, kind: 'command' as const, about })),
  });
  press(['c', '\t', '\t', '\t', '\t', '\x07'], { complete, say: (words) => said.push(words) });
  press(['ca', '\t'], { complete, say: (words) => said.push(words) });
  press(['\x12', 'ls', '\x12', 'zzz'], { say: (words) => said.push(words) });
  expect(said).toEqual(['2 candidates', 'cat, joins files, 1 of 2', 'cut, 2 of 2', 'cat', 'ls notes, 1 of 2', 'ls -la, 2 of 2', 'nothing matches']);
});

test('words: case, change of places, the last word of earlier lines', () => {
  expect([
    line('one two', HOME, '\x1bu'), line('ONE two', HOME, '\x1bl'), line('one two', HOME, '\x1bc', '\x1bc'), line('one two', '\x1bt'),
    line('one two three', LEFT, LEFT, LEFT, LEFT, LEFT, LEFT, '\x1bt'), line('a   b', LEFT, LEFT, '\x1b\\'),
    line('cat ', '\x1b.'), line('cat ', '\x1b.', '\x1b.'), line('cat ', '\x1b.', '\x1b.', '\x1b.'), line('cat ', '\x1b.', '\x1f'), line('cat ', '\x1b0', '\x1b.'),
    line('x ', '\x1b\x19'), line('ärger\u0301 x', '\x1bb', '\x1bb', '\x1bd'),
    line('\udc4d', '\x1bb'), line('a\ud83d', '\x1bb'), line('\udc4d\ud83d', HOME, '\x1bf'),
  ]).toEqual([
    'ONE| two', 'one| two', 'One Two|', 'two one|',
    'one three two|', 'a|b',
    'cat notes|', 'cat hello|', 'cat -la|', 'cat |', 'cat ls|',
    'x notes|', '| x',
    '|\udc4d', '|a\ud83d', '\udc4d\ud83d|',
  ]);
});

test('redo, revert, numbers, marks, literal keys and going to a letter', () => {
  expect([
    line('one', ' two', '\x17', '\x1f', '\x1b_'), line('abc', '\x1f', '\x18\x15'), line('abc', '\x17', 'x', '\x1br'), line('abc', '\x17', '\x1f', 'x', '\x1b_'),
    line('\x1b3', 'x'), line('\x1b1', '0', 'x'), line('abcdef', '\x1b3', LEFT), line('abcdef', HOME, '\x1b-', LEFT), line('one two three', '\x1b2', '\x17'),
    line('abcdef', LEFT, '\x00', LEFT, LEFT, '\x18\x18'), line('a', '\x16', '\x03', '\x16', '\r', '\x16', '\x1b'), line('a.b.c', HOME, '\x1d', '.'), line('a.b.c', '\x1b\x1d', '.'),
    line('a.b', HOME, '\x1d', 'z'), line('abc', LEFT, '\x18\x7f'), line('g', '\x1b[5~', '\x1b[5~'), line('l', '\x1b[5~', '\x1b[5~'),
  ]).toEqual([
    'one |', '|', '|', 'abcx|',
    'xxx|', 'xxxxxxxxxx|', 'abc|def', 'a|bcdef', 'one |',
    'abcde|f', 'a\x03\r\x1b|', 'a|.b.c', 'a.b|.c',
    '|a.b', '|c', 'g|it status', 'l|s -la',
  ]);
  expect(press(['\x1b5']).prompt).toBe('(arg: 5) ');
});

test('Ctrl-o sends a line of the history and offers the next; Alt-# sends it as a comment', () => {
  expect(press([UP, UP, '\x0f']).outcome).toEqual({ type: 'line', line: 'echo hello', following: 'ls notes' });
  expect(press(['rm -r x', '\x1b#']).outcome).toEqual({ type: 'line', line: '#rm -r x' });
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
  expect(press(['\x1b[200~a', '\x03\tb', '\x1b[201~c'])).toMatchObject({ line: 'a\x03\tbc|', outcome: undefined });
  const reader = new LineReader({ prompt: '$ ', isIncomplete: () => false });
  for (const key of new KeyDecoder().decode('ls \x1b[200~a b\x1b[201~')) reader.press(key);
  expect(reader.view().spans).toEqual([{ start: 3, end: 6, colour: 'pasted' }]);
  for (const key of new KeyDecoder().decode('x')) reader.press(key);
  expect(reader.view().spans).toBeUndefined();
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

test('whatever comes from the keyboard, the cursor stays inside of the line and undoing everything gives the line at the start', () => {
  const unit = fc.constantFrom('\x1b', ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)), '\x7f', '\x9b', '[', 'A', 'O', '~', '.', '*', 'a', ' ', '\ud83d', '\udc4d', '日', '\u0301', '1', '-');
  const pieces = fc.array(unit, { maxLength: 8 }).map((units) => units.join(''));
  fc.assert(fc.property(fc.array(pieces, { maxLength: 12 }), (data) => {
    const reader = new LineReader({
      prompt: '$ ', initial: 'start', history: HISTORY, lists: () => lineLists, isIncomplete: (text) => text.endsWith('a'), suggest: () => 'start of it', editLine: async () => '',
      complete: (text, cursor) => ({ start: Math.min(1, cursor), candidates: ['a', 'b/'].map((name) => ({ text: name, display: name, kind: 'file' as const })) }),
    });
    const decoder = new KeyDecoder();
    for (const each of data) {
      for (const key of decoder.decode(each)) reader.press(key);
      const { text, cursor } = reader.view();
      if (cursor < 0 || cursor > text.length) throw new Error(`cursor ${cursor} in ${JSON.stringify(text)}`);
      reader.view(true);
    }
    // Out of whatever was open, without choosing.
    for (const name of ['escape', 'escape', 'alt-r', 'ctrl-g']) reader.press({ type: 'key', name });
    for (let step = 0; step < 300; step += 1) reader.press({ type: 'key', name: 'ctrl-_' });
    if (reader.text !== 'start') throw new Error(JSON.stringify(reader.text));
  }), { numRuns: propertyRuns(8) });
});
