import type { Browser, Page } from 'playwright';
import { registerPerson, type BenchPerson } from './account.ts';
import { enter, launchBrowser, untilReady } from './browser-page.ts';
import { s3Meter } from './sync-meter.ts';
import { CONTESTED, EDIT_OF_A, EDIT_OF_B, EDITED, judgeEdits, NOTE_LINES, noteCommand, type PeerMaker, type SyncPeer } from './sync-peer.ts';

export interface OurPeer extends SyncPeer {
  /** Calls of the server by the pages since the last `meter.clear()`. */
  calls(): number;
}

/**
 * The product in a real browser: what a person types, through the page's own client and the server's action to S3. Sync
 * is paused in both pages, so that `sync` is the one exchange and the pages' polling is not counted into it; the
 * pages have signed in before, because a sign-in asks the store for the account's record.
 */
export const ours: PeerMaker = async (bench): Promise<OurPeer> => {
  const browser = await launchBrowser();
  const person = await registerPerson(bench);
  let calls = 0;
  const count = (page: Page): Page => page.on('request', (request) => void (request.headers()['next-action'] !== undefined && calls++));
  let a: Page;
  let b: Page;
  let pauseKey = '';
  let firstSeq = 0;
  const plain = s3Meter(bench.cloud);
  const remarks: NonNullable<SyncPeer['remarks']> = {
    'first sync': 'in the browser, from Enter to the next prompt',
    'restore of an old state': 'with an exchange before it, and pushed',
  };

  return {
    name: 'Selkie',
    calls: () => calls,
    remarks,
    meter: {
      ...plain,
      async clear() {
        calls = 0;
        await plain.clear();
      },
    },
    steps: {
      'first sync': {
        async prepare() {
          a = await openTerminal(browser, bench.origin);
          await logIn(a, person);
          await type(a, 'sync && sync pause');
          pauseKey = await a.evaluate(() => Object.keys(localStorage).find((key) => /^selkie1:[^:]+:p$/.test(key)) ?? '');
          await type(a, noteCommand(bench.files));
          // A page of its own life: it knows nothing of the store yet.
          await a.reload();
          await untilReady(a);
          count(a);
        },
        run: () => sync(a),
      },
      'one edit': {
        async prepare() {
          firstSeq = await newestSeq(a);
          await type(a, `echo changed >> ${EDITED}`);
        },
        run: () => sync(a),
      },
      'no change': {
        // The first look after an edit compares what was written since the last one.
        async prepare() {
          await plain.clear();
          await sync(a);
          remarks['no change'] = `the first look after an edit takes ${(await plain.read()).requests}`;
        },
        run: () => sync(a),
      },
      'new device': {
        async prepare() {
          b = await openTerminal(browser, bench.origin, pauseKey);
          await logIn(b, person);
          count(b);
        },
        run: () => sync(b),
        check: () => requireNotes(b, bench.files, 'changed'),
      },
      'two devices collide': {
        async prepare() {
          await type(a, `{ printf '${EDIT_OF_A.trim()}\\n'; cat ${CONTESTED}; } > /tmp/text; cat /tmp/text > ${CONTESTED}`);
          await type(b, `printf '${EDIT_OF_B.trim()}\\n' >> ${CONTESTED}`);
        },
        async run() {
          await sync(a);
          await sync(b);
          await sync(a);
        },
      },
      'restore of an old state': {
        run: () => type(a, `sync restore --all @${firstSeq}`),
        check: () => requireNotes(a, bench.files),
      },
    },
    async survived() {
      const texts = (page: Page) => Promise.all([printed(page, `cat ${CONTESTED}`), printed(page, `cat ${CONTESTED.replace('.md', '')}?*conflict*`)]);
      return judgeEdits([await texts(a), await texts(b)]);
    },
    dispose: () => browser.close(),
  };
};

/** A page of a browser of its own; with `pauseKey` set before anything runs, it never syncs by itself. */
export async function openTerminal(browser: Browser, origin: string, pauseKey?: string): Promise<Page> {
  const context = await browser.newContext();
  if (pauseKey !== undefined) await context.addInitScript((key) => localStorage.setItem(key, ''), pauseKey);
  const page = await context.newPage();
  await page.goto(origin);
  await untilReady(page);
  return page;
}

export async function logIn(page: Page, person: BenchPerson): Promise<void> {
  await enter(page, `login ${person.email}`, 'assword');
  await enter(page, person.password, `signed in as ${person.email}`);
  await type(page, ':');
}

let serial = 0;

/** Runs a line to its good end. @throws Error with the screen when it fails. */
export async function type(page: Page, line: string): Promise<void> {
  const mark = `end-${++serial}-`;
  await enter(page, `clear; ${line}; echo ${split(mark)}$?.`, mark);
  const screen = await screenOf(page);
  if (!screen.includes(`${mark}0.`)) throw new Error(`"${line}" failed:\n${screen}`);
}

/** What a line prints, failing or not; it must fit the screen. */
async function printed(page: Page, line: string): Promise<string> {
  const mark = `end-${++serial}-`;
  await enter(page, `clear; ${line} | grep -v '^[0-9]*$'; echo ${split(mark)}.`, `${mark}.`);
  return screenOf(page);
}

/** For a command line, which must not hold what is waited for. */
function split(mark: string): string {
  return `${mark.slice(0, 2)}''${mark.slice(2)}`;
}

function screenOf(page: Page): Promise<string> {
  return page.evaluate(() => (window as unknown as { selkieScreen(): string }).selkieScreen());
}

/** One exchange, after which nothing is left to push. */
async function sync(page: Page): Promise<void> {
  const screen = await printed(page, 'sync');
  if (!/Everything is in your account|Nothing waits to be pushed/.test(screen)) throw new Error(`\`sync\` left something:\n${screen}`);
}

async function newestSeq(page: Page): Promise<number> {
  const [, seq] = /(?:^|\s)#?(\d+)\s/.exec(await printed(page, 'sync log | head -n 1')) ?? [];
  if (seq === undefined) throw new Error('`sync log` names no commit.');
  return Number(seq);
}

/** That all notes are there as they were made; `added` is what the edited one ends with beside. */
async function requireNotes(page: Page, files: number, added = ''): Promise<void> {
  const made = `seq $((i * 37)) $((i * 37 + ${NOTE_LINES - 1}))`;
  const expected = added === '' ? made : `${made}; [ note-$i.md = ${EDITED} ] && echo ${added}`;
  // `break` alone is a success.
  await type(page, `bad=; for i in $(seq 1 ${files}); do [ "$(cat note-$i.md)" = "$(${expected})" ] || { bad=$i; break; }; done; [ -z "$bad" ]`);
}
