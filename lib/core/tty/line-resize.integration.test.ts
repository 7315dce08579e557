import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headlessTerminal } from './headless-terminal.ts';
import { KeyDecoder } from './keys.ts';
import { LinePainter } from './line-painter.ts';
import { lineLists } from './line-lists.ts';
import { LineReader } from './line-reader.ts';

const KEYS = ['a', 'word ', '日本', '👍🏽', 'e\u0301', 'long enough to wrap at any width here', '\x1b[D', '\x1b[A', '\x01', '\x05', '\x7f', '\x1b\r', '\x1b[200~two\rlines\x1b[201~', '\t\t\t', '\x12'];
const HISTORY = ['a word 日本 of two\nlines', 'long enough to wrap at any width here and then some more'];
const PRINTED = ['', 'short', 'printed before, and long enough to wrap at some widths', '日本語と漢字、折り返すほどに長い行'];

test('after the screen was made narrower and wider in the middle of it all, the line is what a single paint of it would give', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: fc.integer({ min: 6, max: 80 }) }), { maxLength: 10 }), fc.integer({ min: 6, max: 80 }),
      fc.array(fc.constantFrom(...PRINTED), { maxLength: 4 }),
      async (steps, columns, printed) => {
        const stepwise = headlessTerminal(columns, 120);
        const reader = new LineReader({
          prompt: '\x1b[32mme\x1b[0m$ ', continuation: '> ', isIncomplete: () => false, history: HISTORY, lists: () => lineLists, suggest: (text) => HISTORY.find((line) => line.startsWith(text)),
          complete: (_text, cursor) => ({ start: cursor, candidates: ['one', '日本日本/', 'three'].map((name) => ({ text: name, display: name, kind: 'file' as const })) }),
        });
        const above = printed.map((line) => `${line}\r\n`).join('');
        stepwise.terminal.write(above);
        const painter = new LinePainter(columns, 120);
        stepwise.terminal.write(painter.paint(reader.view()));
        let now = columns;
        for (const step of steps) {
          if (typeof step === 'string') {
            for (const key of new KeyDecoder().decode(step)) reader.press(key);
            stepwise.terminal.write(painter.paint(reader.view()));
          } else {
            await stepwise.settled();
            const mark = stepwise.port.markRow(painter.rowsUp);
            stepwise.resize(step, 120);
            stepwise.terminal.write(painter.resize(step, 120, mark.take()));
            now = step;
          }
        }
        const whole = headlessTerminal(now, 120);
        whole.terminal.write(above);
        whole.terminal.write(new LinePainter(now, 120).paint(reader.view()));
        await Promise.all([stepwise.settled(), whole.settled()]);
        expect(stepwise.screen()).toEqual(whole.screen());
        for (const head of [stepwise, whole]) head.terminal.dispose();
      },
    ),
    { numRuns: 150 },
  );
});
