import { expect, test } from 'vitest';
import { openMarks } from './testing/open-marks.ts';

test('a thousand prompts hold two markers, and those that their owner keeps', () => {
  const { terminal, write, marks } = openMarks(5_000);
  for (let count = 0; count < 1_000; count += 1) {
    marks.add(() => count % 100 === 0);
    write('me$ \r\n');
  }
  expect([marks.lines(), terminal.markers.length]).toEqual([Array.from({ length: 1_000 }, (_, line) => line), 11]);
});
