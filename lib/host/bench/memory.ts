import type { CDPSession, Page } from 'playwright';
import { enter, launchBrowser, untilIdle, untilReady } from './browser-page.ts';
import type { Row } from './table.ts';

/**
 * The heap of the page before and after as many commands as somebody types in a busy hour, and a hundred views that are opened
 * and left again; always after the garbage was collected. Flat is 1.
 *
 * Before the first look there was an hour of the same, and half as many views: by then what has a bound has reached it, and what still grows has none.
 * The scrollback holds ten thousand rows of these very commands (filled by `seq` it went on growing, since coloured and underlined rows take more), the
 * browser has compiled what runs often, and no more than a thousand steps can be undone in xterm.js's text field. The history alone is to grow, up to its 100,000 lines.
 */
const COMMANDS = 3_600;
const VIEWS = 100;
/** 100,000 of them are 26 MB. */
const LINE_BYTES = 256;
const LINES = ['ls -la', 'echo "$RANDOM" >> log.txt', 'sort -n log.txt | tail -3', 'for i in 1 2 3; do printf "%s " $i; done; echo', 'grep -c 1 log.txt', 'date; pwd', 'x=$(wc -l < log.txt); echo $x', 'cat log.txt | head -5 | tr 0-9 a-j'];
const LEAVE: Record<string, string[]> = { 'edit log.txt': ['Control+s', 'Control+q'], 'less log.txt': ['q'], fm: ['q'] };

export async function measureMemory(stack: { origin: string }): Promise<Row[]> {
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1200, height: 760 } })).newPage();
    await page.goto(stack.origin);
    await untilReady(page);
    const session = await page.context().newCDPSession(page);
    // Every command's code is fetched.
    for (const line of LINES) await run(page, line);
    for (let count = 0; count < COMMANDS; count += LINES.length) await turn(page, 'first', count);
    for (let count = 0; count < VIEWS / 2; count++) await nextView(page, count);
    const settled = await heapMb(session);
    let halfway = settled;
    for (let count = 0; count < COMMANDS; count += LINES.length) {
      if (count === COMMANDS / 2) halfway = await heapMb(session);
      await turn(page, 'second', count);
    }
    const afterCommands = await heapMb(session);
    for (let count = 0; count < VIEWS; count++) await nextView(page, count);
    const afterViews = await heapMb(session);
    return [
      { what: `heap after ${COMMANDS.toLocaleString('en')} commands`, ours: afterCommands, peer: settled, peerName: 'the same page before, after as many', unit: 'MB' },
      { what: 'of it for each command of the second half', ours: ((afterCommands - halfway) * 1e6) / (COMMANDS / 2), peer: LINE_BYTES, peerName: 'what a line of history may cost', unit: 'B' },
      { what: `heap after ${VIEWS} views opened and left`, ours: afterViews, peer: afterCommands, peerName: 'the same page before', unit: 'MB' },
    ];
  } finally {
    await browser.close();
  }
}

/** All lines once. */
async function turn(page: Page, hour: string, count: number): Promise<void> {
  if (count % 400 === 0) await run(page, 'rm log.txt; seq 1 50 > log.txt');
  // Typed ahead: the page takes them one after the other.
  for (const line of LINES) await type(page, line);
  await enter(page, `echo ${hour}-$((${count} + 0))-over`, `${hour}-${count}-over`);
}

async function nextView(page: Page, count: number): Promise<void> {
  const [line, keys] = Object.entries(LEAVE)[count % Object.keys(LEAVE).length] as [string, string[]];
  await view(page, line, keys);
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
