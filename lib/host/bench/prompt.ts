import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { projectRoot } from '../paths.ts';
import { launchBrowser, untilIdle, untilReady } from './browser-page.ts';
import { median, type Row } from './table.ts';

/**
 * Time from navigation to a prompt, and `cat` of 5 MB, against a bare page that loads only xterm.js and
 * writes. The bare page lies among the build's static files, so that the same server sends it.
 */
const CONTROL = 'bench-control';
const RUNS = 9;

/** Before the server starts, which looks once for what it has to send. Answers the removal. */
export function placeControl(): () => void {
  const directory = join(projectRoot, '.next', 'static', CONTROL);
  writeControl(directory);
  return () => rmSync(directory, { recursive: true, force: true });
}

export async function measurePrompt(stack: { origin: string }): Promise<Row[]> {
  const browser = await launchBrowser();
  try {
    const control = `${stack.origin}/_next/static/${CONTROL}/index.html`;
    const cold = await alternate(browser, control, stack.origin, true);
    const warm = await alternate(browser, control, stack.origin, false);
    return [
      { what: 'time to prompt, cold', ours: median(cold.ours), peer: median(cold.peer), peerName: 'bare xterm page', unit: 'ms' },
      { what: 'time to prompt, warm', ours: median(warm.ours), peer: median(warm.peer), peerName: 'bare xterm page', unit: 'ms', note: 'second visit; ours through the service worker' },
      await measureCat(browser, control, stack.origin),
    ];
  } finally {
    await browser.close();
  }
}

/** Ours and the peer in turn, so that a slow minute of the machine hits both. */
async function alternate(browser: Browser, control: string, ours: string, cold: boolean): Promise<{ ours: number[]; peer: number[] }> {
  const times = { ours: [] as number[], peer: [] as number[] };
  const shared = cold ? undefined : await browser.newContext();
  for (let run = 0; run < RUNS + 1; run++) {
    for (const which of ['ours', 'peer'] as const) {
      const context = shared ?? (await browser.newContext());
      const page = await context.newPage();
      const time = await timeToPrompt(page, which === 'ours' ? ours : control);
      // The first run of each fills the machine's file cache, or, warm, the browser's.
      if (run > 0) times[which].push(time);
      else if (shared !== undefined && which === 'ours') await page.evaluate(async () => void (await navigator.serviceWorker.ready));
      await (shared === undefined ? context.close() : page.close());
    }
  }
  await shared?.close();
  return times;
}

/** Milliseconds from the navigation's start to the mark that the page sets when its prompt is on the screen. */
async function timeToPrompt(page: Page, url: string): Promise<number> {
  // As text: the loader of these files names inner functions by a helper that the page does not have.
  await page.addInitScript(`
    const observer = new MutationObserver(() => {
      if (document.querySelector('[data-ready="true"]') === null) return;
      performance.mark('prompt');
      observer.disconnect();
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });
  `);
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('prompt').length > 0, undefined, { polling: 10 });
  return page.evaluate(() => performance.getEntriesByName('prompt')[0]!.startTime);
}

/** Three files, because one may hold 2 MiB; the peer gets the same bytes in one write. */
async function measureCat(browser: Browser, control: string, ours: string): Promise<Row> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(ours);
  await untilReady(page);
  await type(page, 'for f in a b c; do seq 1000000 1210000 > /tmp/$f; done; clear');
  await untilIdle(page);
  const times: number[] = [];
  const peers: number[] = [];
  const bare = await (await browser.newContext()).newPage();
  await bare.goto(control);
  await untilReady(bare);
  for (let run = 0; run < 5; run++) {
    times.push(await catOnce(page));
    peers.push(await bare.evaluate(() => (window as unknown as { writeFiveMegabytes(): Promise<number> }).writeFiveMegabytes()));
  }
  await page.context().close();
  await bare.context().close();
  return { what: 'cat of 5 MB', ours: median(times), peer: median(peers), peerName: 'one xterm write of the same bytes', unit: 'ms', note: 'Enter to the next prompt' };
}

async function catOnce(page: Page): Promise<number> {
  await page.keyboard.insertText('cat /tmp/a /tmp/b /tmp/c');
  const started = await page.evaluate(() => performance.now());
  await page.keyboard.press('Enter');
  await untilIdle(page);
  return (await page.evaluate(() => performance.now())) - started;
}

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.insertText(line);
  await page.keyboard.press('Enter');
}

function writeControl(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [from, to] of [['lib/xterm.js', 'xterm.js'], ['css/xterm.css', 'xterm.css']] as const) {
    cpSync(join(projectRoot, 'node_modules/@xterm/xterm', from), join(directory, to));
  }
  writeFileSync(join(directory, 'index.html'), '<!doctype html><meta charset="utf-8"><title>control</title><link rel="stylesheet" href="xterm.css"><style>html,body,#t{height:100%;margin:0}</style><div id="t"></div><script src="xterm.js"></script><script src="control.js"></script>');
  writeFileSync(join(directory, 'control.js'), `
    const terminal = new Terminal({ cols: 140, rows: 40, convertEol: true, scrollback: 10000 });
    terminal.open(document.getElementById('t'));
    terminal.write('$ ', () => requestAnimationFrame(() => { document.body.dataset.ready = 'true'; document.body.dataset.testid = 'terminal'; }));
    window.writeFiveMegabytes = () => new Promise((resolve) => {
      let text = '';
      for (let f = 0; f < 3; f++) for (let i = 1000000; i <= 1210000; i++) text += i + '\\n';
      const bytes = new TextEncoder().encode(text);
      const started = performance.now();
      terminal.write(bytes, () => requestAnimationFrame(() => resolve(performance.now() - started)));
    });
  `);
}
