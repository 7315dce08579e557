import { expect, type Browser, type CDPSession, type Page } from '@playwright/test';
import { axeOn } from './axe.ts';
import { openTerminal, runCommand, screenOf, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

async function phone(browser: Browser, width = 375): Promise<{ page: Page; keyboard: CDPSession }> {
  const context = await browser.newContext({ viewport: { width, height: 640 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await openTerminal(page);
  // The tour is there the first time.
  await page.getByRole('button', { name: 'Skip (Esc)' }).tap();
  return { page, keyboard: await context.newCDPSession(page) };
}

const compose = (keyboard: CDPSession, text: string) => keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
/** What the keyboard makes of its composition in the end. */
const commit = (keyboard: CDPSession, text: string) => keyboard.send('Input.insertText', { text });

const lastLine = async (page: Page) => (await screenOf(page)).split('\n').at(-1);

test('a keyboard that composes: each word arrives once and whole, however it was guessed and put right', async ({ browser }) => {
  const { page, keyboard } = await phone(browser);
  const field = page.getByRole('textbox', { name: 'Type here' });
  await expect(field).toBeFocused();
  for (const text of ['e', 'ec', 'ech', 'ehco']) await compose(keyboard, text);
  // While it is composed it is the field's alone.
  expect(await lastLine(page)).toBe('me@selkie:~$');
  await expect(field).toHaveValue('\u200behco');
  await commit(keyboard, 'echo ');
  for (const text of ['に', 'にほ', 'にほん', '日本']) await compose(keyboard, text);
  await commit(keyboard, '日本');
  await compose(keyboard, 'cancelled');
  await compose(keyboard, '');
  await keyboard.send('Input.insertText', { text: ' ok' });
  await expect.poll(() => lastLine(page)).toBe('me@selkie:~$ echo 日本 ok');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('go');
  await page.keyboard.press('Enter');
  await untilScreen(page, /\n日本 go\n/);
  await expect(field).toHaveValue('\u200b');
});

test('a secret is typed into a password field, is seen nowhere while it is composed, and the plain field comes back after it', async ({ browser }) => {
  const { page, keyboard } = await phone(browser);
  const [plain, secret] = [page.getByRole('textbox', { name: 'Type here' }), page.getByLabel('Type the secret here')];
  await page.keyboard.type('read -s -p "Word: " word');
  await page.keyboard.press('Enter');
  await expect(secret).toBeFocused();
  expect([await secret.getAttribute('type'), await plain.isVisible()]).toEqual(['password', false]);
  expect(await axeOn(page)).toEqual([]);
  await compose(keyboard, 'open');
  await compose(keyboard, 'opensesame');
  expect(await page.getByTestId('terminal').innerText()).not.toContain('open');
  await commit(keyboard, 'opensesamex');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await expect(plain).toBeFocused();
  expect([await plain.inputValue(), await secret.inputValue(), await secret.isVisible()]).toEqual(['\u200b', '\u200b', false]);
  await page.keyboard.type('echo ${#word}');
  await page.keyboard.press('Enter');
  await untilScreen(page, /\n10\n/);
  expect(await screenOf(page)).not.toContain('open');
});

test('a hundred words, typed and composed in turn, are a hundred words', async ({ browser }) => {
  const { page, keyboard } = await phone(browser);
  const words = Array.from({ length: 100 }, (_, index) => `w${index}`);
  await page.keyboard.type('echo');
  for (const [index, word] of words.entries()) {
    if (index % 2 === 0) {
      await compose(keyboard, ` ${word.slice(0, 1)}`);
      await compose(keyboard, ` ${word}`);
      await commit(keyboard, ` ${word}`);
    } else await page.keyboard.type(` ${word}`);
  }
  await page.keyboard.type(' | wc -w');
  await page.keyboard.press('Enter');
  await untilScreen(page, /\n100\n/);
});

test('the keys in the row do what they say at 320 px, Ctrl holds for the next key, a keyboard in a case works too', async ({ browser }) => {
  const { page } = await phone(browser, 320);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  const key = (name: string) => page.getByRole('toolbar', { name: 'Keys' }).getByRole('button', { name, exact: true });
  for (const name of ['Everything that can be done', 'Esc', 'Tab', 'Left', 'Up', 'Down', 'Right']) {
    const box = (await key(name).boundingBox())!;
    expect([name, box.x >= 0 && box.x + box.width <= 320, box.height >= 40]).toEqual([name, true, true]);
  }
  await runCommand(page, 'echo x > a-long-name');
  await page.keyboard.type('cat a-l');
  await key('Tab').tap();
  await page.keyboard.press('Enter');
  await untilScreen(page, /cat a-long-name\s*\nx\n/);
  await key('Up').tap();
  await expect.poll(() => lastLine(page)).toContain('cat a-long-name');
  await key('Ctrl, for the next key').tap();
  await page.keyboard.type('u');
  await expect.poll(() => lastLine(page)).toBe('me@selkie:~$');
  await page.keyboard.type('sleep 100');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-testid="terminal"][data-busy="true"]')).toBeVisible();
  await page.keyboard.press('Control+c');
  await untilReady(page);
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => lastLine(page)).toContain('sleep 100');
  await page.keyboard.press('Control+c');
  expect(await axeOn(page)).toEqual([]);
});

test('the row of keys takes its room before its keys are there, and a desk does without its code', async ({ browser, page: desk }) => {
  const context = await browser.newContext({ viewport: { width: 375, height: 640 }, hasTouch: true, isMobile: true, serviceWorkers: 'block' });
  const page = await context.newPage();
  const isOfKeys = (body: string) => body.includes('Ctrl, for the next key');
  let release = () => {};
  const coming = new Promise<void>((resolve) => { release = resolve; });
  await page.route(/\/_next\/static\/chunks\//, async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    if (isOfKeys(body)) await coming;
    return route.fulfill({ response, body });
  });
  await openTerminal(page, '/', 'commit');
  const keys = page.getByRole('toolbar', { name: 'Keys' });
  const height = (await keys.boundingBox())!.height;
  await expect(keys.getByRole('button')).toHaveCount(0);
  release();
  await expect(keys.getByRole('button')).toHaveCount(13);
  expect((await keys.boundingBox())!.height).toBe(height);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await context.close();

  const bodies: Promise<string>[] = [];
  desk.on('response', (response) => {
    if (response.url().includes('/_next/static/chunks/')) bodies.push(response.text().catch(() => ''));
  });
  await openTerminal(desk);
  await runCommand(desk, 'true');
  expect((await Promise.all(bodies)).filter(isOfKeys)).toEqual([]);
});

test('the field can be had on a desk and left out on a phone', async ({ browser, page }) => {
  await openTerminal(page);
  await expect(page.getByRole('textbox', { name: 'Type here' })).toBeHidden();
  await typeLine(page, 'settings typing-field on');
  await expect(page.getByRole('textbox', { name: 'Type here' })).toBeFocused();
  expect(await runCommand(page, 'echo through the field')).toBe('through the field');
  const { page: other } = await phone(browser);
  await typeLine(other, 'settings typing-field off');
  await expect(other.getByRole('textbox', { name: 'Type here' })).toBeHidden();
});
