import { expect, type Page } from '@playwright/test';
import { openTerminal, runCommand, screenOf, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** What the rows show that are on the screen now. */
const shown = (page: Page) => page.locator('.xterm-rows > div').evaluateAll((rows) => rows.map((row) => (row.textContent ?? '').trimEnd()));
const linesOf = async (page: Page) => (await screenOf(page)).split('\n').map((line) => line.trimEnd());
/** The rows show the lines from the first, or the last ones. */
async function shows(page: Page, which: 'first' | 'last'): Promise<boolean> {
  const [rows, lines] = [await shown(page), await linesOf(page)];
  return rows.join('\n') === (which === 'first' ? lines.slice(0, rows.length) : lines.slice(-rows.length)).join('\n');
}

test('rows that scroll are drawn once in a frame', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'seq 1 100');
  await page.evaluate(() => {
    /** How often the first row was drawn in each frame. */
    const frames = new Map<unknown, number>();
    Object.defineProperty(window, 'frames of the first row', { value: frames });
    new MutationObserver((changes) => {
      const { currentTime } = document.timeline;
      frames.set(currentTime, (frames.get(currentTime) ?? 0) + changes.filter(({ addedNodes }) => addedNodes.length > 0).length);
    }).observe(document.querySelector('.xterm-rows > div')!, { childList: true });
  });
  for (const line of ['echo one', 'echo two', 'seq 1 200', 'echo last']) {
    await typeLine(page, line);
    await untilReady(page);
  }
  await untilScreen(page, /\nlast\n/);
  const drawn = await page.evaluate(() => [...(window as unknown as Record<string, Map<unknown, number>>)['frames of the first row']!.values()]);
  expect(drawn.length).toBeGreaterThan(3);
  expect(Math.max(...drawn)).toBe(1);
});

test('who has scrolled up sees what is there, also when output pushes it out of a full scrollback, and at the end the end', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'seq 1 12000');
  await page.mouse.move(300, 300);
  await typeLine(page, 'sleep 5; for i in {1..9}; do seq 20000 20100; sleep 0.1; done');
  const slider = (await page.locator('.xterm .scrollbar.vertical .slider').boundingBox())!;
  await page.mouse.move(slider.x + 4, slider.y + 4);
  await page.mouse.down();
  await page.mouse.move(slider.x + 4, 0, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => shows(page, 'first')).toBe(true);
  const [before] = await shown(page);
  await untilScreen(page, /(\n20100\n[^]*){9}/);
  await untilReady(page);
  await expect.poll(() => shows(page, 'first')).toBe(true);
  expect((await shown(page))[0]).not.toBe(before);
  await typeLine(page, 'echo end');
  await untilScreen(page, /\nend\nme@selkie:~\$$/);
  await expect.poll(() => shows(page, 'last')).toBe(true);
});

test('the letter under the cursor, grey as its suggestion, keeps its colour in both halves of a blink', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'echo something');
  await page.keyboard.type('echo some');
  const colourIn = async (half: 'on' | 'off'): Promise<string> => (await page.waitForFunction((wanted) => {
    const cursor = document.querySelector('.xterm-cursor');
    const isNow = document.querySelector<HTMLElement>('.terminal-screen')?.dataset['blink'] === wanted && cursor?.textContent?.startsWith('t') === true;
    return isNow ? getComputedStyle(cursor).color : undefined;
  }, half)).jsonValue() as Promise<string>;
  const on = await colourIn('on');
  expect(await colourIn('off')).toBe(on);
  // Of the letters behind it, which no cursor covers.
  expect(await page.locator('.xterm-cursor + span').evaluate((next) => getComputedStyle(next).color)).toBe(on);
});
