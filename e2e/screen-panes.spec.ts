import { expect, type Page } from '@playwright/test';
import { axeOn } from './axe.ts';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { openTerminal, runCommand, screenOf, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** Presses the key that opens another terminal, and waits for its prompt: until it is there, the keys are the old one's. */
async function openBy(page: Page, key: string): Promise<void> {
  const count = await page.locator('.xterm').count();
  await page.keyboard.press(key);
  await expect(page.locator('.xterm')).toHaveCount(count + 1);
  await untilReady(page);
}

const panes = (page: Page) => page.locator('.terminal-pane:visible');

test('a second tab has a shell of its own and the same files; Alt and its digit goes there and back', async ({ page }) => {
  await openTerminal(page);
  await expect(page.getByRole('tablist')).toBeHidden();
  await runCommand(page, 'mkdir deep; cd deep; x=first; echo shared > ../note');
  await openBy(page, 'Alt+Shift+T');
  await expect(page.getByRole('tab')).toHaveText(['Terminal 1', 'Terminal 2']);
  expect(await runCommand(page, 'echo "[$x]"; cat ~/note')).toBe('[]\nshared');
  await page.keyboard.press('Alt+1');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Terminal 1');
  expect(await runCommand(page, 'echo "[$x]"; pwd')).toBe('[first]\n/home/me/deep');
  await typeLine(page, 'tab 2');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Terminal 2');
  await runCommand(page, 'tab name backups');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('backups');
  // By keys within the row of tabs.
  await page.getByRole('tab', { selected: true }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('tab', { name: 'Terminal 1' })).toBeFocused();
  await page.keyboard.press('Alt+2');
  await page.keyboard.press('Alt+Shift+W');
  await expect(page.getByRole('tablist')).toBeHidden();
  expect(await runCommand(page, 'echo "[$x]"')).toBe('[first]');
});

test('splits: beside and below, the keys go to one of them, the line between them moves, closing gives the room back', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'where=left');
  await openBy(page, 'Alt+Shift+V');
  await runCommand(page, 'where=right');
  await openBy(page, 'Alt+Shift+H');
  await runCommand(page, 'where=below');
  await expect(panes(page)).toHaveCount(3);
  await page.keyboard.press('Alt+Shift+ArrowLeft');
  expect(await runCommand(page, 'echo $where')).toBe('left');
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await page.keyboard.press('Alt+Shift+ArrowUp');
  expect(await runCommand(page, 'echo $where')).toBe('right');
  await page.keyboard.press('Alt+Shift+ArrowDown');
  expect(await runCommand(page, 'echo $where')).toBe('below');

  const widths = () => panes(page).evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().width)));
  const [left, right] = await widths();
  expect(Math.abs(left! - right!)).toBeLessThanOrEqual(1);
  await page.keyboard.press('Control+Alt+Shift+ArrowLeft');
  const [narrow, wide] = await widths();
  expect([narrow! < left!, wide! > right!]).toEqual([true, true]);
  // The line itself is a control.
  const line = page.getByRole('separator').first();
  await line.focus();
  await page.keyboard.press('ArrowRight');
  expect((await widths())[0]).toBe(left);
  const box = (await line.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 200, box.y + 100);
  await page.mouse.up();
  expect((await widths())[0]).toBeGreaterThan(left! + 150);
  expect(await axeOn(page)).toEqual([]);

  await panes(page).nth(2).click();
  expect(await runCommand(page, 'echo $where')).toBe('below');
  await page.keyboard.press('Alt+Shift+W');
  await page.keyboard.press('Alt+Shift+W');
  await expect(panes(page)).toHaveCount(1);
  await page.keyboard.press('Alt+Shift+W');
  await untilScreen(page, 'This is the only terminal of the page');
});

test('closing a terminal asks while a command runs in it', async ({ page }) => {
  await openTerminal(page);
  await openBy(page, 'Alt+Shift+T');
  await typeLine(page, 'sleep 1000');
  await expect(page.locator('[data-testid="terminal"][data-busy="true"]')).toBeVisible();
  await page.keyboard.press('Alt+Shift+W');
  await expect(page.getByRole('dialog', { name: 'A command still runs here' })).toContainText('sleep 1000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab')).toHaveCount(2);
  await page.keyboard.press('Alt+Shift+W');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab')).toHaveCount(0);
  expect(await runCommand(page, 'echo here')).toBe('here');
});

test('after a reload tabs, splits, screens and directories are as they were, and nothing of it is anybody else\'s', async ({ page, context }) => {
  await openTerminal(page);
  await runCommand(page, 'mkdir one two; cd one');
  await typeLine(page, 'echo on the first');
  await untilScreen(page, /\non the first/);
  await openBy(page, 'Alt+Shift+T');
  await runCommand(page, 'cd ~/two; tab name second');
  await openBy(page, 'Alt+Shift+V');
  await typeLine(page, String.raw`printf '\e[31mred\e[0m \e]0;title\x07 日本 done\n'`);
  await untilScreen(page, '日本 done');
  await untilReady(page);
  await page.keyboard.insertText('not entered');
  // The keeper is fetched when the page is idle.
  await expect.poll(() => page.evaluate(() => {
    dispatchEvent(new Event('pagehide'));
    return Object.keys(sessionStorage).length;
  })).toBe(1);
  await page.reload();
  await untilReady(page);
  await expect(page.getByRole('tab')).toHaveText(['Terminal 1', 'second']);
  await expect(panes(page)).toHaveCount(2);
  const screen = await screenOf(page);
  expect(screen).toMatch(/red {2}日本 done\n── restored ──\nme@selkie:~\/two\$$/);
  expect(screen).not.toContain('not entered');
  await page.keyboard.press('Alt+1');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Terminal 1');
  await untilReady(page);
  expect(await screenOf(page)).toMatch(/\non the first\n── restored ──\nme@selkie:~\/one\$$/);
  // A second reload adds no second rule where nothing ran.
  await page.reload();
  await untilReady(page);
  expect((await screenOf(page)).match(/restored/g)).toHaveLength(1);

  const stranger = await context.newPage();
  await openTerminal(stranger);
  expect(await screenOf(stranger)).not.toContain('on the first');
  expect(await stranger.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
});

test('where the code of tabs cannot be had, the terminal that had the keys is there all the same, and the others come back another time', async ({ browser }) => {
  // A worker would have that code.
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await openTerminal(page);
  await runCommand(page, 'mkdir one two; cd one');
  await openBy(page, 'Alt+Shift+T');
  await runCommand(page, 'cd ~/two');
  await openBy(page, 'Alt+Shift+V');
  await runCommand(page, 'cd ~/two; echo had the keys');
  await expect.poll(() => page.evaluate(() => {
    dispatchEvent(new Event('pagehide'));
    return Object.values(sessionStorage).join();
  })).toContain('had the keys');
  let refused = 0;
  await page.route(/\/_next\/static\/chunks\//, async (route) => {
    const response = await route.fetch();
    if (!(await response.text()).includes('Size of the panes')) return route.fulfill({ response });
    refused += 1;
    return route.abort();
  });
  await page.reload();
  await untilReady(page);
  expect(await screenOf(page)).toMatch(/\nhad the keys\n(.*\n)?── restored ──\nme@selkie:~\/two\$$/);
  expect(await runCommand(page, 'echo works')).toBe('works');
  await page.keyboard.press('Alt+1');
  await untilScreen(page, 'That could not be fetched; go online and try again');
  await expect(panes(page)).toHaveCount(1);
  expect(refused).toBeGreaterThan(0);
  await page.unrouteAll({ behavior: 'wait' });
  await page.reload();
  await expect(page.getByRole('tab')).toHaveText(['Terminal 1', 'Terminal 2']);
  await expect(panes(page)).toHaveCount(2);
  await page.keyboard.press('Alt+1');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Terminal 1');
  await untilReady(page);
  expect(await runCommand(page, 'pwd')).toBe('/home/me/one');
  await context.close();
});

test('after a sign-out nothing of what the person saw is left in the page or in the browser, in no tab', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await typeLine(page, 'echo secret plan');
  await untilScreen(page, /\nsecret plan/);
  await openBy(page, 'Alt+Shift+T');
  await runCommand(page, 'tab name secret; echo secret too');
  await untilSynced(page);
  const kept = () => page.evaluate(() => {
    dispatchEvent(new Event('pagehide'));
    return Object.entries(sessionStorage).join();
  });
  await expect.poll(kept).toContain('secret plan');
  // The first tab now waits to be shown.
  await page.reload();
  await untilReady(page);
  await typeLine(page, 'logout');
  await expect(page.getByRole('tab')).toHaveText(['Terminal 1', 'Terminal 2']);
  await untilReady(page);
  expect(await kept()).not.toContain('secret');
  expect(await page.getByRole('log').innerText()).not.toContain('secret');
  await page.keyboard.press('Alt+1');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Terminal 1');
  await untilReady(page);
  expect(await screenOf(page)).not.toContain('secret');
  expect(await page.content()).not.toContain('secret');
});

test('fifty terminals that come and go leave none of their elements, style sheets or shells behind', async ({ page }) => {
  await openTerminal(page);
  const session = await page.context().newCDPSession(page);
  const measure = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((metric) => metric.name === name)!.value;
    const sheets = await page.evaluate(() => [document.adoptedStyleSheets.length, document.querySelectorAll('.xterm, .terminal-pane, .terminal-sheet').length]);
    return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners'), sheets };
  };
  await session.send('Performance.enable');
  const round = async (times: number) => {
    for (let turn = 0; turn < times; turn += 1) {
      await openBy(page, turn % 2 === 0 ? 'Alt+Shift+T' : 'Alt+Shift+V');
      await page.keyboard.press('Alt+Shift+W');
      await expect(page.locator('.xterm')).toHaveCount(1);
      await untilReady(page);
    }
  };
  // What is made once is made before, and the commands' code, which comes in idle time, is there.
  let scripts = 0;
  await expect.poll(async () => {
    const seen = scripts;
    scripts = await page.locator('script').count();
    return scripts - seen;
  }, { intervals: [1_000], timeout: 60_000 }).toBe(0);
  await round(4);
  const before = await measure();
  await round(50);
  // A timer of the last ones may still hold them for a second or two.
  await expect.poll(async () => (await measure()).listeners - before.listeners, { timeout: 15_000 }).toBeLessThanOrEqual(10);
  const after = await measure();
  expect(after.sheets).toEqual(before.sheets);
  expect(after.nodes - before.nodes).toBeLessThanOrEqual(100);
  // A terminal alone is about two megabytes.
  expect(after.heap - before.heap).toBeLessThan(8_000_000);
});
