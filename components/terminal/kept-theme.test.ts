import { expect, test } from 'vitest';
import { storageKeys } from '@/lib/client/storage-keys.ts';
import { keepTheme, readKeptTheme } from './kept-theme.ts';
import { darkTheme } from './theme.ts';
import { themes } from './themes.ts';

function memory(initial?: string) {
  const values = new Map<string, string>(initial === undefined ? [] : [[storageKeys.theme, initial]]);
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

test('every theme comes back with all its colours', () => {
  for (const theme of themes) {
    const storage = memory();
    keepTheme(storage, { choice: theme.name, theme });
    const kept = readKeptTheme(storage);
    expect([kept?.choice, kept?.theme.name, kept?.theme.scheme, kept?.theme.colors]).toEqual([theme.name, theme.name, theme.scheme, theme.colors]);
  }
});

test('who has chosen nothing leaves nothing behind', () => {
  const storage = memory('old');
  keepTheme(storage, { choice: 'auto', theme: darkTheme });
  expect(storage.values.size).toBe(0);
});

test.each(['', '{', '{}', '[]', '["dark"]', '["a","b","dim"]', JSON.stringify(['a', 'b', 'dark', ...Array<string>(26).fill('url(//evil)')]),
  JSON.stringify(['a', 'b', 'dark', ...Array<string>(25).fill('#000000')]), JSON.stringify(['a', 'b', 'dark', ...Array<number>(26).fill(1)])])(
  'what is no theme is none: %.30s', (text) => expect(readKeptTheme(memory(text))).toBeUndefined());

test('storage that is denied costs nothing else', () => {
  const denied = { getItem: () => { throw new Error('denied'); }, setItem: () => { throw new Error('full'); }, removeItem: () => undefined };
  keepTheme(denied, { choice: 'nord', theme: themes.find(({ name }) => name === 'nord') ?? darkTheme });
  expect(readKeptTheme(denied)).toBeUndefined();
});
