import { expect, test } from 'vitest';
import { openSettings, SETTINGS_PATH, settingNames } from '@/lib/client/settings.ts';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { createShell } from '@/lib/core/shell/shell.ts';
import type { PageTools } from '../page-actions.ts';
import { themes } from '../themes.ts';
import { screenCommandsOf } from './screen.ts';

/** A shell with the commands of a page that has nothing but files. */
function setUp() {
  const files = createMemoryFiles({ now: () => 0 });
  const settings = openSettings({ files, notice: () => undefined, onOwner: () => () => undefined });
  const events: string[] = [];
  const panes = {
    active: { terminal: { options: { fontSize: 14 } } }, tabs: 1,
    newTab: () => void events.push('new tab'), showTab: (number: number) => void events.push(`tab ${number}`), rename: (name: string) => void events.push(`named ${name}`),
    close: () => void events.push('closed'), all: () => [],
  };
  const tools = { settings, panes } as unknown as PageTools;
  const shell = createShell({
    files, env: { HOME: '/home/me' }, cwd: '/', now: () => 0, monotonic: () => 0, random: () => 0.5, yieldNow: () => Promise.resolve(),
    commands: Object.values(screenCommandsOf(tools)),
  });
  const run = async (line: string) => {
    let out = '';
    const sink = { write: async (bytes: Uint8Array) => { out += new TextDecoder().decode(bytes); } };
    const status = await shell.run(line, { stdin: (async function* () { /* nothing is typed */ })(), stdout: sink, stderr: sink, signal: new AbortController().signal });
    return { out, status };
  };
  return { run, files, settings, events };
}

test('settings lists all, shows one, sets one and puts it back', async () => {
  const { run, settings, files } = setUp();
  const { out } = await run('settings');
  expect(out.trim().split('\n').map((line) => line.split(' ')[0])).toEqual(settingNames);
  expect(await run('settings bell flash; settings bell')).toEqual({ out: 'flash\n', status: 0 });
  expect(settings.current.bell).toBe('flash');
  expect(await run('settings --reset bell')).toEqual({ out: '', status: 0 });
  expect([settings.current.bell, new TextDecoder().decode(files.read(SETTINGS_PATH))]).toEqual(['none', '{}\n']);
});

test('a wrong name or value gets one sentence that says what fits, and changes nothing', async () => {
  const { run, files } = setUp();
  expect(await run('settings colour red')).toEqual({ out: 'settings: There is no setting colour; `settings` lists them.\n', status: 1 });
  expect(await run('settings vim-keys yes')).toEqual({ out: 'settings: vim-keys has to be on or off; "yes" is not.\n', status: 1 });
  expect(await run('theme nosuch')).toEqual({ out: 'theme: theme has to be the name of a theme; `theme --list` names them; "nosuch" is not.\n', status: 1 });
  expect(await run('font huge')).toEqual({ out: 'font: font-size has to be auto, or a number from 8 to 32; "huge" is not.\n', status: 1 });
  expect((await run('settings a b c')).status).not.toBe(0);
  expect((await run('split up')).status).not.toBe(0);
  expect(files.stat(SETTINGS_PATH)).toBeUndefined();
});

test('themes are listed where nothing can be chosen, and one can be named', async () => {
  const { run, settings } = setUp();
  const { out } = await run('theme');
  expect(out.trim().split('\n').map((line) => line.split(' ')[0])).toEqual(['auto', 'system', ...themes.map(({ name }) => name)]);
  expect(await run('theme nord')).toEqual({ out: '', status: 0 });
  expect(settings.current.theme).toBe('nord');
});

test('the size of letters is said, set, and moved within its bounds', async () => {
  const { run, settings } = setUp();
  expect((await run('font')).out).toBe('14\n');
  await run('font +4');
  expect(settings.current['font-size']).toBe(18);
  await run('font -99');
  expect(settings.current['font-size']).toBe(8);
  await run('font auto');
  expect(settings.current['font-size']).toBe(0);
});

test('tab opens, goes, names and closes; a number that there is not is told', async () => {
  const { run, events } = setUp();
  await run('tab; tab 1; tab name my notes; tab close');
  expect(events).toEqual(['new tab', 'tab 1', 'named my notes', 'closed']);
  expect(await run('tab 2')).toEqual({ out: 'tab: There is only one tab.\n', status: 1 });
});

test('update says when there is nothing newer', async () => {
  expect(await setUp().run('update')).toEqual({ out: 'This is the newest version that this browser has found.\n', status: 0 });
});
