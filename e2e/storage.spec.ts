import { expect } from '@playwright/test';
import { fillStorage } from './full-storage.ts';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { openTerminal, runCommand, statusLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

test('a full localStorage says so in a sentence; reading, deleting and syncing go on, and nothing is lost', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await runCommand(page, 'echo precious > keep.md');
  await untilSynced(page);
  // Another page of this origin took the rest of the room, to the last unit.
  await fillStorage(page);
  const refused = await runCommand(page, 'seq 1 20000 > big.txt; echo "status $?"; cat keep.md; ls | cat');
  expect(refused).toMatch(/big\.txt: No space left on device: no room left in this browser; remove files [^]*\nstatus 1\nprecious\nkeep\.md$/);
  expect(await runCommand(page, 'seq 1 20000 > keep.md; cat keep.md')).toMatch(/No space left on device: [^]*\nprecious$/);
  expect(await runCommand(page, 'rm keep.md; ls | wc -l')).toBe('0');
  await untilSynced(page);
});

test('a damaged localStorage key is set aside and told; everything else works', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'echo one > one.md; echo two > two.md');
  const before = await page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.includes(':f:') && localStorage.getItem(name)!.includes('one.md'))!;
    localStorage.setItem(key, localStorage.getItem(key)!.slice(0, 10));
    localStorage.setItem('selkie1:who', '{"id":');
    return { key, left: localStorage.getItem(key) };
  });
  await page.reload();
  await untilReady(page);
  await untilScreen(page, /damaged/);
  expect(await runCommand(page, 'cat two.md; echo three > three.md; cat three.md')).toBe('two\nthree');
  expect(await page.evaluate((key) => localStorage.getItem(key), before.key)).toBe(before.left);
});

test('hostile names and paths are refused or kept as plain names, and reach no other folder', async ({ page }) => {
  await openTerminal(page);
  expect(await runCommand(page, `echo x > "$(printf 'a\\001b')"; echo $?`)).toMatch(/Invalid argument: [^]*\n1$/);
  expect(await runCommand(page, `echo x > '../../../../etc/passwd'; echo $?`)).toMatch(/No such file or directory\n1$/);
  expect(await runCommand(page, `echo x > "$(printf 'n%.0s' $(seq 1 600))"; echo $?`)).toMatch(/File name too long: [^]*\n1$/);
  expect(await runCommand(page, `echo plain > '<img src=x onerror=alert(1)>'; cat '<img src=x onerror=alert(1)>'`)).toBe('plain');
});

test('two tabs are replicas: a file written in one is there in the other, and signing out in one signs out both', async ({ page, context }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  const other = await context.newPage();
  await openTerminal(other);
  await expect(statusLine(other)).toContainText(person.email);
  await runCommand(page, 'echo shared > tab.md');
  await expect.poll(() => runCommand(other, 'cat tab.md')).toBe('shared');
  await untilSynced(page);
  await page.bringToFront();
  await page.keyboard.insertText('logout');
  await page.keyboard.press('Enter');
  await expect(statusLine(page)).toContainText('signed out');
  await expect(statusLine(other)).toContainText('signed out');
  expect(await runCommand(other, 'ls -A | wc -l')).toBe('0');
});

test('a session that ended keeps the files and says so; signing in again pushes what was written meanwhile', async ({ page, context, browser }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await untilSynced(page);
  await context.clearCookies();
  await runCommand(page, 'echo meanwhile > gap.md');
  await expect(statusLine(page)).toContainText('signed out');
  expect(await runCommand(page, 'cat gap.md')).toBe('meanwhile');
  await logIn(page, person);
  await untilSynced(page);
  const second = await (await browser.newContext()).newPage();
  await openTerminal(second);
  await logIn(second, person);
  await expect.poll(() => runCommand(second, 'cat gap.md')).toBe('meanwhile');
});

test('a commit near the largest travels through the server action: a file of 700 KB arrives whole', async ({ page, browser }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  // Random-looking, so that compression does not make it small.
  await runCommand(page, 'i=1; while [ $i -le 40000 ]; do echo $RANDOM$RANDOM$RANDOM; i=$((i+1)); done | head -c 700000 > big.txt; wc -c < big.txt', 60_000);
  const sum = await runCommand(page, 'wc -c < big.txt; tail -c 20 big.txt');
  await untilSynced(page);
  const second = await (await browser.newContext()).newPage();
  await openTerminal(second);
  await logIn(second, person);
  await expect.poll(() => runCommand(second, 'wc -c < big.txt; tail -c 20 big.txt'), { timeout: 30_000 }).toBe(sum);
});
