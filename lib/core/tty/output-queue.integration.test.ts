import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headlessTerminal, type HeadlessTerminal } from './headless-terminal.ts';
import { OutputQueue } from './output-queue.ts';
import { unseenLines } from './unseen-lines.ts';

const [COLUMNS, ROWS, SCROLLBACK] = [20, 6, 60];
const encoder = new TextEncoder();

/** Everything that can be seen or scrolled back to, cell by cell, and where the cursor is and what it would write. */
function state({ terminal }: HeadlessTerminal): unknown {
  const buffer = terminal.buffer.active;
  const rows: unknown[] = [];
  for (let row = 0; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    const cells: unknown[] = [];
    for (let column = 0; column < COLUMNS; column += 1) {
      const cell = line?.getCell(column);
      cells.push(cell && [cell.getChars(), cell.getWidth(), cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor(),
        cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isInverse(), cell.isStrikethrough()].join());
    }
    rows.push([line?.isWrapped, cells.join(' ')]);
  }
  return { rows, cursor: [buffer.cursorX, buffer.cursorY, buffer.baseY, buffer.type], modes: { ...terminal.modes } };
}

/** Without the queue as one piece: xterm.js itself loses characters that two of them share. */
async function show(given: readonly Uint8Array[], isQueued: boolean): Promise<{ state: unknown; length: number }> {
  const pieces = isQueued ? given : [new Uint8Array(Buffer.concat(given))];
  const head = headlessTerminal(COLUMNS, ROWS);
  head.terminal.options.scrollback = SCROLLBACK;
  let length = 0;
  const queue = new OutputQueue((data, done) => {
    length += data.length;
    head.terminal.write(data, done);
  });
  queue.leaveOut(unseenLines(SCROLLBACK + ROWS));
  let over = 0;
  await new Promise<void>((resolve) => {
    for (const piece of pieces) {
      const done = () => {
        over += 1;
        if (over === pieces.length) resolve();
      };
      if (isQueued) queue.write(piece, done, true);
      else head.terminal.write(piece, done);
    }
  });
  // What is printed next shows the colours that were left.
  head.terminal.write('x');
  await head.settled();
  const shown = { state: state(head), length };
  head.terminal.dispose();
  return shown;
}

const sgr = fc.constantFrom('\x1b[0m', '\x1b[m', '\x1b[1m', '\x1b[22m', '\x1b[31m', '\x1b[39m', '\x1b[1;38;5;208m', '\x1b[48;2;1;2;3m', '\x1b[38:2::9:8:7m', '\x1b[4m', '\x1b[7m', '\x1b[0;9m', '\x1b[;3m', '\x1b[49m', '\x1b[100m');
const plain = fc.oneof(
  { arbitrary: fc.string({ maxLength: 30 }).map((text) => text.replace(/[^ -~]/g, '')), weight: 3 },
  { arbitrary: fc.constantFrom('\n', '\r\n', '\n\n\n'), weight: 4 },
  fc.constantFrom('\t', '\b', '\r', '日本語。', '👍🏽', '👨‍👩‍👧', '🇩🇪', 'e\u0301', 'é', '\u00a0', ' '.repeat(25)),
  sgr,
);
const other = fc.constantFrom('\x07', '\x1b[3;5r', '\x1b[?1049h', '\x1b[2J', '\x1b[H', '\x1b[5A', '\x1b[?7l', '\x1b[4h', '\x0e', '\x1b(0', '\x1bM', '\x1b[?6h', '\u009b31m', '\x1b]0;t\n\n\x07', '\x0c', '\x1b[3', '\x1bc', '\x1b[1\n2m');
/** A few kilobytes at random, over and over, cut anywhere. */
const output = (piece: fc.Arbitrary<string>) => fc.tuple(
  fc.array(piece, { minLength: 5, maxLength: 60 }), fc.array(piece, { minLength: 5, maxLength: 60 }), fc.integer({ min: 5_000, max: 40_000 }),
).map(([one, other, size]) => {
  const repeated = (parts: string[], length: number) => `${parts.join('')}\n`.repeat(Math.ceil(length / (parts.join('').length + 1)));
  const bytes = encoder.encode(repeated(one, 250_000) + repeated(other, 60_000) + one.join(''));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
});

test('what is left out of text and colours changes no cell of screen and scrollback', async () => {
  let leftOut = 0;
  await fc.assert(fc.asyncProperty(output(plain), async (pieces) => {
    const [short, whole] = [await show(pieces, true), await show(pieces, false)];
    expect(short.state).toEqual(whole.state);
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    if (short.length < size / 1.5) leftOut += 1;
  }), { numRuns: 25 });
  expect(leftOut).toBeGreaterThan(12);
});

test('nor does it where anything else is among it', async () => {
  await fc.assert(fc.asyncProperty(output(fc.oneof({ arbitrary: plain, weight: 40 }, other)), async (pieces) => {
    const [short, whole] = [await show(pieces, true), await show(pieces, false)];
    expect(short.state).toEqual(whole.state);
  }), { numRuns: 25 });
});
