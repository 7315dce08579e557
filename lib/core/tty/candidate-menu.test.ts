import { expect, test } from 'vitest';
import { CandidateMenu } from './candidate-menu.ts';

const files = (...names: string[]) => new CandidateMenu(names.map((name) => ({ text: name, display: name, kind: name.endsWith('/') ? 'directory' : 'file' })));
// oxlint-disable-next-line no-control-regex
const plain = (rows: readonly string[]) => rows.map((row) => row.replace(/\x1b\[[0-9;]*m/g, ''));

test('names stand down the columns, wide ones too, and a control character in one is a question mark', () => {
  expect(plain(files('one', 'two/', '日本語', 'four', 'f\x1b[2J').rows(20, 10))).toEqual(['one     four', 'two/    f?[2J', '日本語']);
});

test('right and left go from column to column and stay where there is none', () => {
  const menu = files('a', 'b', 'c', 'd', 'e');
  menu.rows(7, 10);
  const chosen: (string | undefined)[] = [];
  for (const to of ['right', 'right', 'left', 'next', 'right', 'right', 'left', 'previous', 'previous', 'page-down', 'page-up'] as const) {
    menu.move(to);
    chosen.push(menu.chosen?.text);
  }
  expect(chosen).toEqual(['a', 'c', 'a', 'b', 'd', 'd', 'b', 'a', 'e', 'e', 'c']);
});

test('past the limit and past the room, names are counted, not lost sight of', () => {
  const menu = files(...Array.from({ length: 600 }, (_, index) => `file-${String(index).padStart(3, '0')}`));
  expect(plain(menu.rows(10, 4))).toEqual(['file-000', 'file-001', 'file-002', '… and 597 more']);
  menu.move('previous');
  expect(plain(menu.rows(10, 4))).toEqual(['file-497', 'file-498', 'file-499', '… and 597 more']);
  expect(plain(menu.rows(10, 1))).toEqual(['file-499']);
});
