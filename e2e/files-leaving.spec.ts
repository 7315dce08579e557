import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { logIn, registeredPerson, untilSynced, whoIsSignedIn, type Person } from './person.ts';
import { openTerminal, runCommand, screenOf, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** Signed in, with one file in the account and, once the network is gone, one that exists only here. */
async function cutOff(page: Page, person: Person): Promise<void> {
  await openTerminal(page);
  await logIn(page, person);
  expect(await runCommand(page, 'echo pushed > there.md; sync')).toBe('Everything is in your account.');
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.context().setOffline(true);
  await runCommand(page, 'echo only-here > here.md');
  await expect(statusLine(page)).toContainText('1 to push');
  await typeLine(page, 'logout');
  await untilScreen(page, '1 file exists only in this browser and cannot be pushed now.');
  await untilScreen(page, /zip, keep, discard or Enter:$/);
}

const stored = (page: Page) => page.evaluate(() => JSON.stringify({ ...localStorage }));
const words = async (page: Page): Promise<string> => (await screenOf(page)).replaceAll(/\s+/g, ' ');

test('logout without a network: Enter keeps everything, a zip holds all of it, and only the typed word discards', async ({ page, browser }) => {
  const person = await registeredPerson();
  await cutOff(page, person);
  await typeLine(page, 'yes');
  await untilScreen(page, '"yes" is none of these, and nothing was done.');
  const [download] = await Promise.all([page.waitForEvent('download'), typeLine(page, 'zip')]);
  const zip = await readFile(await download.path());
  for (const name of ['there.md', 'here.md']) expect(zip.includes(name), name).toBe(true);
  await untilScreen(page, 'is saved by your browser');
  await page.keyboard.press('Enter');
  await expect.poll(() => words(page)).toContain(`you are still signed in as ${person.email}.`);
  expect(await runCommand(page, 'cat here.md there.md')).toBe('only-here\npushed');

  await typeLine(page, 'logout');
  await untilScreen(page, /Enter:$/);
  await typeLine(page, 'discard');
  await expect.poll(() => words(page)).toContain('You are signed out, and nothing of yours is left in this browser. Selkie could not be told yet');
  await expect(statusLine(page)).toContainText('signed out');
  expect(await stored(page)).not.toMatch(/only-here|pushed|there\.md/);
  // The cookie still opens the session; online again the page ends it instead of bringing the files back.
  await page.context().setOffline(false);
  await page.reload();
  await untilReady(page);
  await expect.poll(() => whoIsSignedIn(page)).toBeUndefined();
  expect(await runCommand(page, 'ls | wc -l')).toBe('0');
  expect(await stored(page)).not.toContain(person.email);
  // What was in the account is there, what was discarded is not.
  const other = await (await browser.newContext()).newPage();
  await openTerminal(other);
  await logIn(other, person);
  await expect.poll(() => runCommand(other, 'cat there.md; ls')).toBe('pushed\nthere.md');
});

test('logout without a network can keep the files here: nobody is signed in, nothing is pushed, and a sign-in goes on with them', async ({ page, context }) => {
  const person = await registeredPerson();
  await cutOff(page, person);
  await typeLine(page, 'keep');
  await expect.poll(() => words(page)).toContain('The files stay in this browser; `login` goes on with them. Selkie could not be told yet');
  await expect(statusLine(page)).toContainText('signed out, type login · 1 to push');
  await context.setOffline(false);
  // Without a reload: the page tells the server by itself.
  await expect.poll(() => whoIsSignedIn(page), { timeout: 30_000 }).toBeUndefined();
  expect(await runCommand(page, 'cat here.md there.md')).toBe('only-here\npushed');
  await logIn(page, person);
  await untilSynced(page);
  expect(await whoIsSignedIn(page)).toMatchObject({ email: person.email });
});

test('somebody who left without a network finds nobody signed in on the account page either', async ({ page, context }) => {
  const person = await registeredPerson();
  await cutOff(page, person);
  await typeLine(page, 'discard');
  await expect.poll(() => words(page)).toContain('You are signed out');
  await page.goto('about:blank');
  await context.setOffline(false);
  await page.goto('/account');
  // By whichever is first: the page that has told the server and loads itself anew, or its first refused request.
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await whoIsSignedIn(page)).toBeUndefined();
});
