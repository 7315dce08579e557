import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Browser, CDPSession, Page } from 'playwright';
import * as limits from '../../core/limits.ts';
import { formatCommit } from '../../core/sync/commit.ts';
import { hashOf, useHash } from '../../core/sync/sha256.ts';
import { createTestCloud, createTestDevice, type TestCloud } from '../../core/sync/test-device.ts';
import { applyInPlace, rootHash, type Operation, type TreeEntry } from '../../core/sync/tree.ts';
import { registerPerson, type BenchPerson } from './account.ts';
import { launchBrowser, untilReady, untilStatus } from './browser-page.ts';
import { clearLog, trafficOf } from './request-log.ts';
import { logIn, openTerminal, type } from './sync-ours.ts';
import { openS3 } from './sync-s3-keys.ts';
import { formatCells, formatNumber } from './table.ts';

/** As many commits as there may be files. */
const COMMITS = limits.treeMaxEntries;
const AT_ONCE = 16;
const HIGHEST = 999_999_999_999;

/** A browser that has nothing, then the same browser opened again, with 10,000 files in the tree and 10,000 commits in the log. */
export async function measureTenThousand(stack: { origin: string; cloud: string; dataDir: string }, commits = COMMITS): Promise<string> {
  process.stderr.write(`  start with ${commits} files and commits …\n`);
  useHash((content) => createHash('sha256').update(content).digest('base64url'));
  const person = await registerPerson(stack);
  const browser = await launchBrowser();
  try {
    await store(stack, await userOf(browser, stack.origin, person), await longLog(commits));
    const lines: string[][] = [];
    const page = await openTerminal(browser, stack.origin);
    const heap = await watchHeap(page);
    const measured = async (what: string, work: () => Promise<void>): Promise<void> => {
      await clearLog(stack.cloud);
      heap.clear();
      const started = performance.now();
      await work();
      const seconds = (performance.now() - started) / 1000;
      const { requests, bytes } = await trafficOf(stack.cloud, 's3');
      await type(page, `[ $(ls | grep -c ^file-) = ${commits} ]`);
      lines.push([what, `${formatNumber(seconds)} s`, `${formatNumber(heap.peakBytes() / 1_048_576)} MB`, String(requests), formatNumber(bytes / 1000)]);
    };
    await measured('a new device, from Enter of the password to all files', async () => {
      await logIn(page, person);
      await untilStatus(page, 'synced');
    });
    await measured('the page opened again, to its prompt', async () => {
      await page.reload();
      await untilReady(page);
    });
    await type(page, 'sync');
    await measured('the same, to the end of its first exchange', async () => {
      await page.reload();
      await untilReady(page);
      await type(page, 'sync');
    });
    await measured('one edit, from Enter to the store', async () => {
      await type(page, 'echo edited >> file-1 && sync');
    });
    heap.dispose();
    return `${commits.toLocaleString('en')} files and as many commits (requests with those of the sign-in and of polling):\n\n${formatCells([['what', 'time', 'peak of the JavaScript heap', 'requests', 'KB'], ...lines])}`;
  } finally {
    await browser.close();
  }
}

/**
 * The log as clients write it, made in memory by the core itself, with the newest snapshot that is due. Most commits edit the
 * one file; the others come in a few commits before that snapshot, because the root hash of each commit takes as long
 * as the tree is large, and what has to be read at the end is the same.
 */
async function longLog(commits: number): Promise<TestCloud> {
  const cloud = createTestCloud();
  const tree = new Map<string, TreeEntry>();
  const maker = createTestDevice(cloud, 'maker');
  const snapshotAt = commits - (commits % limits.snapshotEvery);
  let parent = '';
  let files = 1;
  for (let seq = 1; seq <= commits; seq++) {
    const isBulk = seq > snapshotAt - limits.snapshotEvery && files < commits;
    const numbers = isBulk ? Array.from({ length: Math.min(limits.commitMaxOperations, commits - files) }, () => ++files) : [1 + ((seq * 7919) % files)];
    const contents = new Map<string, Uint8Array>();
    const operations: Operation[] = numbers.map((number) => {
      const content = new TextEncoder().encode(`file ${number} of commit ${seq}\n${'some text\n'.repeat(number % 20)}`);
      const hash = hashOf(content);
      contents.set(hash, content);
      return { op: 'put', id: hashOf(`id ${number}`).slice(0, 16), path: `/home/me/file-${number}`, mode: 0o644, hash, size: content.length };
    });
    applyInPlace(tree, operations, seq);
    const head = { repo: hashOf('repo').slice(0, 22), seq, parent, id: hashOf(`commit ${seq}`).slice(0, 22) };
    const bytes = formatCommit(head, { device: 'maker', atMs: seq, root: rootHash(tree), operations, contents });
    if (bytes === undefined) throw new Error('A commit of the bench is too large.');
    cloud.log.commits.set(seq, bytes);
    parent = hashOf(bytes);
    if (seq !== snapshotAt) continue;
    for (const result of [await maker.sync(), await maker.keepSnapshot()]) {
      if (result.result !== 'synced') throw new Error(`The bench's log could not be read: ${JSON.stringify(result)}`);
    }
  }
  return cloud;
}

/** Into the person's place in the embedded S3, under the very policy that binds the app: create-only. */
async function store(stack: { cloud: string; dataDir: string }, user: string, { log }: TestCloud): Promise<void> {
  const s3 = openS3(stack);
  const numbered = (folder: string) => ([seq, bytes]: [number, Uint8Array]): [string, Uint8Array] => [`${folder}/${String(HIGHEST - seq).padStart(12, '0')}`, bytes];
  const objects = [
    ...[...log.commits].map(numbered('log')), ...[...log.snapshots].map(numbered('snap')),
    ...[...log.packs].map(([hash, bytes]): [string, Uint8Array] => [`pack/${hash}`, bytes]),
  ];
  const queue = objects.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const [name, Body] of queue) await s3.send(new PutObjectCommand({ Bucket: 'selkie', Key: `u/${user}/${name}`, Body, IfNoneMatch: '*' }));
  }));
  s3.destroy();
}

async function userOf(browser: Browser, origin: string, person: BenchPerson): Promise<string> {
  const page = await openTerminal(browser, origin);
  await logIn(page, person);
  const id = await page.evaluate(() => (JSON.parse(localStorage.getItem('selkie1:who') ?? '{}') as { id?: string }).id);
  await page.context().close();
  if (id === undefined) throw new Error('The page does not say whose files it shows.');
  return id;
}

interface HeapWatch {
  clear(): void;
  peakBytes(): number;
  dispose(): void;
}

/** The page's used heap, asked for 20 times a second; garbage that was not collected yet counts. */
async function watchHeap(page: Page): Promise<HeapWatch> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  let peak = 0;
  const timer = setInterval(() => {
    session.send('Performance.getMetrics').then(
      ({ metrics }) => void (peak = Math.max(peak, metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0)),
      // The page is between two documents.
      () => undefined,
    );
  }, 50);
  return {
    clear: () => void (peak = 0),
    peakBytes: () => peak,
    dispose: () => clearInterval(timer),
  };
}
