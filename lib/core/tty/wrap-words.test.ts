import { expect, test } from 'vitest';
import { wrapWords } from './wrap-words.ts';

test('lines break between words, wide characters count twice, and an address is never cut', () => {
  expect([
    wrapWords('one two three', 7), wrapWords('one two three', 80), wrapWords('日本 語', 5), wrapWords('see http://127.0.0.1:3900/outbox now', 10), wrapWords('', 5),
  ]).toEqual([['one two', 'three'], ['one two three'], ['日本', '語'], ['see', 'http://127.0.0.1:3900/outbox', 'now'], ['']]);
});
