import { expect, test } from 'vitest';
import { KeyTaker, type KeyTakerOptions } from './key-taker.ts';
import { KeyDecoder } from './keys.ts';

function take(data: string, options: Partial<KeyTakerOptions> = {}) {
  const taker = new KeyTaker({ prompt: '? ', secret: false, most: 1, until: '\n', ...options });
  const outcomes = new KeyDecoder().decode(data).map((key) => taker.press(key));
  return { outcome: outcomes.at(-1), view: taker.view() };
}

test('a key is enough, whatever it is; what it has beyond the first character is left for the next who reads', () => {
  expect(take('z').outcome).toEqual({ type: 'line', line: 'z', rest: '', stays: true });
  expect(take('日本').outcome).toEqual({ type: 'line', line: '日', rest: '本', stays: true });
  expect(take('\x1b[A').outcome).toEqual({ type: 'line', line: '\x1b', rest: '[A', stays: true });
  expect(take('\x1bx').outcome).toEqual({ type: 'line', line: '\x1b', rest: 'x', stays: true });
  for (const key of ['\t', '\x7f', '\x1b', '\x01']) expect(take(key).outcome).toEqual({ type: 'line', line: key, rest: '', stays: true });
});

test('Enter ends it on a new line where lines end it, and is a character where they do not', () => {
  expect(take('ab\r', { most: 5 }).outcome).toEqual({ type: 'line', line: 'ab', rest: '', stays: false });
  expect(take('a\rb;', { most: 9, until: ';' }).outcome).toEqual({ type: 'line', line: 'a\nb', rest: '', stays: true });
  expect(take('a\rb', { most: 3, until: undefined }).outcome).toEqual({ type: 'line', line: 'a\nb', rest: '', stays: true });
});

test('Backspace mends what was typed, Ctrl-D ends it, a key without a character rings', () => {
  expect(take('12\x7f34', { most: 3 }).outcome).toEqual({ type: 'line', line: '134', rest: '', stays: true });
  expect(take('\x04').outcome).toEqual({ type: 'end' });
  expect(take('a\x04', { most: 3 }).outcome).toEqual({ type: 'line', line: 'a', rest: '', stays: true });
  expect(take('\x1b[1;5A', { most: 3 }).outcome).toEqual({ type: 'bell' });
});

test('what is typed is shown behind the question, and a secret is not', () => {
  expect(take('ab', { most: 3 }).view).toEqual({ prompt: '? ', continuation: '', text: 'ab', cursor: 2 });
  expect(take('ab', { most: 3, secret: true }).view).toEqual({ prompt: '? ', continuation: '', text: '', cursor: 0 });
});
