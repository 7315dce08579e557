import { expect, test } from 'vitest';
import { contextOf, openSettleDocument, type SettleQuestion } from './settle-document.ts';

const QUESTION: SettleQuestion = { name: 'notes.md', device: 'phone', parts: [
  { kind: 'settled', text: 'head\n' }, { kind: 'open', base: 'old\n', yours: 'mine\n', theirs: 'theirs\n' },
  { kind: 'settled', text: 'middle\n' }, { kind: 'open', base: undefined, yours: 'end', theirs: '' },
] };

test('there is a text only when every open part is answered, and it is what was answered', () => {
  const document = openSettleDocument(QUESTION);
  expect([document.open, document.answered, document.text()]).toEqual([2, 0, undefined]);
  document.choose(1, 'yours');
  expect([document.answered, document.text()]).toEqual([1, undefined]);
  document.choose(3, 'theirs');
  expect([document.answered, document.text()]).toEqual([2, 'head\nmine\nmiddle\n']);
  document.choose(1, 'base');
  document.choose(3, { typed: 'typed\n' });
  expect([document.answered, document.text()]).toEqual([2, 'head\nold\nmiddle\ntyped\n']);
});

test('both means one after the other, never two lines made one', () => {
  const document = openSettleDocument({ ...QUESTION, parts: [{ kind: 'open', base: '', yours: 'end', theirs: 'other' }] });
  document.choose(0, 'both');
  expect(document.text()).toBe('end\nother');
  expect(() => document.choose(1, 'both')).toThrow(RangeError);
});

test('of a long settled part only the lines next to an open one are shown, and the others are counted', () => {
  const text = Array.from({ length: 20 }, (_, index) => `${index}\n`).join('');
  expect([contextOf(text, false, false), contextOf(text, true, false), contextOf(text, false, true), contextOf('a\nb\n', false, false)]).toEqual([
    { before: '0\n1\n2\n', left: 14, after: '17\n18\n19\n' }, { before: '', left: 17, after: '17\n18\n19\n' },
    { before: '0\n1\n2\n', left: 17, after: '' }, { before: 'a\nb\n', left: 0, after: '' },
  ]);
});
