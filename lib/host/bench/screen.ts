import type { Browser, CDPSession, Page } from 'playwright';
import { launchBrowser, untilReady } from './browser-page.ts';
import { controlAddress, policyOf } from './control-page.ts';
import { median, type Row } from './table.ts';

/** From a key to the painted character, and `cat` of 5 MB, against a page with xterm.js alone. */
const KEYS = 120;
const FRAME_MS = 17;
const CATS = 5;
const MEGABYTES = 5;

export async function measureScreen(stack: { origin: string }): Promise<Row[]> {
  const browser = await launchBrowser();
  try {
    const control = controlAddress(stack.origin);
    const keys = { ours: await keyToPaint(browser, stack.origin), peer: await keyToPaint(browser, control) };
    const rows: Row[] = [{ what: 'key to paint, median', ours: median(keys.ours), peer: median(keys.peer), peerName: 'bare xterm page', unit: 'ms' }];
    for (const [kind, line] of Object.entries(LINES)) rows.push(...await cat(browser, stack.origin, control, kind, line));
    return rows;
  } finally {
    await browser.close();
  }
}

async function open(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 760 }, ...policyOf(url) })).newPage();
  await page.goto(url);
  await untilReady(page);
  return page;
}

/**
 * The rows of the DOM renderer change within the frame that paints them, so the first change after a key is its paint. Keys come at
 * all moments of a frame: right after the last one's paint, the wait for the next frame would be all that is measured.
 */
async function keyToPaint(browser: Browser, url: string): Promise<number[]> {
  const page = await open(browser, url);
  await page.evaluate(`
    window.paints = [];
    let pressed;
    addEventListener('keydown', (event) => { pressed = event.timeStamp; }, true);
    new MutationObserver(() => {
      if (pressed === undefined) return;
      paints.push(performance.now() - pressed);
      pressed = undefined;
    }).observe(document.querySelector('.xterm-rows'), { subtree: true, childList: true, characterData: true });
  `);
  const times: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    await page.waitForTimeout(30 + ((key * 7) % FRAME_MS));
    await page.keyboard.press('abcdefghijklmnopqrstuvwxyz'[key % 26] as string);
    await page.waitForFunction((count) => (window as unknown as { paints: number[] }).paints.length > count, key, { polling: 5 });
  }
  times.push(...await page.evaluate(() => (window as unknown as { paints: number[] }).paints));
  await page.context().close();
  return times.slice(5);
}

const LINES: Record<string, string> = {
  plain: 'The quick brown fox jumps over the lazy dog 0123456789.\n',
  coloured: '\x1b[31mred\x1b[0m \x1b[1;38;5;208morange\x1b[0m \x1b[38;2;10;200;30mgreen\x1b[0m and plain again.\n',
  'CJK and emoji': '漢字かな交じり文 한글 텍스트 🙂👩‍👩‍👧 🇩🇪 é\n',
};

/** Files of at most 1.5 MB, because one may hold 2 MiB; the peer gets the same bytes in one write. */
async function cat(browser: Browser, origin: string, control: string, kind: string, line: string): Promise<Row[]> {
  const page = await open(browser, origin);
  const times: number[] = [];
  const peers: number[] = [];
  const frames: number[] = [];
  const bytes = Buffer.byteLength(line);
  const perFile = Math.floor((MEGABYTES * 1e6) / 4 / bytes);
  await enterAndWait(page, `for f in a b c d; do yes ${quoted(line.trimEnd())} | head -${perFile} > /tmp/$f; done; clear`);
  const bare = await open(browser, control);
  const base64 = Buffer.from(line.repeat(perFile * 4)).toString('base64');
  const heap: CDPSession = await page.context().newCDPSession(page);
  for (let run = 0; run < CATS; run++) {
    await heap.send('HeapProfiler.collectGarbage');
    const { tookMs, longestFrameMs } = await enterAndWait(page, 'cat /tmp/a /tmp/b /tmp/c /tmp/d');
    times.push(tookMs);
    frames.push(longestFrameMs);
    peers.push(await bare.evaluate((text) => (window as unknown as { writeBytes(base64: string): Promise<number> }).writeBytes(text), base64));
  }
  await page.context().close();
  await bare.context().close();
  return [
    { what: `cat of ${MEGABYTES} MB, ${kind}`, ours: median(times), peer: median(peers), peerName: 'one xterm write of the same bytes', unit: 'ms', note: `Enter to the next prompt; longest frame ${Math.round(median(frames))} ms` },
  ];
}

/** From Enter to the frame after all is on the grid and the next prompt below it, as the page's own clock says: a debugger's round trips are not ours. */
async function enterAndWait(page: Page, line: string): Promise<{ tookMs: number; longestFrameMs: number }> {
  await page.keyboard.insertText(line);
  // As text: see prompt.ts.
  await page.evaluate(`
    window.ended = new Promise((resolve) => {
      const root = document.querySelector('[data-testid="terminal"]');
      let started, last, longest = 0, wasBusy = false, isOver = false;
      const watch = (now) => {
        longest = Math.max(longest, now - last);
        last = now;
        if (isOver) resolve({ tookMs: performance.now() - started, longestFrameMs: longest });
        else requestAnimationFrame(watch);
      };
      addEventListener('keydown', ({ timeStamp }) => { started = last = timeStamp; requestAnimationFrame(watch); }, { capture: true, once: true });
      const observer = new MutationObserver((changes) => {
        wasBusy ||= changes.some(({ attributeName, oldValue }) => attributeName === 'data-busy' && oldValue === 'true');
        if (!wasBusy || root.dataset.busy === 'true' || root.dataset.ready !== 'true') return;
        observer.disconnect();
        isOver = true;
      });
      observer.observe(root, { attributes: true, attributeFilter: ['data-busy', 'data-ready'], attributeOldValue: true });
    });
    undefined;
  `);
  await page.keyboard.press('Enter');
  const measured = await page.evaluate<{ tookMs: number; longestFrameMs: number }>('window.ended');
  await untilReady(page);
  return measured;
}

/** In `$'…'`, for a line that is typed. */
function quoted(text: string): string {
  return `$'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\x1b', '\\e')}'`;
}
