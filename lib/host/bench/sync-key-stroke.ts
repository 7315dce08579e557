import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright';
import { registerPerson } from './account.ts';
import { launchBrowser } from './browser-page.ts';
import { s3Meter } from './sync-meter.ts';
import { logIn, openTerminal, type } from './sync-ours.ts';
import { percentile } from './sync-table.ts';
import { formatCells, formatNumber } from './table.ts';

const TRIES = 24;
const FILE = 'strokes.md';

/**
 * From the Enter that changes a file on one device to the moment when a program on the other, which looks 50 times a
 * second, prints that the change is there. Both pages are visible and sync by themselves.
 */
export async function measureKeyStroke(stack: { origin: string; cloud: string }, latenciesMs: readonly number[], tries = TRIES): Promise<string> {
  const { setLatency } = s3Meter(stack.cloud);
  const person = await registerPerson(stack);
  const browser = await launchBrowser();
  const lines: string[][] = [];
  try {
    const [writer, reader] = [await openTerminal(browser, stack.origin), await openTerminal(browser, stack.origin)];
    for (const page of [writer, reader]) await logIn(page, person);
    for (const latencyMs of latenciesMs) {
      process.stderr.write(`  key stroke to the other device at ${latencyMs} ms …\n`);
      await setLatency(latencyMs);
      const seconds: number[] = [];
      for (let turn = 1; turn <= tries; turn++) {
        // Another moment of the other page's polling each time.
        await wait((turn * 617) % 2000);
        seconds.push(await strokeOnce(writer, reader, `stroke-${latencyMs}-${turn}`));
      }
      lines.push([`${latencyMs} ms`, String(tries), ...[0.5, 0.95, 1].map((share) => `${formatNumber(percentile(seconds, share))} s`)]);
    }
  } finally {
    await setLatency(0);
    await browser.close();
  }
  return `From key stroke to the other device, both pages visible:\n\n${formatCells([['latency of a request', 'tries', 'p50', 'p95', 'slowest'], ...lines])}`;
}

async function strokeOnce(writer: Page, reader: Page, mark: string): Promise<number> {
  await type(writer, ':');
  await reader.keyboard.insertText(`clear; until grep -qx ${mark} ${FILE} 2>/dev/null; do sleep 0.02; done; echo se''en-${mark}.`);
  await reader.keyboard.press('Enter');
  await reader.waitForSelector('[data-testid="terminal"][data-busy="true"]');
  await writer.keyboard.insertText(`echo ${mark} >> ${FILE}`);
  const started = performance.now();
  await Promise.all([writer.keyboard.press('Enter'), seen(reader, `seen-${mark}.`)]);
  return (performance.now() - started) / 1000;
}

async function seen(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => (window as unknown as { selkieScreen(): string }).selkieScreen().includes(wanted), text, { timeout: 60_000, polling: 20 });
}
