import { chromium, type Browser, type Page } from 'playwright';
import { chromiumArguments, findOrInstallChromium } from '../browser.ts';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findOrInstallChromium((line) => process.stderr.write(`${line}\n`)),
    args: [...chromiumArguments, '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
}

export async function untilReady(page: Page): Promise<void> {
  await page.waitForSelector('[data-testid="terminal"][data-ready="true"]');
}

/** Types a line and Enter; resolves when the screen shows `marker`. The line must not hold it joined. */
export async function enter(page: Page, line: string, marker: string, timeout = 120_000): Promise<void> {
  await page.keyboard.insertText(line);
  await page.keyboard.press('Enter');
  await page.waitForFunction((text) => (window as unknown as { selkieScreen(): string }).selkieScreen().includes(text), marker, { timeout, polling: 20 });
}

export async function untilStatus(page: Page, text: string, timeout = 60_000): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector('[role="status"]')?.textContent?.includes(wanted), text, { timeout, polling: 20 });
}

/** Busy first, or over so soon that it is idle again: a moment is given for the first. */
export async function untilIdle(page: Page): Promise<void> {
  await page.waitForSelector('[data-testid="terminal"][data-busy="true"]', { timeout: 300 }).catch(() => {});
  await page.waitForSelector('[data-testid="terminal"]:not([data-busy="true"])', { timeout: 120_000 });
}
