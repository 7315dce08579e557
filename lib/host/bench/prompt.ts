import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright';
import { projectRoot } from '../paths.ts';
import { launchBrowser } from './browser-page.ts';
import { controlAddress, policyOf } from './control-page.ts';
import { median, type Row } from './table.ts';

/**
 * Time from navigation to a prompt against a bare page that loads only xterm.js (control-page.ts): the first visit, the
 * next one, and one without a network, on this machine's processor and on one four times slower; and the code before it.
 *
 * Every visit comes from a page of another site, in a window that is open for a while, as a person's does. From an empty page of a
 * new window the two do not compare: there the browser still loads its own address bar's list, and only the peer, which sends no
 * Cross-Origin-Opener-Policy, is spared a new process (24 of 109 ms, measured with the peer under both).
 */
const RUNS = 9;
/** The worker looks for a new build two seconds after a visit (public/sw.js); what follows must not be measured beside that. */
const LOOKED_MS = 3_000;
/** Needs no network, which one of the visits does not have. */
const OTHER_SITE = 'data:text/html,<title>another site</title>';
/** By then a new window has loaded what belongs to the browser itself. */
const SETTLED_MS = 1_000;

export async function measurePrompt(stack: { origin: string }): Promise<Row[]> {
  const browser = await launchBrowser();
  try {
    const control = controlAddress(stack.origin);
    const rows: Row[] = [];
    for (const slowdown of [1, 4]) {
      const at = slowdown === 1 ? '' : `, processor ÷ ${slowdown}`;
      const cold = await alternate(browser, control, stack.origin, 'cold', slowdown);
      rows.push({ what: `time to prompt, cold${at}`, ours: median(cold.ours), peer: median(cold.peer), peerName: 'bare xterm page', unit: 'ms' });
      const warm = await alternate(browser, control, stack.origin, 'warm', slowdown);
      rows.push({ what: `time to prompt, warm${at}`, ours: median(warm.ours), peer: median(warm.peer), peerName: 'bare xterm page', unit: 'ms', note: 'second visit; ours through the service worker' });
      const offline = await alternate(browser, control, stack.origin, 'offline', slowdown);
      rows.push({ what: `time to prompt, offline${at}`, ours: median(offline.ours), peer: median(warm.peer), peerName: 'bare xterm page, warm and online', unit: 'ms' });
    }
    rows.push(await codeBeforePrompt(browser, stack.origin, control));
    return rows;
  } finally {
    await browser.close();
  }
}

type Visit = 'cold' | 'warm' | 'offline';

/** Ours and the peer in turn, so that a slow minute of the machine hits both. */
async function alternate(browser: Browser, control: string, ours: string, visit: Visit, slowdown: number): Promise<{ ours: number[]; peer: number[] }> {
  const times = { ours: [] as number[], peer: [] as number[] };
  const urls = { ours, peer: control };
  const shared = visit === 'cold' ? undefined : { ours: await browser.newContext(policyOf(ours)), peer: await browser.newContext(policyOf(control)) };
  for (let run = 0; run < RUNS + 1; run++) {
    for (const which of visit === 'offline' ? ['ours'] as const : ['ours', 'peer'] as const) {
      const context = shared?.[which] ?? (await browser.newContext(policyOf(urls[which])));
      const page = await context.newPage();
      const time = await timeToPrompt(context, page, urls[which], slowdown);
      // The first run of each fills the machine's file cache, or, warm, the browser's.
      if (run > 0) times[which].push(time);
      else if (shared !== undefined && which === 'ours') {
        await untilOfflineCopy(page);
        if (visit === 'offline') await context.setOffline(true);
      }
      if (shared !== undefined && which === 'ours') await page.waitForTimeout(LOOKED_MS);
      await (shared === undefined ? context.close() : page.close());
    }
  }
  await shared?.ours.close();
  await shared?.peer.close();
  return times;
}

/** The service worker has everything that the page needs without a network. */
async function untilOfflineCopy(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
}

/** Milliseconds from the navigation's start to the mark that the page sets when its prompt is on the screen. */
async function timeToPrompt(context: BrowserContext, page: Page, url: string, slowdown: number): Promise<number> {
  await page.goto(OTHER_SITE);
  await page.waitForTimeout(SETTLED_MS);
  await markPrompt(page);
  if (slowdown !== 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('prompt').length > 0, undefined, { polling: 10 });
  return page.evaluate(() => performance.getEntriesByName('prompt')[0]!.startTime);
}

async function markPrompt(page: Page): Promise<void> {
  // As text: the loader of these files names inner functions by a helper that the page does not have.
  await page.addInitScript(`
    const observer = new MutationObserver(() => {
      if (document.querySelector('[data-ready="true"]') === null) return;
      performance.mark('prompt');
      observer.disconnect();
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });
  `);
}

/** Scripts and style sheets that had arrived when the prompt did, compressed as servers send them. */
async function codeBeforePrompt(browser: Browser, origin: string, control: string): Promise<Row> {
  const { loaded: floor, unused } = frameworkFiles();
  const bytes = async (url: string, isFloor: (name: string) => boolean): Promise<number> => {
    const context = await browser.newContext({ serviceWorkers: 'block', ...policyOf(url) });
    const page = await context.newPage();
    await timeToPrompt(context, page, url, 1);
    const sizes: [string, number][] = await page.evaluate(async () => {
      const prompt = performance.getEntriesByName('prompt')[0]!.startTime;
      const loaded = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter(({ name, responseEnd }) => /\.(js|css)(\?|$)/.test(name) && responseEnd <= prompt);
      return Promise.all([...new Set(loaded.map(({ name }) => name))].map(async (name): Promise<[string, number]> => {
        const body = (await fetch(name)).body!.pipeThrough(new CompressionStream('gzip'));
        return [name, (await new Response(body).arrayBuffer()).byteLength];
      }));
    });
    await context.close();
    return sizes.reduce((sum, [name, size]) => sum + (isFloor(name) ? 0 : size), 0) / 1024;
  };
  const isFloor = (name: string): boolean => [...floor, ...unused].some((file) => name.endsWith(file));
  const floorKb = floor.reduce((sum, file) => sum + gzipSync(readFileSync(join(projectRoot, '.next', file))).length, 0) / 1024;
  return {
    what: 'code before the prompt, gzip', ours: await bytes(origin, isFloor), peer: await bytes(control, () => false), peerName: 'bare xterm page', unit: 'KB',
    note: `beyond the framework's own ${floorKb.toFixed(0)} KB`,
  };
}

/** What every page of Next and React loads, as the build says, and what only old browsers would. */
function frameworkFiles(): { loaded: string[]; unused: string[] } {
  const manifest = JSON.parse(readFileSync(join(projectRoot, '.next', 'build-manifest.json'), 'utf8')) as { rootMainFiles: string[]; polyfillFiles: string[] };
  return { loaded: [...new Set([...manifest.rootMainFiles, ...routerFiles()])], unused: manifest.polyfillFiles };
}

/** What every page of the app router needs besides: Next's own components of the client. */
function routerFiles(): string[] {
  const text = readFileSync(join(projectRoot, '.next', 'server', 'app', 'page_client-reference-manifest.js'), 'utf8');
  const found = /\/client\/components\/layout-router\.js":\{[^}]*?"chunks":\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  return [...found.matchAll(/static\/chunks\/[^"]+/g)].map(([path]) => path);
}
