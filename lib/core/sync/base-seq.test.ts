import { expect, test } from 'vitest';
import { seqOfBase } from './base-seq.ts';
import { EMPTY_BASE, formatBase, parseBase } from './base.ts';

const base = formatBase({ ...EMPTY_BASE, repo: 'A'.repeat(22), seq: 41, parent: 'a'.repeat(43) });

test('the seq is that of the whole base, and none where the base is absent, damaged or another thing', () => {
  const values = [base, base.slice(base.indexOf('|') + 1), undefined, base.replace(',41,', ',42,'), 'damaged', '[1,"x"]', formatBase(EMPTY_BASE)];
  expect(values.map(seqOfBase)).toEqual([41, 41, 0, 0, 0, 0, 0]);
  expect(values.map((value) => parseBase(value).seq)).toEqual(values.map(seqOfBase));
});
