import { expect, test } from 'vitest';
import { KeyIndex } from './key-index.ts';
import { listPage } from './list-page.ts';

function indexOf(keys: readonly string[]): KeyIndex<string> {
  const index = new KeyIndex<string>();
  for (const key of keys) index.set(key, key);
  return index;
}

test('the newest commit of an inverted log is the first entry', () => {
  const seqs = [1, 2, 9, 10, 11, 250];
  const index = indexOf(seqs.map((seq) => `u/1/log/${String(999_999_999_999 - seq).padStart(12, '0')}`));
  const page = listPage(index, { prefix: 'u/1/log/', delimiter: '', after: '', maxKeys: 1 });
  expect(page).toEqual({ objects: [{ key: 'u/1/log/999999999749', value: 'u/1/log/999999999749' }], commonPrefixes: [], truncated: true, last: 'u/1/log/999999999749' });
});

test('max-keys 0 is an empty page that is not truncated', () => {
  expect(listPage(indexOf(['a']), { prefix: '', delimiter: '', after: '', maxKeys: 0 })).toEqual({ objects: [], commonPrefixes: [], truncated: false, last: null });
});
