import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Browser, Page } from 'playwright';
import { registerPerson, type BenchPerson } from './account.ts';
import { enter, launchBrowser, untilReady, untilStatus } from './browser-page.ts';
import { clearLog, trafficOf, type Traffic } from './request-log.ts';
import type { Row } from './table.ts';

/**
 * Requests and bytes at the embedded S3, as its own log counts them: ours from a real browser through the
 * server, the peer as the plain way, one object a file with the AWS SDK (list, compare, put or get).
 */
const FILES = 1_000;

export async function measureSync(stack: { origin: string; cloud: string; dataDir: string }): Promise<Row[]> {
  const person = await registerPerson(stack);
  const browser = await launchBrowser();
  try {
    const first = await terminal(browser, stack.origin);
    await enter(first, `for i in $(seq 1 ${FILES}); do echo "note $i of the bench" > note-$i.md; done; echo writ''ten`, 'written');
    const ours: Record<string, Traffic> = {};
    const measured = async (name: string, work: () => Promise<void>) => {
      await clearLog(stack.cloud);
      await work();
      ours[name] = await trafficOf(stack.cloud, 's3');
    };
    await measured('first sync', () => logIn(first, person));
    await measured('one edit', async () => {
      await enter(first, `echo changed >> note-7.md; echo edi''ted`, 'edited');
      await untilCommitted(stack.cloud, 1);
      await untilPushed(first);
    });
    await measured('no change', async () => {
      await enter(first, `sync; echo agree''d`, 'agreed');
    });
    const second = await terminal(browser, stack.origin);
    await measured('new device', () => logIn(second, person));
    await Promise.all([first, second].map((page) => page.context().setOffline(true)));
    await enter(first, `echo one >> note-1.md; echo ma''de`, 'made');
    await enter(second, `echo two >> note-2.md; echo ma''de`, 'made');
    await measured('two devices collide', async () => {
      await Promise.all([first, second].map((page) => page.context().setOffline(false)));
      await untilCommitted(stack.cloud, 2);
      await Promise.all([first, second].map(untilPushed));
      // Each holds the other's edit only when it has read it.
      await Promise.all([first, second].map((page) => untilPrints(page, 'cat note-1.md note-2.md | grep -c -e one -e two', '2')));
    });
    const peer = await objectPerFile(stack);
    return Object.entries(ours).flatMap(([name, traffic]) => [
      { what: `${name}: requests`, ours: traffic.requests, peer: peer[name]!.requests, peerName: 'one object a file, AWS SDK', unit: 'requests', ...(name === 'no change' ? { note: 'the command’s own round, and the pages’ polling beside it' } : {}) },
      { what: `${name}: bytes`, ours: traffic.bytes / 1000, peer: peer[name]!.bytes / 1000, peerName: 'one object a file, AWS SDK', unit: 'KB' },
    ]);
  } finally {
    await browser.close();
  }
}

async function terminal(browser: Browser, origin: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(origin);
  await untilReady(page);
  return page;
}

async function logIn(page: Page, person: BenchPerson): Promise<void> {
  await enter(page, `login ${person.email}`, 'assword');
  await enter(page, person.password, `signed in as ${person.email}`);
  await untilPushed(page);
}

function untilPushed(page: Page): Promise<void> {
  return untilStatus(page, 'synced');
}

/** Until that many commits were written since the log was cleared; a page says "synced" until it notices its own change. */
async function untilCommitted(cloud: string, commits: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await trafficOf(cloud, 's3', ['PutObject'])).requests < commits) {
    if (Date.now() > deadline) throw new Error(`Fewer than ${commits} commits arrived within a minute.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilPrints(page: Page, line: string, expected: string): Promise<void> {
  for (let turn = 0; turn < 60; turn++) {
    const marker = `turn-${turn}-`;
    await enter(page, `clear; echo ${marker}''$(${line})'.'`, marker);
    if ((await page.evaluate(() => (window as unknown as { selkieScreen(): string }).selkieScreen())).includes(`${marker}${expected}.`)) return;
    await page.waitForTimeout(500);
  }
  throw new Error(`"${line}" never printed ${expected}.`);
}

/** The same five situations with one object a file; both collision writers hold what they listed. */
async function objectPerFile(stack: { cloud: string; dataDir: string }): Promise<Record<string, Traffic>> {
  const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as { s3AccessKeyId: string; s3SecretAccessKey: string };
  const port = Number(new URL(stack.cloud).port) + 1;
  const s3 = new S3Client({
    endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', forcePathStyle: true,
    credentials: { accessKeyId: secrets.s3AccessKeyId, secretAccessKey: secrets.s3SecretAccessKey },
  });
  const Bucket = 'selkie';
  const prefix = `bench-peer-${Date.now()}/`;
  const put = (name: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key: prefix + name, Body }));
  const get = async (name: string) => (await s3.send(new GetObjectCommand({ Bucket, Key: prefix + name }))).Body!.transformToString();
  const list = async () => {
    let token: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: token }));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  };
  const names = Array.from({ length: FILES }, (_, i) => `note-${i + 1}.md`);
  const eightAtATime = async (work: (name: string) => Promise<unknown>) => {
    const queue = [...names];
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) await work(name);
    }));
  };
  const measured: Record<string, Traffic> = {};
  const measure = async (name: string, work: () => Promise<unknown>) => {
    await clearLog(stack.cloud);
    await work();
    measured[name] = await trafficOf(stack.cloud, 's3');
  };
  await measure('first sync', async () => {
    await list();
    await eightAtATime((name) => put(name, `note ${name} of the bench\n`));
  });
  await measure('one edit', async () => {
    await list();
    await put('note-7.md', 'note 7 of the bench\nchanged\n');
  });
  await measure('no change', list);
  await measure('new device', async () => {
    await list();
    await eightAtATime(get);
  });
  await measure('two devices collide', async () => {
    for (const [mine, theirs] of [['note-1.md', 'note-2.md'], ['note-2.md', 'note-1.md']] as const) {
      await list();
      await put(mine, 'changed\n');
      await list();
      await get(theirs);
    }
  });
  s3.destroy();
  return measured;
}
