import { expect, test } from 'vitest';
import { viewBench } from './testing/view-bench.ts';
import { findLine } from './find-line.ts';
import type { PagerModel } from './pager-model.ts';
import { inChunks } from './pager-reader.ts';
import { runPager, type PagerOptions } from './pager.ts';
import { textSource, type PagerSource } from './pager-source.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');
const encoder = new TextEncoder();
const breathe = () => new Promise<void>((resolve) => { setImmediate(resolve); });

async function open(source: PagerSource | PagerSource[], options: Partial<PagerOptions> = {}, size: [number, number] = [40, 6]) {
  const bench = viewBench(...size);
  const { over } = await bench.start((screen) => runPager(screen, { sources: [source].flat(), breathe, ...options }));
  return { ...bench, over };
}

/** The text on the screen, without the status line. */
const body = (bench: { rows(): string[] }) => bench.rows().slice(0, 5);

test('a text is read by screens and lines, forward and back, and never past its ends', async () => {
  const bench = await open(textSource('t', numbered(12)));
  expect(bench.rows()).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5', ' t 1 33%      q leave  / search  h help']);
  await bench.press(' ');
  expect(body(bench)).toEqual(['line 6', 'line 7', 'line 8', 'line 9', 'line 10']);
  await bench.press(' ', ' ');
  expect(bench.rows()).toEqual(['line 8', 'line 9', 'line 10', 'line 11', 'line 12', ' t (end)      q leave  / search  h help']);
  await bench.press('k', 'k');
  expect(body(bench)[0]).toBe('line 6');
  await bench.press('b', 'b');
  expect(body(bench)[0]).toBe('line 1');
  await bench.press('5', 'j');
  expect(body(bench)[0]).toBe('line 6');
  await bench.press('G');
  expect(body(bench)[4]).toBe('line 12');
  await bench.press('3', 'g');
  expect(body(bench)[0]).toBe('line 3');
  await bench.press('5', '0', '%');
  expect(body(bench)[0]).toBe('line 7');
  await bench.press('q');
  expect(await bench.over).toBeUndefined();
});

test('an endless pipe shows its first screen at once, and no more is read than is looked at', async () => {
  let asked = 0;
  const lines = encoder.encode('y\ny\ny\ny\n');
  const endless: PagerSource = {
    title: 'yes',
    async *open() {
      for (;;) {
        asked += 1;
        yield lines;
      }
    },
  };
  // Wide enough for the millions of lines that a quick machine reads.
  const bench = await open(endless, {}, [60, 6]);
  expect(bench.rows()).toEqual(['y', 'y', 'y', 'y', 'y', ` yes 1${' '.repeat(28)}q leave  / search  h help`]);
  expect(asked).toBeLessThan(6);
  bench.tty.input('/never\r');
  await expect.poll(() => bench.rows()[5]).toMatch(/^ yes: reading, [\d,]+ lines; any key stops +q leave$/);
  bench.tty.input('x');
  await bench.press('q');
  expect(await bench.over).toBeUndefined();
});

test('a silent pipe can be left', async () => {
  const bench = await open({ title: 'silent', open: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }) });
  expect(bench.rows()).toEqual(['~', '~', '~', '~', '~', ' silent: waiting                q leave']);
  await bench.press('q');
  expect(await bench.over).toBeUndefined();
});

test('a search goes forward, back and on, and says when there is nothing', async () => {
  const bench = await open(textSource('t', numbered(30)));
  await bench.press('/2$', '\r');
  expect(body(bench)[0]).toBe('line 2');
  await bench.press('n');
  expect(body(bench)[0]).toBe('line 12');
  await bench.press('N');
  expect(body(bench)[0]).toBe('line 2');
  await bench.press('?line 1$', '\r');
  expect(body(bench)[0]).toBe('line 1');
  await bench.press('/nowhere', '\r');
  expect(bench.rows()[5]).toBe(' Not found: nowhere');
  await bench.press('/(', '\r');
  expect(bench.rows()[5]).toBe(' That is no pattern: Unmatched ( or \\(.');
  expect(body(bench)[0]).toBe('line 1');
});

test('what was found is marked on the screen', async () => {
  const bench = await open(textSource('t', 'a needle, \x1b[31mnee\x1b[0mdle\n'));
  await bench.press('/needle', '\r');
  const line = bench.head.terminal.buffer.active.getLine(0);
  const marked = Array.from({ length: 18 }, (_, column) => (line?.getCell(column)?.isInverse() === 0 ? '.' : line?.getCell(column)?.getChars())).join('');
  expect(marked).toBe('..needle..needle..');
});

test('long lines wrap at wide characters, or are cut and moved sideways', async () => {
  const bench = await open(textSource('t', `${'日本'.repeat(5)}\nnext\n`), {}, [9, 6]);
  expect(body(bench)).toEqual(['日本日本', '日本日本', '日本', 'next', '~']);
  await bench.press('-', 'S', 'k');
  expect(body(bench)).toEqual(['日本日本>', 'next', '~', '~', '~']);
  await bench.press('\x1b[C');
  expect(body(bench)[0]).toBe('日本日本>');
});

test('line numbers count lines, not rows', async () => {
  const bench = await open(textSource('t', 'aaaaaaaaaaaabbbb\ncc\n'), { look: { hasNumbers: true } }, [20, 6]);
  expect(body(bench)).toEqual(['      1 aaaaaaaaaaaa', '        bbbb', '      2 cc', '~', '~']);
});

test('colours are shown; other control codes are only named', async () => {
  const bench = await open(textSource('t', '\x1b[32mok\x1b[0m\x1b]0;title\x07 \x1b[2J\tx\udcff\r\n'));
  expect(body(bench)[0]).toBe('okESC]0;title^G ESC[2J  x<FF>');
  expect(bench.head.terminal.buffer.active.getLine(0)?.getCell(0)?.getFgColor()).toBe(2);
});

test('a mark is found again, and so is the place before a jump', async () => {
  const bench = await open(textSource('t', numbered(40)));
  await bench.press('1', '0', 'g', 'm', 'a', 'G', "'", 'a');
  expect(body(bench)[0]).toBe('line 10');
  await bench.press("'", "'");
  expect(body(bench)[4]).toBe('line 40');
  await bench.press("'", 'z');
  expect(bench.rows()[5]).toBe(' There is no mark z; mz sets it.');
});

test('following shows what is appended, and begins again when the file was cut', async () => {
  let content = numbered(8);
  let changed = () => {};
  const bench = await open({
    title: 'log',
    open: () => inChunks(encoder.encode(content)),
    file: { path: '/log', read: () => encoder.encode(content), follow: (listener) => { changed = listener; return () => { changed = () => {}; }; } },
  }, { first: 'F' });
  expect(bench.rows()[5]).toBe(' log: waiting for more; any key stops');
  content += 'half';
  changed();
  await bench.rest();
  expect(body(bench).slice(3)).toEqual(['line 8', 'half']);
  content += ' whole\nlast\n';
  changed();
  await bench.rest();
  expect(body(bench).slice(2)).toEqual(['line 8', 'half whole', 'last']);
  content = 'new\n';
  changed();
  await bench.rest();
  expect(body(bench)).toEqual(['new', '~', '~', '~', '~']);
  await bench.press('x');
  content += 'unseen\n';
  changed();
  await bench.rest();
  expect(body(bench)[1]).toBe('~');
});

test('several files are gone through, and each is named', async () => {
  const bench = await open([textSource('one', 'first\n'), textSource('two', 'second\n')]);
  expect(bench.rows()[5]).toContain('one (1/2) (end)');
  await bench.press(':', 'n');
  expect(bench.rows()[0]).toBe('second');
  await bench.press(':', 'n');
  expect(bench.rows()[5]).toBe(' This is the last file.');
  await bench.press(':', 'p');
  expect(bench.rows()[0]).toBe('first');
});

test('v edits the file at the line that is looked at, and shows what it became', async () => {
  let content = numbered(20);
  const edits: [string, number][] = [];
  const bench = await open({
    title: 'f', open: () => inChunks(encoder.encode(content)), file: { path: '/home/me/f', read: () => encoder.encode(content), follow: () => () => undefined },
  }, { edit: async (path, line) => { edits.push([path, line]); content = content.replace('line 5\n', 'LINE 5\n'); } });
  await bench.press('5', 'g', 'v');
  expect(edits).toEqual([['/home/me/f', 5]]);
  expect(body(bench)[0]).toBe('LINE 5');
});

test('help opens and closes over the text', async () => {
  const bench = await open(textSource('t', numbered(20)));
  await bench.press('h');
  expect(bench.rows()[0]).toMatch(/^The pager’s keys/);
  await bench.press('q');
  expect(body(bench)[0]).toBe('line 1');
});

test('a search that has seen every line goes on exactly where it stopped, whatever came in that moment', async () => {
  const store = { count: 3 };
  const searching = findLine({ store, matches: () => false } as unknown as PagerModel, 1, 0, async () => false);
  store.count = 10;
  expect(await searching).toEqual({ goesOnAt: 3 });
});
