import { SerializeAddon } from '@xterm/addon-serialize';
import { expect, test } from 'vitest';
import { storageKeys } from '@/lib/client/storage-keys.ts';
import { headlessTerminal } from '@/lib/core/tty/headless-terminal.ts';
import type { ArrangedPanes } from './arrange-panes.ts';
import { firstKept, hasMoreThanOne, keepOnlyScreensOf, loadScreens, type KeptPane } from './kept-screens.ts';
import type { Pane } from './pane.ts';
import { parseTabs, screenKeeper } from './screen-keeper.ts';
import { showsSecrets } from './shows-secrets.ts';

function memory() {
  const values = new Map<string, string>();
  return {
    values,
    get length() { return values.size; },
    key: (index: number) => [...values.keys()][index] ?? null,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
    clear: () => values.clear(),
  };
}

/** What a page does with them before and after its first prompt. */
function screensIn(storage: () => Storage) {
  return {
    ...screenKeeper(storage, () => new SerializeAddon()),
    load: (owner: string) => parseTabs(loadScreens(storage, owner)),
    keepOnly: (owner: string) => keepOnlyScreensOf(storage, owner),
  };
}

const LAYOUT = { direction: 'row' as const, share: 0.5, first: { pane: 1 }, second: { pane: 2 } };
const kept = (screen = 'text'): KeptPane => ({ screen, directory: '/home/me' });
const TAB = { name: 'one', layout: LAYOUT, panes: { 1: kept(), 2: kept() }, active: 2, isShown: true };

/** A page with one pane that shows `output`, the prompt below it. */
async function pageWith(output: string, lastLine: string | undefined = 'cat file') {
  const head = headlessTerminal(40, 10);
  head.terminal.write(`${output}$ half a line`);
  await head.settled();
  const { baseY, cursorY } = head.terminal.buffer.normal;
  const pane = { terminal: head.terminal, directory: '/home/me/x', lastLine, restored: 'before', promptRow: () => baseY + cursorY } as unknown as Pane;
  const panes = { keep: (screenOf: (pane: Pane) => KeptPane) => [{ name: undefined, layout: { pane: 1 }, active: 1, isShown: true, panes: { 1: screenOf(pane) } }] } as unknown as ArrangedPanes;
  return panes;
}

test('what was on the screen comes back with its colours, without the line that was being typed', async () => {
  const storage = memory();
  const screens = screensIn(() => storage);
  screens.save('ann', await pageWith('one\n\x1b[31mred\x1b[0m\n日本 wide\n'));
  const [tab] = screens.load('ann') ?? [];
  expect(tab?.panes['1']?.directory).toBe('/home/me/x');
  const again = headlessTerminal(40, 10);
  again.terminal.write(tab?.panes['1']?.screen ?? '');
  await again.settled();
  expect(again.screen().rows).toEqual(['one', 'red', '日本 wide']);
  expect(again.terminal.buffer.active.getLine(1)?.getCell(0)?.getFgColor()).toBe(1);
});

test('where nothing ran since it was restored it stays as it was', async () => {
  const storage = memory();
  const screens = screensIn(() => storage);
  const panes = await pageWith('before\n── restored ──\n');
  const quiet = { keep: (screenOf: (pane: Pane) => KeptPane) => panes.keep((pane) => screenOf({ ...pane, lastLine: undefined } as Pane)) } as unknown as ArrangedPanes;
  screens.save('ann', quiet);
  expect(screens.load('ann')?.[0]?.panes['1']?.screen).toBe('before');
});

test('a screen on which recovery codes were is not kept, until it is cleared', async () => {
  const storage = memory();
  const screens = screensIn(() => storage);
  const panes = await pageWith('KEEP-1 KEEP-2\n');
  const secret = { keep: (screenOf: (pane: Pane) => KeptPane) => panes.keep((pane) => screenOf({ ...pane, isSecret: true } as Pane)) } as unknown as ArrangedPanes;
  screens.save('ann', secret);
  expect(screens.load('ann')?.[0]?.panes['1']).toEqual({ screen: '', directory: '/home/me/x' });
  expect([showsSecrets('mfa on', false), showsSecrets('x=$(mfa codes); echo $x', false), showsSecrets('ls', true), showsSecrets('clear', true), showsSecrets('ls', false)])
    .toEqual([true, true, true, false, false]);
});

test('nobody gets the screens of another owner, and at a change of owner they go', async () => {
  const storage = memory();
  const screens = screensIn(() => storage);
  storage.setItem('other', 'stays');
  screens.save('ann', await pageWith('private\n'));
  expect(screens.load('bob')).toBeUndefined();
  screens.keepOnly('ann');
  expect(screens.load('ann')).toBeDefined();
  screens.keepOnly('local');
  expect([...storage.values.keys()]).toEqual(['other']);
});

test('a very long output is cut to what fits, from its end', async () => {
  const storage = memory();
  const screens = screensIn(() => storage);
  const loud = Array.from({ length: 135 }, () => Array.from({ length: 40 }, (_cell, cell) => `\x1b[38;2;200;200;${100 + cell};48;2;100;100;${100 + cell}mx`).join('')).join('\n');
  screens.save('ann', await pageWith(`the start\n${loud}\nthe end\n`));
  expect(storage.values.get(storageKeys.screensOf('ann'))?.length).toBeLessThanOrEqual(192 * 1024);
  const screen = screens.load('ann')?.[0]?.panes['1']?.screen ?? '';
  expect([screen.includes('the start'), screen.includes('the end')]).toEqual([false, true]);
});

test('storage that is denied or full costs the screens only', async () => {
  const denied = screensIn(() => { throw new Error('denied'); });
  denied.save('ann', await pageWith('x\n'));
  denied.keepOnly('ann');
  expect(denied.load('ann')).toBeUndefined();
});

test.each([
  ['nothing', null], ['a word', 'x'], ['no tabs', []], ['no layout', [{ ...TAB, layout: undefined }]], ['a pane without a screen', [{ ...TAB, panes: { 1: kept() } }]],
  ['a pane twice', [TAB, TAB]], ['keys for a pane that is not there', [{ ...TAB, active: 9 }]], ['a share of nothing', [{ ...TAB, layout: { ...LAYOUT, share: 0 } }]],
  ['a long name', [{ ...TAB, name: 'x'.repeat(61) }]], ['too many', Array.from({ length: 17 }, (_, pane) => ({ ...TAB, layout: { pane }, panes: { [pane]: kept() }, active: pane }))],
])('%s is nothing to restore', (_what, value) => expect(parseTabs(value)).toBeUndefined());

test('the prompt is that of the pane that had the keys, in the tab that was shown', () => {
  const other = { ...TAB, layout: { pane: 3 }, panes: { 3: kept('other') }, active: 3, isShown: false };
  const shown = { ...TAB, panes: { 1: kept('beside'), 2: kept('with the keys') } };
  expect([firstKept([other, shown]), hasMoreThanOne([other, shown])]).toEqual([kept('with the keys'), true]);
  // Of a page that forgot which it was: the first.
  expect([firstKept([other]), hasMoreThanOne([other])]).toEqual([kept('other'), false]);
  expect(hasMoreThanOne([shown])).toBe(true);
});

test.each([
  ['nothing', undefined], ['a word', 'x'], ['no tabs', []], ['nothing as a tab', [null]], ['no panes', [{ ...TAB, panes: null }]], ['keys for a pane that is not there', [{ ...TAB, active: 9 }]],
  ['a screen that is none', [{ ...TAB, panes: { 2: { screen: 5 } } }]],
])('with %s the prompt is that of an empty screen', (_what, value) => {
  expect(firstKept(value)).toBeUndefined();
  expect(typeof hasMoreThanOne(value)).toBe('boolean');
});

test('a tab with a split is restored as it was', () => {
  expect(parseTabs([{ ...TAB, more: 'of another version' }])).toEqual([TAB]);
});
