import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { seededRandom } from '../../core/sync/seeded-random.ts';
import { breakThings } from './break-things.ts';
import { createLoadBrowser, type LoadAccount, type LoadBrowser, type Violation } from './browser.ts';
import { planFaults } from './fault-plan.ts';
import { residentBytes } from './instance.ts';
import { judgeLog } from './judge-log.ts';
import type { LoadReport } from './load-report.ts';
import { startLoadStack, type LoadStack } from './load-stack.ts';
import { createLoopbackClient, judgeStatus } from './loopback-client.ts';
import { copyAsNextBuild } from './next-build.ts';
import { createTally } from './tally.ts';

export interface LoadOptions {
  people: number;
  minutes: number;
  instances: number;
  packageFolder: string;
  /** Everything of this run is written here. */
  folder: string;
  /** Folder of an earlier run with at least as many people: their accounts are taken, and made no second time. */
  accountsOf?: string;
  seed: number;
  /** Mean pause of one browser between two acts. */
  thinkMs: number;
  say: (line: string) => void;
}

const SAMPLE_EVERY_MS = 5_000;
/** People that sign up at one time, before the clock runs. */
const REGISTER_AT_ONCE = 3;
const REGISTER_TRIES = 10;
const SETTLE_MS = 120_000;
const SETTLE_AT_ONCE = 32;
const JUDGE_AT_ONCE = 8;
/** Of each kind, told as they happen. */
const TOLD_MAX = 20;

/**
 * The whole run: accounts are made, then people act while things break, then there is calm, every browser pushes what it
 * still has, and the store is read past the app. Every tenth person has two browsers.
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { say, folder } = options;
  const now = () => performance.now();
  if (options.accountsOf !== undefined) for (const name of ['secrets.json', 'cloud/cognito']) cpSync(join(options.accountsOf, name), join(folder, name), { recursive: true });
  const nextPackage = copyAsNextBuild(options.packageFolder, join(folder, 'next-build'));
  const stack = await startLoadStack({ folder, packageFolder: options.packageFolder, instances: options.instances, say });
  const browsers: LoadBrowser[] = [];
  try {
    const random = seededRandom(options.seed);
    const accounts = Array.from({ length: options.people }, (_, i) => accountOf(i));
    say(`${stack.origin}, ${stack.instances.length} instances; ${options.accountsOf === undefined ? 'making' : 'taking'} ${options.people} accounts …`);
    if (options.accountsOf === undefined) await registerPeople(stack, accounts, now);
    const tally = createTally();
    const violations = new Map<Violation, number>();
    const beganMs = now();
    const violation = (what: Violation, detail: string) => {
      const count = (violations.get(what) ?? 0) + 1;
      violations.set(what, count);
      if (count <= TOLD_MAX) say(`${what} at ${((now() - beganMs) / 1000).toFixed(1)} s: ${detail}`);
    };
    for (const [index, account] of accounts.entries()) {
      for (let which = 0; which < (index % 10 === 0 ? 2 : 1); which += 1) {
        browsers.push(createLoadBrowser({
          account, name: `d${which + 1}`, address: addressOf(index, which + 1), origin: stack.origin, ca: stack.ca, actionId: stack.actionId,
          thinkMs: options.thinkMs, tally, random, now, violation,
        }));
      }
    }
    const totalMs = options.minutes * 60_000;
    const startedMs = beganMs;
    const until = startedMs + totalMs;
    const memory: LoadReport['memory'] = [];
    const sample = () => void memory.push({
      atSeconds: Math.round((now() - startedMs) / 1000), instances: stack.instances.map((each) => each.memoryBytes()),
      others: Object.fromEntries(Object.entries(stack.others()).map(([name, pid]) => [name, residentBytes(pid)])),
    });
    sample();
    const sampler = setInterval(sample, SAMPLE_EVERY_MS);
    const plan = planFaults(totalMs);
    say(`${browsers.length} browsers act for ${options.minutes} min …`);
    // They come over the first 45 %, as people do, and because a password check is dear on purpose.
    const acting = browsers.map(async (browser) => {
      await wait(random() * totalMs * 0.45);
      await browser.act(until);
    });
    const breaking = breakThings({ stack, plan, startedMs, nextPackage, now, say, isOver: () => now() > until });
    await Promise.all([...acting, breaking]);
    const breaks = await breaking;
    const actedMs = now() - startedMs;
    clearInterval(sampler);
    const figures = tally.figures();
    const requests = tally.total();

    say('Everybody pushes what is left …');
    await severalAtOnce(SETTLE_AT_ONCE, browsers, async (browser) => {
      await browser.settle(now() + SETTLE_MS);
      await browser.askEnded();
    });
    sample();

    say('Reading the store …');
    const log = await judgeStore(stack, browsers);
    return {
      options: { people: options.people, browsers: browsers.length, minutes: options.minutes, instances: options.instances, thinkMs: options.thinkMs, seed: options.seed },
      requests, seconds: actedMs / 1000, perSecond: requests / (actedMs / 1000), figures,
      violations: Object.fromEntries(violations), cutAnswers: stack.cutAnswers(), log, memory, longestSilenceMs: tally.longestSilenceMs(startedMs + totalMs * 0.05, until),
      breaks: breaks.map((each) => {
        const back = tally.firstOkAfter(each.toMs, each.kinds);
        return { what: each.what, atSeconds: (each.fromMs - startedMs) / 1000, lastedMs: each.toMs - each.fromMs, recoveredMs: back === undefined ? null : back - each.toMs };
      }),
    };
  } finally {
    for (const browser of browsers) browser.close();
    await stack.stop();
  }
}

/** An address of 127.0.0.0/8 for each browser. */
function addressOf(person: number, which: number): string {
  return `127.${which}.${Math.floor(person / 250) + 1}.${(person % 250) + 1}`;
}

/** Over the product's own API, with nothing broken yet. */
async function registerPeople(stack: LoadStack, accounts: readonly LoadAccount[], now: () => number): Promise<void> {
  await severalAtOnce(REGISTER_AT_ONCE, [...accounts.entries()], async ([index, account]) => {
    const client = createLoopbackClient({ origin: stack.origin, address: addressOf(index, 9), ca: stack.ca, tally: createTally(), now });
    const post = async (path: string, body: object) => {
      for (let left = REGISTER_TRIES; ; left -= 1) {
        const answer = await client.ask(path, { method: 'POST', path, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }, (reply) => judgeStatus(reply, [200]));
        if (answer !== undefined && answer.status < 300) return;
        // Passwords are dear to check: a busy machine may need longer than the app waits.
        if (answer?.status !== 503 || left === 0) throw new Error(`${path} answered ${answer?.status ?? 'nothing'}: ${answer?.body.toString() ?? ''}`);
        await wait(2_000);
      }
    };
    await post('/api/auth/sign-up', account);
    const mails = (await (await fetch(`${stack.control}/outbox?to=${encodeURIComponent(account.email)}`)).json()) as { code: string }[];
    await post('/api/auth/confirm', { email: account.email, code: mails[0]!.code });
    client.close();
  });
}

function accountOf(index: number): LoadAccount {
  return { email: `person-${index}@example.com`, password: `Load-${createHash('sha256').update(String(index)).digest('hex').slice(0, 12)}-7!` };
}

async function judgeStore(stack: LoadStack, browsers: readonly LoadBrowser[]): Promise<LoadReport['log']> {
  const { endpoint, bucket, region } = stack.s3;
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId: stack.secrets.s3AccessKeyId, secretAccessKey: stack.secrets.s3SecretAccessKey } });
  const written = new Map<string, Map<string, string>>();
  for (const { userId, device } of browsers) {
    if (userId === undefined || device === undefined) continue;
    const own = written.get(userId) ?? new Map<string, string>();
    for (const [path, content] of device.written) own.set(path, content);
    written.set(userId, own);
  }
  const sum: LoadReport['log'] = { people: written.size, commits: 0, files: 0, wrong: [] };
  await severalAtOnce(JUDGE_AT_ONCE, [...written], async (item) => {
    const { commits, files, wrong } = await judgeLog(client, bucket, ...item);
    sum.commits += commits;
    sum.files += files;
    sum.wrong.push(...wrong);
  });
  client.destroy();
  return sum;
}

async function severalAtOnce<T>(count: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(Array.from({ length: count }, async () => {
    for (const item of queue) await work(item);
  }));
}
