import { expect, type Page } from '@playwright/test';
import { axeOn } from './axe.ts';
import { openTerminal, runCommand, screenOf, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

async function collectViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const kept: string[] = [];
    Object.defineProperty(window, 'violations', { value: kept });
    document.addEventListener('securitypolicyviolation', (event) => kept.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
  });
  return () => page.evaluate(() => (window as unknown as { violations: string[] }).violations);
}

const palette = (page: Page) => page.getByRole('dialog', { name: 'What to do' });

test('the palette opens by F1, finds by a few letters, says the keys, and Ctrl-K still cuts the line', async ({ page }) => {
  await openTerminal(page);
  await page.keyboard.type('echo kept');
  await page.keyboard.press('F1');
  await expect(palette(page).getByRole('combobox', { name: 'What to do' })).toBeFocused();
  await expect(palette(page).getByRole('option', { name: 'New tab Alt-Shift-T' })).toBeVisible();
  expect(await axeOn(page)).toEqual([]);
  await page.keyboard.type('spri');
  await expect(palette(page).getByRole('option', { selected: true })).toContainText('Split right');
  await page.keyboard.type('zzz');
  await expect(palette(page)).toContainText('Nothing fits');
  await page.keyboard.press('Escape');
  await expect(palette(page)).toHaveCount(0);
  // The line is as it was, and has the keys.
  await page.keyboard.press('Enter');
  await untilScreen(page, /echo kept\nkept/);

  await page.keyboard.press('Control+Shift+P');
  await expect(palette(page)).toBeVisible();
  await page.keyboard.press('F1');
  await page.keyboard.type('echo cut away');
  for (let count = 0; count < 'cut away'.length; count += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('short');
  await page.keyboard.press('Enter');
  await untilScreen(page, /\nshort\n/);
  await expect(palette(page)).toHaveCount(0);
});

test('what is chosen in the palette is done', async ({ page }) => {
  await openTerminal(page);
  const choose = async (text: string) => {
    await page.keyboard.press('F1');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await choose('split down');
  await untilReady(page);
  await expect(page.locator('.terminal-pane:visible')).toHaveCount(2);
  await choose('close this');
  await expect(page.locator('.terminal-pane:visible')).toHaveCount(1);
  await choose('larger');
  expect(await runCommand(page, 'font')).toBe('15');
  await choose('settings');
  await untilScreen(page, /theme +auto +colours of everything/);
  await choose('choose a theme');
  await expect(page.getByRole('dialog', { name: 'Theme' })).toBeVisible();
  await page.keyboard.press('Escape');
  await choose('rename');
  // Not offered while there is one tab.
  await expect(palette(page)).toContainText('Nothing fits');
  await page.keyboard.press('Escape');
});

/** Holds back the code of the palette until it is told what to do with it. */
async function holdPalette(page: Page): Promise<(how: 'arrive' | 'fail') => void> {
  let tell: (how: 'arrive' | 'fail') => void = () => {};
  const told = new Promise<'arrive' | 'fail'>((resolve) => { tell = resolve; });
  await page.route(/\/_next\/static\/chunks\//, async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    if (body.includes('What to do') && (await told) === 'fail') return route.abort();
    return route.fulfill({ response, body });
  });
  return tell;
}

test('keys that are pressed while the palette is fetched are its own: nothing of them is run at the prompt', async ({ page }) => {
  const tell = await holdPalette(page);
  await openTerminal(page, '/', 'commit');
  await page.keyboard.press('F1');
  await page.keyboard.type('split downn');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await page.keyboard.type('pwd');
  await page.keyboard.press('Enter');
  expect(await screenOf(page)).toMatch(/\$ ?$/);
  tell('arrive');
  await expect(page.locator('.terminal-pane:visible')).toHaveCount(2);
  // The new terminal has the keys by then.
  await untilScreen(page, /\$ pwd\n\/home\/me\n/);
  expect(await screenOf(page)).not.toContain('split');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a palette that does not come is given up by Escape, and one that cannot be had is said; its keys are run nowhere', async ({ page }) => {
  const tell = await holdPalette(page);
  await openTerminal(page, '/', 'commit');
  await page.keyboard.press('F1');
  await page.keyboard.type('new');
  await page.keyboard.press('Escape');
  await page.keyboard.type('echo mine');
  await expect.poll(() => screenOf(page)).toMatch(/\$ echo mine$/);
  await page.keyboard.press('F1');
  await page.keyboard.type('tab');
  await page.keyboard.press('Enter');
  tell('fail');
  await untilScreen(page, /could not be fetched; go online/);
  await page.keyboard.type(' alone');
  await page.keyboard.press('Enter');
  await untilScreen(page, /\$ echo mine alone\nmine alone\n/);
  await expect(palette(page)).toHaveCount(0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('with a finger: a tap chooses, a tap beside it leaves', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 320, height: 600 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await openTerminal(page);
  await page.getByRole('button', { name: 'Everything that can be done' }).tap();
  await expect(palette(page)).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBe(320);
  expect(await axeOn(page)).toEqual([]);
  await page.touchscreen.tap(160, 590);
  await expect(palette(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Everything that can be done' }).tap();
  await palette(page).getByRole('option', { name: 'Larger letters' }).tap();
  expect(await runCommand(page, 'font')).toBe('14');
});

test('the search counts, goes through what it found, knows case and expressions, and gives the keys back', async ({ page }) => {
  const violations = await collectViolations(page);
  await openTerminal(page);
  await runCommand(page, 'true');
  await typeLine(page, 'seq 1 300; echo Seal seal 日本');
  await untilScreen(page, '日本');
  await page.keyboard.press('Control+Shift+F');
  const bar = page.getByRole('search', { name: 'Search in the output' });
  await expect(bar.getByRole('textbox', { name: 'Search for' })).toBeFocused();
  await page.keyboard.type('seal');
  // The line that was typed holds two as well.
  await expect(bar.getByRole('status')).toHaveText('4 of 4');
  await bar.getByRole('button', { name: 'Match case' }).click();
  await expect(bar.getByRole('status')).toHaveText('2 of 2');
  await bar.getByRole('textbox').fill('^29[0-9]$');
  await expect(bar.getByRole('status')).toHaveText('no match');
  await bar.getByRole('button', { name: /^Regular expression/ }).click();
  await expect(bar.getByRole('status')).toHaveText('10 of 10');
  await bar.getByRole('textbox').press('Enter');
  await expect(bar.getByRole('status')).toHaveText('9 of 10');
  expect(await page.evaluate(() => document.querySelectorAll('.terminal-found').length)).toBeGreaterThan(1);
  await bar.getByRole('textbox').fill('(a');
  await expect(bar.getByRole('status')).toHaveText('Unmatched ( or \\(');
  await bar.getByRole('textbox').fill('^7$');
  await expect(bar.getByRole('status')).toHaveText('1 of 1');
  expect(await axeOn(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);
  await expect(page.locator('.terminal-found')).toHaveCount(0);
  expect(await runCommand(page, 'echo back')).toBe('back');
  expect(await violations()).toEqual([]);
});

test('prompts can be gone through, a command that failed is marked, and the last output is copied', async ({ browser }) => {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await openTerminal(page);
  await runCommand(page, 'true');
  for (const line of ['seq 100 150', 'cat nothing', 'seq 200 260']) {
    await typeLine(page, line);
    await untilReady(page);
    await untilScreen(page, line.replace(/^seq \d+ /, '').replace('cat nothing', 'No such file'));
    await untilReady(page);
  }
  const top = () => page.evaluate(() => document.querySelector('.xterm-rows > div')?.textContent?.trim());
  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect.poll(top).toContain('seq 200 260');
  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect.poll(top).toContain('cat nothing');
  await expect(page.locator('.terminal-failed')).toHaveCount(1);
  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect.poll(top).toContain('seq 100 150');
  await page.keyboard.press('Control+Shift+ArrowDown');
  await expect.poll(top).toContain('cat nothing');
  await page.keyboard.press('F1');
  await page.keyboard.type('copy the last output');
  await page.keyboard.press('Enter');
  await untilScreen(page, 'Last output copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(Array.from({ length: 61 }, (_, index) => String(200 + index)).join('\n'));
});

test('the tour is there the first time, follows what is typed, and once left never comes back by itself', async ({ page }) => {
  await openTerminal(page);
  const tour = page.getByRole('region', { name: 'Tour' });
  await expect(tour).toContainText('1 of 7');
  expect(await axeOn(page)).toEqual([]);
  await typeLine(page, 'pwd');
  await typeLine(page, 'echo hello');
  await expect(tour).toContainText('2 of 7');
  await typeLine(page, 'echo "buy fish" > list.md');
  await expect(tour).toContainText('3 of 7');
  // While a command runs Escape is its own.
  await untilReady(page);
  await page.keyboard.press('Escape');
  await expect(tour).toHaveCount(0);
  expect(await runCommand(page, 'cat list.md')).toBe('buy fish');
  await page.evaluate(() => localStorage.removeItem('selkie1:local:d'));
  await page.reload();
  await untilReady(page);
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  await expect(tour).toHaveCount(0);
  await typeLine(page, 'tour');
  await expect(tour).toContainText('1 of 7');
  for (const line of ['echo 1', 'echo 2 > x', 'cat x', 'head x | wc -l', 'settings bell']) await typeLine(page, line);
  await tour.getByRole('button', { name: /Skip/ }).click();
  await expect(tour).toHaveCount(0);
  await untilScreen(page, 'settings bell');
});
