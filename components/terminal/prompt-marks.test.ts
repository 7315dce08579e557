import type { IMarker } from '@xterm/xterm';
import { expect, test } from 'vitest';
import { propertyRuns } from '@/lib/core/testing/property-runs.ts';
import { openMarks } from './testing/open-marks.ts';

/** A small linear congruential generator: the same run for the same seed. */
const randomOf = (seed: number) => () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;

test('every prompt is where a marker of its own would be, whatever is printed, wrapped, trimmed, resized or shown over it', () => {
  for (let seed = 1; seed <= propertyRuns(2); seed += 1) {
    const random = randomOf(seed);
    const { terminal, write, marks } = openMarks(40);
    const own: IMarker[] = [];
    for (let step = 0; step < 60; step += 1) {
      const kind = Math.floor(random() * 8);
      if (kind <= 2) {
        write(terminal.buffer.normal.cursorX > 0 ? '\r\n' : '');
        own.push(terminal.registerMarker(0));
        marks.add(() => random() < 0.3);
        write('me$ ');
      } else if (kind <= 4) write(`${'x'.repeat(Math.floor(random() * 50))}\r\n`.repeat(Math.floor(random() * 4)));
      else if (kind === 5) marks.across(() => terminal.resize(12 + Math.floor(random() * 20), 4 + Math.floor(random() * 5)));
      else if (kind === 6) {
        write('\x1b[?1049hfull screen');
        if (random() < 0.5) marks.across(() => terminal.resize(12 + Math.floor(random() * 20), 6));
        write('\x1b[?1049l');
      } else if (random() < 0.2) write('line\r\n'.repeat(60));
      const expected = [...new Set(own.filter((marker) => !marker.isDisposed).map(({ line }) => line))];
      expect({ seed, step, lines: marks.lines() }).toEqual({ seed, step, lines: expected });
    }
    terminal.dispose();
  }
});

test('what was wiped off the screen or out of the scrollback is no prompt any more', () => {
  const { terminal, write, marks } = openMarks(50);
  const prompt = () => {
    marks.add(() => false);
    write('me$ \r\n');
  };
  for (let count = 0; count < 10; count += 1) prompt();
  write('\x1b[H\x1b[2J');
  prompt();
  // Five had left the screen.
  expect(marks.lines()).toEqual([0, 1, 2, 3, 4, 5]);
  write('\x1b[H\x1b[2J\x1b[3J');
  terminal.clear();
  prompt();
  expect(marks.lines()).toEqual([0]);
});
