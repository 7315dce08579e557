import { expect, test } from 'vitest';
import { FsError, type Files } from '@/lib/core/fs/files.ts';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { parseSetting } from './setting-words.ts';
import { initialSettings, openSettings, readSettings, SETTINGS_PATH, settingKinds, settingNames, settingText } from './settings.ts';

function setUp(text?: string) {
  const files = createMemoryFiles({ now: () => 0 });
  if (text !== undefined) put(files, text);
  const notices: string[] = [];
  const owners = new Set<() => void>();
  const store = openSettings({
    files, notice: (sentence) => notices.push(sentence),
    onOwner: (listener) => {
      owners.add(listener);
      return () => owners.delete(listener);
    },
  });
  return { files, store, notices, owners };
}

function put(files: Files, text: string): void {
  for (const directory of ['/home', '/home/me', '/home/me/.config', '/home/me/.config/selkie']) {
    if (files.stat(directory) === undefined) files.makeDirectory(directory);
  }
  files.write(SETTINGS_PATH, new TextEncoder().encode(text));
}

const textOf = (files: Files) => new TextDecoder().decode(files.read(SETTINGS_PATH));

test('without a file everything is as at first, and no file is made', () => {
  const { files, store, notices } = setUp();
  expect(store.current).toEqual(initialSettings);
  expect([files.stat(SETTINGS_PATH), notices]).toEqual([undefined, []]);
});

test('what is set is in the file, is told, and leaves names of other versions alone', () => {
  const { files, store } = setUp('{"from-the-future": {"x": [1]}, "theme": "nord"}');
  const heard: string[] = [];
  store.onChange(({ theme, 'font-size': size }) => heard.push(`${theme} ${size}`));
  expect(store.set('font-size', 18)).toBeUndefined();
  expect(store.reset('theme')).toBeUndefined();
  expect(JSON.parse(textOf(files))).toEqual({ 'from-the-future': { x: [1] }, 'font-size': 18 });
  expect(heard).toEqual(['nord 18', 'auto 18']);
});

test('a change by hand, by another tab or device holds at once', () => {
  const { files, store } = setUp();
  put(files, '{"vim-keys": true}');
  expect(store.current['vim-keys']).toBe(true);
  files.remove(SETTINGS_PATH);
  expect(store.current).toEqual(initialSettings);
});

test.each([
  ['{"theme": ', /not JSON/], ['[1]', /no settings/], ['"x"', /no settings/], [`{"theme":"${'x'.repeat(70_000)}"}`, /not a file of settings/],
])('a broken file is told once and left alone: %.12s', (text, words) => {
  const { files, store, notices } = setUp('{"theme": "nord"}');
  put(files, text);
  put(files, text);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(words);
  // What was set before it broke still holds, and nothing is written over it.
  expect(store.current.theme).toBe('nord');
  expect(store.set('bell', 'flash')).toMatch(words);
  expect([store.current.bell, textOf(files)]).toEqual(['none', text]);
});

test('a value that does not fit counts as not set, with a sentence that says what does', () => {
  const { store, notices } = setUp('{"font-size": 999, "bell": "gong", "cursor": "block", "cursor-blink": 1}');
  expect(store.current).toEqual({ ...initialSettings, cursor: 'block' });
  expect(notices).toEqual([
    'settings.json: "font-size" has to be auto, or a number from 8 to 32; it counts as auto. settings.json: "cursor-blink" has to be on or off; it counts as on. settings.json: "bell" has to be none, flash, sound; it counts as none.',
  ]);
});

test('with no room for the file a setting holds for this page and says so', () => {
  const { files, store } = setUp();
  const full: Files = { ...files, write: () => { throw new FsError('ENOSPC', SETTINGS_PATH); } };
  const here = openSettings({ files: full, notice: () => undefined, onOwner: () => () => undefined });
  expect(here.set('theme', 'nord')).toMatch(/until the page is closed/);
  expect([here.current.theme, store.current.theme]).toEqual(['nord', 'auto']);
});

test('another owner has other settings', () => {
  const { files, store, owners } = setUp('{"theme": "nord"}');
  files.remove(SETTINGS_PATH);
  for (const tell of owners) tell();
  expect(store.current.theme).toBe('auto');
});

test('each value can be typed as it is listed, and nothing else', () => {
  for (const name of settingNames) {
    const { initial, words = [] } = settingKinds[name];
    for (const text of [settingText(initial), ...words]) expect(parseSetting(name, text), `${name} ${text}`).toBeDefined();
    for (const text of ['', 'ON', '-1', 'x'.repeat(50), '9999', '14.5', '__proto__']) expect(parseSetting(name, text), `${name} ${text}`).toBeUndefined();
  }
});

test('a name of the prototype is no setting', () => {
  const files = createMemoryFiles({ now: () => 0 });
  put(files, '{"__proto__": {"theme": "nord"}, "constructor": 1}');
  expect(readSettings(files)).toEqual({ settings: initialSettings, problems: [] });
});
