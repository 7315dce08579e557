import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headlessTerminal } from './headless-terminal.ts';
import { textWidth } from './width.ts';

test('every text takes exactly the cells that the terminal gives it', async () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
    fc.constantFrom('👨‍👩‍👧', '🇩🇪', '🇩🇪🇫', '👍🏽', 'e\u0301', '日本', '한', 'ｱ', '☕', '❤️', 'a\u200db', '🏽'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
      // A mark without a base would be a cell of nothing: not a text that has a width.
      // oxlint-disable-next-line no-control-regex
      const text = `x${pieces.join('')}`.replace(/[\x00-\x1f\x7f-\x9f]/g, '');
      const head = headlessTerminal(200, 2);
      head.terminal.write(text);
      await head.settled();
      expect({ text, cells: head.terminal.buffer.active.cursorX }).toEqual({ text, cells: textWidth(text) });
      head.terminal.dispose();
    }),
    { numRuns: 60 },
  );
});
