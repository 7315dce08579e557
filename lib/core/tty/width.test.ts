import { expect, test } from 'vitest';
import { hashOf } from '../sync/sha256.ts';
import { clusters, codePointWidth } from './width.ts';

test('what an arrow key steps over is one character as people see it', () => {
  expect(clusters('a日e\u0301👍🏽🇩🇪🇫🇷👨‍👩‍👧\n').map(({ text, width }) => [text, width])).toEqual([
    ['a', 1], ['日', 2], ['e\u0301', 1], ['👍🏽', 2], ['🇩🇪', 2], ['🇫🇷', 2], ['👨‍👩‍👧', 2], ['\n', 0],
  ]);
});

test('of all code points none changes its width unnoticed', () => {
  const widths = Array.from({ length: 0x110000 }, (_, codePoint) => codePointWidth(codePoint));
  expect([0x301, 0x4e00, 0x1f600, 0x2fffd, 0x2fffe, 0xe0020].map((codePoint) => widths[codePoint])).toEqual([0, 2, 2, 2, 1, 0]);
  expect(hashOf(widths.join(''))).toBe('t4K8WQur8kwV-QTvxkxEaAJtk9L9CAVtrxwVggvdT4E');
});
