import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { fillStorage, freeStorage } from './full-storage.ts';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { openTerminal, runCommand, screenOf, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

const bar = (page: Page) => page.getByRole('toolbar', { name: 'Editor' });
const offer = (page: Page) => bar(page).locator('.state');

async function edit(page: Page, name: string): Promise<void> {
  await untilReady(page);
  await typeLine(page, `edit ${name}`);
  await expect(bar(page)).toBeVisible();
}

async function typeAtEnd(page: Page, text: string): Promise<void> {
  await expect(page.locator('.cm-content')).toBeFocused();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(text);
}

/** Keys of drafts in this browser. */
const drafts = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((key) => /^selkie1:[^:]+:t:/.test(key)));

/** The process of the page dies: nothing of its script runs any more. */
async function crash(page: Page): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  void debug.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

test('text that was typed and not saved outlives a killed tab: it is offered with its time, taken, and saved', async ({ context }) => {
  let page = await context.newPage();
  await openTerminal(page);
  const person = await registeredPerson();
  await logIn(page, person);
  await runCommand(page, 'echo saved > notes.md; sync');
  await edit(page, 'notes.md');
  await typeAtEnd(page, 'typed and not saved 🦭\n');
  // The person stops for a moment.
  await expect.poll(() => drafts(page)).toHaveLength(1);
  await crash(page);

  page = await context.newPage();
  await openTerminal(page);
  await untilScreen(page, 'Text of ~/notes.md that was not saved is kept; `edit ~/notes.md` offers it.');
  expect(await runCommand(page, 'cat notes.md')).toBe('saved');
  await edit(page, 'notes.md');
  await expect(offer(page)).toHaveText(/^There is unsaved text of this file from \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/);
  await expect(page.getByRole('button', { name: 'Take it' })).toBeFocused();
  // Left where it is, it is offered again.
  await page.keyboard.press('Escape');
  await expect(offer(page)).toHaveText('saved');
  await page.keyboard.press('Control+q');
  await edit(page, 'notes.md');
  await page.keyboard.press('Enter');
  await expect(page.locator('.cm-content')).toContainText('typed and not saved 🦭');
  await expect(offer(page)).toHaveText('not saved');
  await page.keyboard.press('Control+s');
  await expect(offer(page)).toHaveText('saved');
  expect(await drafts(page)).toEqual([]);
  await page.keyboard.press('Control+q');
  expect(await runCommand(page, 'cat notes.md; sync')).toBe('saved\ntyped and not saved 🦭\nEverything is in your account.');
  await edit(page, 'notes.md');
  await expect(offer(page)).toHaveText('saved');
});

test('a reload keeps what was typed a moment before it; when the file was changed since, that is said, and neither is written over the other', async ({ page, browser }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await runCommand(page, 'echo one > notes.md; sync');
  page.on('dialog', (dialog) => void dialog.accept());
  await edit(page, 'notes.md');
  await typeAtEnd(page, 'mine\n');
  await page.reload();
  await untilReady(page);
  expect(await drafts(page)).toHaveLength(1);

  const other = await (await browser.newContext()).newPage();
  await openTerminal(other);
  await logIn(other, person);
  await expect.poll(() => runCommand(other, 'cat notes.md')).toBe('one');
  expect(await runCommand(other, 'echo theirs >> notes.md; sync')).toBe('Everything is in your account.');
  await expect.poll(() => runCommand(page, 'cat notes.md')).toBe('one\ntheirs');

  await edit(page, 'notes.md');
  await expect(offer(page)).toHaveText(/ UTC\. The file was changed since\.$/);
  await page.getByRole('button', { name: 'Take it' }).click();
  await expect(offer(page)).toHaveText('Taken; the file was changed since, so saving will ask.');
  await page.keyboard.press('Control+s');
  await page.getByRole('button', { name: 'Keep both' }).click();
  await expect(offer(page)).toHaveText('saved');
  await page.keyboard.press('Control+q');
  expect(await runCommand(page, "cat notes.md; cat 'notes (edited).md'")).toBe('one\ntheirs\none\nmine');
  expect(await drafts(page)).toEqual([]);
});

test('unsaved text counts at sign-out: it is named, is in the zip, and goes with everything else; a discard in the editor removes it at once', async ({ page }) => {
  await openTerminal(page);
  await logIn(page, await registeredPerson());
  await runCommand(page, 'echo saved > notes.md; sync');
  page.on('dialog', (dialog) => void dialog.accept());
  await edit(page, 'notes.md');
  await typeAtEnd(page, 'never saved\n');
  await page.reload();
  await untilReady(page);
  await untilSynced(page);
  await typeLine(page, 'logout');
  await untilScreen(page, /zip, keep, discard or Enter:$/);
  expect((await screenOf(page)).replaceAll(/\s+/g, ' ')).toContain('Text that was typed and not saved is only here too: `edit` offers it for ~/notes.md. You can type:');
  const [download] = await Promise.all([page.waitForEvent('download'), typeLine(page, 'zip')]);
  expect((await readFile(await download.path())).includes('notes (unsaved).md')).toBe(true);
  await untilScreen(page, 'look that it is there');
  await page.keyboard.press('Enter');
  await untilScreen(page, 'Everything is kept');

  await edit(page, 'notes.md');
  await page.getByRole('button', { name: 'Throw it away' }).click();
  await expect(offer(page)).toHaveText('saved');
  expect(await drafts(page)).toEqual([]);
  await typeAtEnd(page, 'unwanted');
  await expect.poll(() => drafts(page)).toHaveLength(1);
  await page.keyboard.press('Control+q');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(bar(page)).toHaveCount(0);
  expect(await drafts(page)).toEqual([]);

  await edit(page, 'notes.md');
  await typeAtEnd(page, 'of nobody else');
  await expect.poll(() => drafts(page)).toHaveLength(1);
  await page.reload();
  await untilReady(page);
  await typeLine(page, 'logout');
  await untilScreen(page, /zip, keep, discard or Enter:$/);
  await typeLine(page, 'discard');
  await expect.poll(() => screenOf(page)).toContain('You are signed out');
  expect(await drafts(page)).toEqual([]);
  await logIn(page, await registeredPerson());
  await edit(page, 'notes.md');
  await expect(offer(page)).toHaveText('saved');
});

test('in a full browser a draft never takes the room that its file needs, and what cannot be kept is said', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'echo > long.md');
  // A gap in which one of the two has room, the text or its draft.
  await fillStorage(page, 40_000);
  const text = `${'seal '.repeat(9_000)}\n`;
  await edit(page, 'long.md');
  await typeAtEnd(page, text);
  await expect.poll(() => drafts(page)).toHaveLength(1);
  await page.keyboard.press('Control+s');
  await expect(offer(page)).toHaveText('saved');
  expect(await drafts(page)).toEqual([]);
  await typeAtEnd(page, text);
  await expect(offer(page)).toHaveText('not saved; this browser is too full to keep it if the tab is closed');
  await page.keyboard.press('Control+s');
  await expect(offer(page)).toHaveText(/^Not saved: .*no room left in this browser/);
  await expect(page.locator('.cm-content')).toContainText('seal');
  await freeStorage(page);
  await page.keyboard.press('Control+s');
  await expect(offer(page)).toHaveText('saved');
  await page.keyboard.press('Control+q');
  expect(await runCommand(page, 'wc -c < long.md')).toBe(String(1 + 2 * text.length));
});

test('after a button of the editor nothing of what is typed at the prompt is lost, though Enter went up in the editor', async ({ page }) => {
  await openTerminal(page);
  await page.keyboard.insertText('edit notes.md');
  await page.keyboard.down('Enter');
  await expect(page.locator('.cm-content')).toBeFocused();
  await page.keyboard.up('Enter');
  await page.getByRole('button', { name: 'Quit ^Q' }).click();
  await expect(bar(page)).toHaveCount(0);
  await untilReady(page);
  // As an input method or a phone brings it, without a key.
  await page.keyboard.insertText('echo whole');
  await page.keyboard.press('Enter');
  await untilScreen(page, /\nwhole\n/);
});
