import { expect, type Page } from '@playwright/test';
import { openTerminal, runCommand, screenOf, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

const backgroundOf = (page: Page, selector: string) => page.locator(selector).first().evaluate((element) => getComputedStyle(element).backgroundColor);
const LIGHT = 'rgb(251, 252, 253)';
const DARK = 'rgb(11, 16, 21)';

test('a theme colours the terminal, the bars and the pages of the account, and is there from the first moment after a reload', async ({ page }) => {
  await openTerminal(page);
  expect([await backgroundOf(page, '.terminal-page'), await backgroundOf(page, '.xterm-scrollable-element')]).toEqual([DARK, DARK]);
  expect(await runCommand(page, 'theme light; cat ~/.config/selkie/settings.json')).toBe('{\n  "theme": "light"\n}');
  await expect.poll(() => backgroundOf(page, '.terminal-page')).toBe(LIGHT);
  expect(await backgroundOf(page, '.xterm-scrollable-element')).toBe(LIGHT);
  await page.reload({ waitUntil: 'commit' });
  await untilReady(page);
  expect(await backgroundOf(page, '.xterm-scrollable-element')).toBe(LIGHT);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/sign-in');
  expect(await backgroundOf(page, 'html')).toBe(LIGHT);
});

test('theme without a name shows each as the arrows pass it; Escape restores, Enter keeps', async ({ page }) => {
  await openTerminal(page);
  await typeLine(page, 'theme');
  const dialog = page.getByRole('dialog', { name: 'Theme' });
  await expect(dialog.getByRole('combobox', { name: 'Theme' })).toBeFocused();
  await page.keyboard.type('light');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(dialog.getByRole('option', { selected: true })).toContainText('Light');
  await expect.poll(() => backgroundOf(page, '.terminal-page')).toBe(LIGHT);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => backgroundOf(page, '.terminal-page')).toBe(DARK);
  expect(await runCommand(page, 'settings theme; ls -A | grep -c config')).toBe('auto\n0');

  await typeLine(page, 'theme');
  await expect(dialog).toBeVisible();
  await page.keyboard.type('nord');
  await page.keyboard.press('Enter');
  await expect.poll(() => backgroundOf(page, '.terminal-page')).toBe('rgb(46, 52, 64)');
  expect(await runCommand(page, 'settings theme')).toBe('nord');
});

test('letters grow and shrink by Ctrl-+, Ctrl-- and font, and go back by Ctrl-0', async ({ page }) => {
  await openTerminal(page);
  expect(await runCommand(page, 'font')).toBe('14');
  await page.keyboard.press('Control+Equal');
  await page.keyboard.press('Control+Equal');
  await page.keyboard.press('Control+Minus');
  expect(await runCommand(page, 'font')).toBe('15');
  expect(await runCommand(page, 'font +5; font; settings font-size')).toBe('20\n20');
  await page.keyboard.press('Control+0');
  expect(await runCommand(page, 'font; font 99')).toBe('14\nfont: font-size has to be auto, or a number from 8 to 32; "99" is not.');
});

test('a setting that is changed by hand holds at once, in another tab too; a broken file is told and left alone', async ({ page, context }) => {
  await openTerminal(page);
  const other = await context.newPage();
  await openTerminal(other);
  await runCommand(page, `settings cursor block; echo '{"theme": "light"}' > ~/.config/selkie/settings.json`);
  await expect.poll(() => backgroundOf(page, '.terminal-page')).toBe(LIGHT);
  await expect.poll(() => backgroundOf(other, '.terminal-page')).toBe(LIGHT);
  await typeLine(page, `echo '{"theme"' > ~/.config/selkie/settings.json`);
  await untilScreen(page, /settings\.json is not JSON; it is left alone/);
  await typeLine(page, 'settings bell flash');
  await untilScreen(page, /settings: settings\.json is not JSON/);
  expect(await runCommand(page, 'cat ~/.config/selkie/settings.json')).toBe('{"theme"');
  expect(await backgroundOf(page, '.terminal-page')).toBe(LIGHT);
});

test('forced colours and a wish for contrast are followed, and nothing blinks where motion is reduced', async ({ browser }) => {
  const context = await browser.newContext({ contrast: 'more', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await openTerminal(page);
  await expect.poll(() => backgroundOf(page, '.terminal-page')).toBe('rgb(0, 0, 0)');
  await expect(page.locator('[data-blink], .xterm-cursor-blink')).toHaveCount(0);
  await page.emulateMedia({ forcedColors: 'active' });
  expect(await runCommand(page, 'echo seen')).toBe('seen');
  expect((await screenOf(page)).endsWith('me@selkie:~$')).toBe(true);
});
