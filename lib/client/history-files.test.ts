import { expect, test } from 'vitest';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import * as limits from '@/lib/core/limits.ts';
import { openHistory } from './history.ts';
import { createTestBrowser } from './test-browser.ts';

const DIRECTORY = '/home/me/.local/state/selkie/history';

/** The files of one account, as every device sees them once all is synced. */
function account() {
  const clock = { nowMs: 1_000, timers: [] };
  const files = createMemoryFiles({ now: () => clock.nowMs });
  let changes = 0;
  files.onChange(() => { changes += 1; });
  let devices = 0;
  const newDevice = () => {
    const id = `id${(devices += 1)}`;
    const browser = createTestBrowser({ clock });
    let tabs = 0;
    return {
      browser,
      openTab(owner = 'ann') {
        const tab = browser.openTab();
        const hide = new Set<() => void>();
        const history = openHistory({
          owner, tab: `t${(tabs += 1)}`, storage: tab.storage(), now: tab.now,
          synced: {
            files, device: 'box', newId: () => id, after: (ms, work) => tab.after(ms, work),
            onHide(listener) {
              hide.add(listener);
              return () => void hide.delete(listener);
            },
          },
        });
        return { history, hide: () => { for (const listener of [...hide]) listener(); }, handles: () => hide.size + tab.handles() };
      },
    };
  };
  const all = () => {
    try {
      return files.list(DIRECTORY).map(({ name }) => name);
    } catch {
      return [];
    }
  };
  const text = () => all().map((name) => new TextDecoder().decode(files.read(`${DIRECTORY}/${name}`))).join('');
  return { clock, files, newDevice, all, text, changes: () => changes };
}

test('lines reach other devices a minute after the first of them, in one batch', async () => {
  const { newDevice, all, changes, text } = account();
  const laptop = newDevice();
  const { history } = laptop.openTab();
  const first = history.add('ls', '/home/me');
  if (first !== undefined) history.finish(first, 3, 0);
  await laptop.browser.pass(limits.historyWriteEveryMs / 2);
  const second = history.add('make', '/home/me/src');
  if (second !== undefined) history.finish(second, 700, 2);
  expect(all()).toEqual([]);
  await laptop.browser.pass(limits.historyWriteEveryMs / 2);
  expect([all(), text()]).toEqual([['box-id1.1.jsonl'],
    `{"at":${first?.at},"line":"ls","directory":"/home/me","ms":3,"status":0}\n{"at":${second?.at},"line":"make","directory":"/home/me/src","ms":700,"status":2}\n`]);
  const written = changes();
  await laptop.browser.pass(10 * limits.historyWriteEveryMs);
  expect(changes()).toBe(written);
  expect(newDevice().openTab().history.records()).toEqual(history.records());
});

test('a device that is open sees what another wrote, and goes on beside it', async () => {
  const { newDevice } = account();
  const [laptop, phone] = [newDevice(), newDevice()];
  const [here, there] = [laptop.openTab(), phone.openTab()];
  here.history.add('one');
  expect(there.history.entries()).toEqual([]);
  here.hide();
  there.history.add('two');
  expect(there.history.entries()).toEqual(['one', 'two']);
  there.hide();
  expect(here.history.entries()).toEqual(['one', 'two']);
});

test('hiding the page writes what is new, also of a command that still runs, and nothing twice', () => {
  const { newDevice, changes, text } = account();
  const { history, hide } = newDevice().openTab();
  hide();
  expect(changes()).toBe(0);
  history.add('sleep 1000');
  hide();
  const written = changes();
  hide();
  hide();
  expect([changes(), text()]).toEqual([written, `{"at":${history.records()[0]?.at},"line":"sleep 1000"}\n`]);
});

test('tabs of one browser share its file, and a line stays in its tab until the file is seen to have it', () => {
  const { newDevice, files, all, text } = account();
  const laptop = newDevice();
  const [one, two] = [laptop.openTab(), laptop.openTab()];
  one.history.add('one');
  two.history.add('two');
  one.hide();
  // The other tab's write was decided before it saw this one's, and won.
  files.write(`${DIRECTORY}/${all()[0]}`, new TextEncoder().encode(''));
  one.hide();
  expect(text().match(/"line":"\w+"/g)).toEqual(['"line":"one"', '"line":"two"']);
  one.hide();
  two.hide();
  expect([...Array(laptop.browser.storage.length).keys()].map((index) => laptop.browser.storage.key(index))).toEqual(['selkie1:ann:n']);
  expect(laptop.openTab().history.entries()).toEqual(['one', 'two']);
});

test('what is forgotten on one device is gone on all, also when one was away meanwhile', () => {
  const { newDevice, text } = account();
  const [laptop, phone] = [newDevice(), newDevice()];
  const [here, away] = [laptop.openTab(), phone.openTab()];
  away.history.add('export TOKEN=abc');
  away.hide();
  away.history.add('ls');
  const secret = here.history.records()[0];
  here.history.remove(secret === undefined ? [] : [secret]);
  expect(text()).not.toContain('TOKEN');
  away.history.add('pwd');
  away.hide();
  expect([text().includes('TOKEN'), newDevice().openTab().history.entries()]).toEqual([false, ['ls', 'pwd']]);
  here.history.clear();
  away.hide();
  expect([away.history.entries(), newDevice().openTab().history.entries(), text().includes('pwd')]).toEqual([[], [], false]);
});

test('a device fills file after file, keeps so many, and only the last is written anew', () => {
  const { newDevice, all, files } = account();
  const { history, hide } = newDevice().openTab();
  const long = 'x'.repeat(4_000);
  for (let index = 0; index < 90; index += 1) {
    history.add(`${index} ${long}`);
    if (index % 5 === 4) hide();
  }
  const sizes = all().map((name) => files.stat(`${DIRECTORY}/${name}`)?.size ?? 0);
  expect([all().length, Math.max(...sizes) <= limits.historyFileMaxBytes]).toEqual([limits.historyFilesPerDevice, true]);
  expect(newDevice().openTab().history.entries().at(-1)).toBe(`89 ${long}`);
});

test('without an account nothing is written but the browser\'s own keys, and a disposed history leaves nothing behind', async () => {
  const { newDevice, changes } = account();
  const laptop = newDevice();
  const tab = laptop.openTab('local');
  tab.history.add('ls');
  tab.hide();
  await laptop.browser.pass(2 * limits.historyWriteEveryMs);
  expect([changes(), laptop.openTab('local').history.entries()]).toEqual([0, ['ls']]);
  const other = newDevice().openTab();
  other.history.add('last words');
  other.history.dispose();
  expect([other.handles(), newDevice().openTab().history.entries()]).toEqual([0, ['last words']]);
});

test('a directory that cannot be written costs nothing but the batch', () => {
  const { newDevice, files } = account();
  files.makeDirectory('/home/me/.local');
  files.write('/home/me/.local/state', new Uint8Array());
  const laptop = newDevice();
  const { history, hide } = laptop.openTab();
  history.add('ls');
  hide();
  expect([history.entries(), laptop.openTab().history.entries()]).toEqual([['ls'], ['ls']]);
});
