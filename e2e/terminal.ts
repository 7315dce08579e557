import { expect, type Page } from '@playwright/test';

/**
 * How a test uses the terminal: it types on the keyboard and reads `window.selkieScreen()`, which returns
 * scrollback and screen as text (the DOM may hold none, depending on the renderer).
 * `waitUntil` commit: where code is held back, without which a page that has asked for it counts as not loaded.
 */
export async function openTerminal(page: Page, path = '/', waitUntil: 'load' | 'commit' = 'load'): Promise<void> {
  // Held open from the start: a test that waits for it only when it comes may come too late, and then the browser has closed it.
  page.on('filechooser', () => undefined);
  await page.goto(path, { waitUntil });
  await untilReady(page);
}

export async function untilReady(page: Page): Promise<void> {
  await expect(page.locator('[data-testid="terminal"][data-ready="true"]')).toBeVisible();
}

export function screenOf(page: Page): Promise<string> {
  return page.evaluate(() => (window as unknown as { selkieScreen(): string }).selkieScreen());
}

/** Types a line and Enter, without waiting for what it does. */
export async function typeLine(page: Page, line: string): Promise<void> {
  await page.keyboard.insertText(line);
  await page.keyboard.press('Enter');
}

/** Waits until the screen holds `text` (or matches it) after `since`, and returns the whole screen. */
export async function untilScreen(page: Page, text: string | RegExp, timeout = 15_000): Promise<string> {
  await expect
    .poll(() => screenOf(page), { timeout })
    .toEqual(typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text));
  return screenOf(page);
}

/** Runs a command at an idle prompt and returns exactly what it printed. */
export async function runCommand(page: Page, line: string, timeout = 15_000): Promise<string> {
  const marker = `done-${Math.random().toString(36).slice(2, 10)}`;
  // Two words that the echo of the line does not hold joined, so only the output can match.
  const [head, tail] = [marker.slice(0, 6), marker.slice(6)];
  await typeLine(page, 'clear');
  await typeLine(page, `${line}; echo ${head}''${tail}`);
  const screen = await untilScreen(page, marker, timeout);
  const lines = screen.split('\n');
  const from = lines.findIndex((text) => text.includes(`echo ${head}''${tail}`)) + 1;
  const to = lines.findIndex((text, index) => index >= from && text.includes(marker));
  const last = lines[to]!.slice(0, lines[to]!.indexOf(marker));
  return [...lines.slice(from, to), ...(last === '' ? [] : [last])].join('\n');
}

/** The status line under the terminal. */
export function statusLine(page: Page) {
  return page.getByRole('status');
}
