import { expect, test } from 'vitest';
import { clusters } from './width.ts';

test('what an arrow key steps over is one character as people see it', () => {
  expect(clusters('a日e\u0301👍🏽🇩🇪🇫🇷👨‍👩‍👧\n').map(({ text, width }) => [text, width])).toEqual([
    ['a', 1], ['日', 2], ['e\u0301', 1], ['👍🏽', 2], ['🇩🇪', 2], ['🇫🇷', 2], ['👨‍👩‍👧', 2], ['\n', 0],
  ]);
});
