import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highlight } from '../shell/highlight.ts';
import { headlessTerminal } from './headless-terminal.ts';
import type { HeadlessTerminal } from './headless-terminal.ts';
import { KeyDecoder } from './keys.ts';
import { LinePainter } from './line-painter.ts';
import { lineLists } from './line-lists.ts';
import { LineReader } from './line-reader.ts';

const KEYS = [
  'a', 'word ', '日本', '👍🏽', '🇩🇪', '👨‍👩‍👧', 'e\u0301', '\u0301', '\u202e', '\x9b', '\ud83d', '\udc4d', 'long enough to wrap at any width here', '\x1b[D', '\x1b[C', '\x1b[A', '\x1b[B', '\x01', '\x05',
  '\x7f', '\x17', '\x0b', '\x19', '\x1bb', '\x1bd', '\x14', '\x1f', '\x1b\r', '\x1b[200~two\rlines\x1b[3m\x1b[201~', '\t', '\t\t', '\x12', 'e', '"', '$x ', '-l ', '| ', '\x1b', '\r', '\x1b3', '\x16\x01',
];

const HISTORY = ['echo "hello" | grep -n wörd', 'a word 日本 of two\nlines 👍🏽', 'ls -la 日本日本日本日本日本日本日本日本日本日本', 'long enough to wrap at any width here and then some more'];

function newReader(): LineReader {
  return new LineReader({
    prompt: '\x1b[32mme\x1b[0m$ ', continuation: '> ', isIncomplete: (text) => text.split('"').length % 2 === 0, history: HISTORY, lists: () => lineLists,
    suggest: (text) => HISTORY.find((line) => line.startsWith(text)),
    colour: (text, cursor) => highlight(text, cursor, { command: (name) => (name === 'echo' ? 'known' : 'unknown'), isPath: (word) => word === '日本' }),
    complete: (text, cursor) => ({
      start: Math.max(text.lastIndexOf(' ', cursor - 1) + 1, 0),
      candidates: ['one', '日本日本/', 'three'].map((name) => ({ text: name, display: name, kind: 'file' as const, ...(cursor % 2 === 0 ? {} : { about: `says ${name}` }) })),
    }),
    when: () => '10:00',
  });
}

/** Every cell of the screen with its colours; the cursor. */
function cells({ terminal, screen }: HeadlessTerminal): unknown {
  const buffer = terminal.buffer.active;
  const rows: string[] = [];
  for (let row = buffer.baseY; row < buffer.baseY + terminal.rows; row += 1) {
    const line = buffer.getLine(row);
    let text = line?.isWrapped === true ? '↳' : '';
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      // Where a wide character did not fit, xterm.js leaves an empty cell in the colours of whoever wrote last.
      const isPlain = cell === undefined || cell.getChars() === '' || (cell.isAttributeDefault() && cell.getChars() === ' ');
      text += isPlain ? ' ' : `${cell.getChars()}${cell.isAttributeDefault() ? '' : `{${cell.getFgColor()}${cell.isUnderline() ? 'u' : ''}${cell.isInverse() ? 'i' : ''}${cell.isBold() ? 'b' : ''}}`}`;
    }
    rows.push(text.trimEnd());
  }
  return { rows: rows.join('\n').trimEnd(), cursor: screen().cursor };
}

test('after any keys at any width, every cell is what a single paint of the line would give', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...KEYS), { maxLength: 14 }), fc.oneof(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 200 })), fc.integer({ min: 0, max: 3 }),
      async (keys, columns, start) => {
        const startColumn = Math.min(start, columns - 1);
        const stepwise = headlessTerminal(columns, 200);
        const whole = headlessTerminal(columns, 200);
        for (const head of [stepwise, whole]) head.terminal.write('.'.repeat(startColumn));
        const reader = newReader();
        const painter = new LinePainter(columns, 200, startColumn);
        stepwise.terminal.write(painter.paint(reader.view()));
        const decoder = new KeyDecoder();
        for (const data of keys) {
          for (const key of decoder.decode(data)) {
            reader.press(key);
            stepwise.terminal.write(painter.paint(reader.view()));
          }
        }
        whole.terminal.write(new LinePainter(columns, 200, startColumn).paint(reader.view()));
        await Promise.all([stepwise.settled(), whole.settled()]);
        expect(cells(stepwise)).toEqual(cells(whole));
        // And what stays when the line is sent is the line alone: joined rows are the text.
        const view = reader.view(true);
        stepwise.terminal.write(painter.paint(view));
        await stepwise.settled();
        const shown = stepwise.text().slice(startColumn).replace(/\n> ?/g, '\n');
        const prompt = view.prompt.replaceAll('\x1b[32m', '').replaceAll('\x1b[0m', '');
        // oxlint-disable-next-line no-control-regex
        const text = view.text.replaceAll('\t', '    ').replace(/[\x00-\x09\x0b-\x1f]/g, (code) => `^${String.fromCharCode(code.charCodeAt(0) ^ 0x40)}`).replaceAll('\x9b', '<9b>');
        expect(shown.replace(/[\s◌]+/g, '')).toBe(`${prompt}${text}`.replace(/\p{Surrogate}[\u0301\u202e]*/gu, '\ufffd').replace(/\s+/g, ''));
        for (const head of [stepwise, whole]) head.terminal.dispose();
      },
    ),
    { numRuns: 200 },
  );
});

test('colours never change the text of a line, nor where its cells are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.constantFrom(...KEYS.filter((key) => !/[\x1b\r\t]/.test(key))), fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 12 }), fc.integer({ min: 2, max: 40 }), async (pieces, columns) => {
      // oxlint-disable-next-line no-control-regex
      const text = pieces.join('').replace(/\0/g, '');
      const view = { prompt: '$ ', continuation: '> ', text, cursor: 0 };
      const spans = highlight(text, 0, { command: (name) => (name.length % 2 === 0 ? 'known' : 'unknown'), isPath: (word) => word.length % 3 === 0 });
      const [plain, coloured] = [headlessTerminal(columns, 60), headlessTerminal(columns, 60)];
      plain.terminal.write(new LinePainter(columns, 60).paint(view));
      coloured.terminal.write(new LinePainter(columns, 60).paint({ ...view, spans }));
      await Promise.all([plain.settled(), coloured.settled()]);
      expect(coloured.screen()).toEqual(plain.screen());
      for (const head of [plain, coloured]) head.terminal.dispose();
    }),
    { numRuns: 150 },
  );
});
