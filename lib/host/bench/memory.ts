import type { CDPSession, Page } from 'playwright';
import { enter, launchBrowser, untilIdle, untilReady } from './browser-page.ts';
import type { Row } from './table.ts';

/**
 * The heap of the page after as many commands as somebody types in a busy hour, and after a hundred views that were opened
 * and left again, against the heap once it had settled; both after the garbage was collected. Flat is 1.
 */
const COMMANDS = 3_600;
const VIEWS = 100;
const LINES = ['ls -la', 'echo "$RANDOM" >> log.txt', 'sort -n log.txt | tail -3', 'for i in 1 2 3; do printf "%s " $i; done; echo', 'grep -c 1 log.txt', 'date; pwd', 'x=$(wc -l < log.txt); echo $x', 'cat log.txt | head -5 | tr 0-9 a-j'];
const LEAVE: Record<string, string[]> = { 'edit log.txt': ['Control+s', 'Control+q'], 'less log.txt': ['q'], fm: ['q'] };

export async function measureMemory(stack: { origin: string }): Promise<Row[]> {
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1200, height: 760 } })).newPage();
    await page.goto(stack.origin);
    await untilReady(page);
    const session = await page.context().newCDPSession(page);
    // The scrollback fills, and every command's code is fetched, before the first look.
    await run(page, 'seq 1 20000');
    for (const line of LINES) await run(page, line);
    for (const [line, keys] of Object.entries(LEAVE)) await view(page, line, keys);
    const settled = await heapMb(session);
    for (let count = 0; count < COMMANDS; count += LINES.length) {
      if (count % 400 === 0) await run(page, 'rm log.txt; seq 1 50 > log.txt');
      // Typed ahead: the page takes them one after the other.
      for (const line of LINES) await type(page, line);
      await enter(page, `echo turn-$((${count} + 0))-over`, `turn-${count}-over`);
    }
    const afterCommands = await heapMb(session);
    for (let count = 0; count < VIEWS; count++) {
      const [line, keys] = Object.entries(LEAVE)[count % Object.keys(LEAVE).length] as [string, string[]];
      await view(page, line, keys);
    }
    const afterViews = await heapMb(session);
    return [
      { what: `heap after ${COMMANDS.toLocaleString('en')} commands`, ours: afterCommands, peer: settled, peerName: 'the same page before', unit: 'MB' },
      { what: `heap after ${VIEWS} views opened and left`, ours: afterViews, peer: afterCommands, peerName: 'the same page before', unit: 'MB' },
    ];
  } finally {
    await browser.close();
  }
}

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.insertText(line);
  await page.keyboard.press('Enter');
}

async function run(page: Page, line: string): Promise<void> {
  await type(page, line);
  await untilIdle(page);
}

/** Opens a view, which takes the keys of the prompt, and leaves it by its own keys. */
async function view(page: Page, line: string, keys: readonly string[]): Promise<void> {
  await type(page, line);
  await page.waitForSelector('[data-testid="terminal"][data-busy="true"]');
  // Keys that come before a view go to it all the same; those for the editor would stay with the prompt.
  if (line.startsWith('edit ')) await page.locator('.cm-content:focus').waitFor();
  for (const key of keys) await page.keyboard.press(key);
  await untilIdle(page);
  await untilReady(page);
}

async function heapMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}
