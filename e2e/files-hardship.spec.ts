import { expect, type Browser, type Page } from '@playwright/test';
import { fillStorage, freeStorage } from './full-storage.ts';
import { logIn, registeredPerson, untilSynced, type Person } from './person.ts';
import { openTerminal, runCommand, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

const SYNCED = 'Everything is in your account.';

async function secondDevice(browser: Browser, person: Person): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await openTerminal(page);
  await logIn(page, person);
  await untilSynced(page);
  return page;
}

test('with no room left the editor keeps the text and says why, another device’s file waits, and all of it arrives when there is room', async ({ page, browser }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  expect(await runCommand(page, 'echo one > keep.md; sync')).toBe(SYNCED);
  const other = await secondDevice(browser, person);
  await fillStorage(page);
  expect(await runCommand(page, 'df | tail -n 2 | head -n 1')).toMatch(/^localStorage +\d+ +\d+ +\d+ +100% \/home\/me$/);

  await typeLine(page, 'edit keep.md');
  await expect(page.locator('.cm-content')).toBeFocused();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(`${'word '.repeat(2000)}end\n`);
  await page.keyboard.press('Control+s');
  const bar = page.getByRole('toolbar', { name: 'Editor' });
  await expect(bar.locator('.state')).toHaveText(/^Not saved: .*no room left in this browser; remove files/);
  expect(await runCommand(other, 'seq 1 3000 > large.md; sync')).toBe(SYNCED);
  // A large file cannot come, and nothing that is here goes.
  await expect(statusLine(page)).toContainText(/room|full/, { timeout: 30_000 });

  await freeStorage(page);
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+s');
  await expect(bar.locator('.state')).toHaveText('saved');
  await page.keyboard.press('Control+q');
  await untilScreen(page, /me@selkie/);
  expect(await runCommand(page, 'sync; wc -l < large.md; tail -c 4 keep.md')).toBe(`${SYNCED}\n3000\nend`);
  expect(await runCommand(other, 'sync; tail -c 4 keep.md; ls | cat')).toBe(`${SYNCED}\nend\nkeep.md\nlarge.md`);
});

test('two tabs that hear nothing of each other write the same files: nothing of either is lost, and one truth is in the account', async ({ page, context, browser }) => {
  const person = await registeredPerson();
  // As where a browser throttles or drops them: no event of another tab, and no lock that would keep the tabs apart.
  await context.addInitScript(() => {
    addEventListener('storage', (event) => event.stopImmediatePropagation(), true);
    Object.defineProperty(window, 'BroadcastChannel', { value: undefined });
    Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined });
  });
  await openTerminal(page);
  await logIn(page, person);
  expect(await runCommand(page, 'echo 0 > log.md; sync')).toBe(SYNCED);
  const tab = await context.newPage();
  await openTerminal(tab);
  await untilSynced(tab);
  // No round looks at the storage either.
  for (const each of [page, tab]) await runCommand(each, 'sync pause');
  for (const number of [1, 2, 3, 4]) await runCommand(number % 2 === 1 ? page : tab, `echo ${number} >> log.md`);
  for (const each of [page, tab]) expect(await runCommand(each, 'cat log.md')).toBe('0\n1\n2\n3\n4');
  // New files of one name, and one that each tab changes in an editor that is open in both.
  await runCommand(page, 'echo first > same.md; echo 1 > first.md');
  await runCommand(tab, 'echo second > same.md; echo 2 > second.md');
  const stateOf = (each: Page) => each.getByRole('toolbar', { name: 'Editor' }).locator('.state');
  for (const each of [page, tab]) {
    await each.bringToFront();
    await typeLine(each, 'edit log.md');
    await expect(each.locator('.cm-content')).toBeFocused();
  }
  // Only now: an editor that is opened later offers what another has not saved.
  for (const [each, words] of [[page, 'of the first'], [tab, 'of the second']] as const) {
    await each.bringToFront();
    await each.keyboard.press('Control+End');
    await each.keyboard.insertText(`${words}\n`);
    await expect(stateOf(each)).toHaveText('not saved');
  }
  await page.keyboard.press('Control+s');
  await expect(stateOf(page)).toHaveText('saved');
  await page.keyboard.press('Control+q');
  await tab.keyboard.press('Control+s');
  await expect(stateOf(tab)).toContainText('changed');
  await tab.getByRole('button', { name: 'Keep both' }).click();
  await tab.keyboard.press('Control+q');
  await untilScreen(tab, /me@selkie/);
  for (const each of [page, tab]) await runCommand(each, 'sync resume');
  const look = 'cat log*.md | sort -u; cat same*.md | sort; cat first.md second.md; ls | wc -l';
  const truth = '0\n1\n2\n3\n4\nof the first\nof the second\nfirst\nsecond\n1\n2\n6';
  for (const each of [page, tab]) await expect.poll(() => runCommand(each, `sync; ${look}`), { timeout: 30_000 }).toBe(`${SYNCED}\n${truth}`);
  const other = await secondDevice(browser, person);
  expect(await runCommand(other, look)).toBe(truth);
});

test('offline for long: hundreds of edits, renames and removals over several visits arrive in order beside what others did meanwhile', async ({ page, context, browser }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  expect(await runCommand(page, 'mkdir notes; echo start > notes/log.md; echo old > old.md; echo drop > drop.md; sync')).toBe(SYNCED);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => page.evaluate(async () => (await caches.match('/')) !== undefined), { timeout: 30_000 }).toBe(true);
  const other = await secondDevice(browser, person);
  await context.setOffline(true);
  await runCommand(page, 'for i in $(seq 1 150); do echo line $i >> notes/log.md; echo $i > notes/f$i.md; done; mv old.md new.md', 60_000);
  await page.reload();
  await untilReady(page);
  await runCommand(page, 'for i in $(seq 151 300); do echo line $i >> notes/log.md; done; rm drop.md notes/f1.md; chmod 600 new.md; mv notes days', 60_000);
  await expect(statusLine(page)).toContainText(/offline · 15\d to push/);
  expect(await runCommand(other, 'echo meanwhile > meanwhile.md; echo changed > old.md; sync')).toBe(SYNCED);
  await context.setOffline(false);
  await untilSynced(page);
  expect(await runCommand(page, 'sync')).toBe(SYNCED);
  const truth = '301 days/log.md\nline 300\n150\nchanged\n-rw-------\nmeanwhile.md\ndays new.md';
  const look = `wc -l days/log.md; tail -n 1 days/log.md; ls days | wc -l; cat new.md; stat -c %A new.md; ls meanwhile.md; echo $(ls -d days new.md old.md drop.md 2> /dev/null)`;
  for (const device of [page, other]) await expect.poll(() => runCommand(device, look), { timeout: 30_000 }).toBe(truth);
});

test('a page that is older than the server says so and keeps every edit; reloaded, it pushes them', async ({ page, browser }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  expect(await runCommand(page, 'echo one > one.md; sync')).toBe(SYNCED);
  // What a page of the former build asks for: an action that this build does not have. The answer is the server's own.
  await page.route('**/*', async (route) => {
    const headers = route.request().headers();
    await (headers['next-action'] === undefined ? route.fallback() : route.continue({ headers: { ...headers, 'next-action': '40'.padEnd(42, 'a') } }));
  });
  await runCommand(page, 'echo two > two.md');
  await expect(statusLine(page)).toContainText('Selkie has a new version; reload this page to go on syncing. · 1 to push');
  expect(await runCommand(page, 'echo three > three.md; cat one.md two.md three.md')).toBe('one\ntwo\nthree');
  await expect(statusLine(page)).toContainText('2 to push');
  await page.unrouteAll();
  await page.reload();
  await untilReady(page);
  await untilSynced(page);
  const other = await secondDevice(browser, person);
  expect(await runCommand(other, 'cat one.md two.md three.md')).toBe('one\ntwo\nthree');
});
