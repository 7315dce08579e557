import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headlessTerminal } from './headless-terminal.ts';
import { KeyDecoder } from './keys.ts';
import { LinePainter } from './line-painter.ts';
import { LineReader } from './line-reader.ts';

const KEYS = [
  'a', 'word ', '日本', '👍🏽', '🇩🇪', 'e\u0301', 'long enough to wrap at any width here', '\x1b[D', '\x1b[C', '\x1b[A', '\x1b[B', '\x01', '\x05',
  '\x7f', '\x17', '\x0b', '\x19', '\x1bb', '\x1bd', '\x14', '\x1f', '\x1b\r', '\x1b[200~two\rlines\x1b[201~', '\t',
];

test('after any keys at any width the screen is what a single paint of the line would give', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...KEYS), { maxLength: 12 }), fc.integer({ min: 4, max: 40 }), fc.integer({ min: 0, max: 3 }),
      async (keys, columns, startColumn) => {
        const stepwise = headlessTerminal(columns, 60);
        const whole = headlessTerminal(columns, 60);
        for (const head of [stepwise, whole]) head.terminal.write('.'.repeat(startColumn));
        const reader = new LineReader({ prompt: '\x1b[32mme\x1b[0m$ ', continuation: '> ', isIncomplete: () => false });
        const painter = new LinePainter(columns, 60, startColumn);
        stepwise.terminal.write(painter.paint(reader.view()));
        const decoder = new KeyDecoder();
        for (const data of keys) {
          for (const key of decoder.decode(data)) {
            reader.press(key);
            stepwise.terminal.write(painter.paint(reader.view()));
          }
        }
        whole.terminal.write(new LinePainter(columns, 60, startColumn).paint(reader.view()));
        await Promise.all([stepwise.settled(), whole.settled()]);
        expect(stepwise.screen()).toEqual(whole.screen());
        // And that single paint shows the line itself: joined rows are the text.
        const shown = whole.text().slice(startColumn).replace(/\n> ?/g, '\n');
        const text = reader.view().text.replaceAll('\t', '    ');
        expect(shown.replace(/\s+/g, '')).toBe(`me$${text}`.replace(/\s+/g, ''));
        for (const head of [stepwise, whole]) head.terminal.dispose();
      },
    ),
    { numRuns: 60 },
  );
});
