import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test('nothing in a text can steer the terminal or turn its direction; letters of every script stay', () => {
  expect([plainText('a\x1b[2Jb\r\nc\x07\x9bd\x7f'), plainText('exe\u202egnp.\u2066x\u200f'), plainText('naïve 日本 עברית 👩‍👧')])
    .toEqual(['a?[2Jb??c??d?', 'exe?gnp.?x?', 'naïve 日本 עברית 👩‍👧']);
});
