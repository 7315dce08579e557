import { createMemoryStore, withReserve, type KeyValueStore } from '../../fs/key-value-store.ts';
import { openStoredFiles, type StoredFiles } from '../../fs/stored-files.ts';
import { parseBase, type Base } from '../base.ts';
import { createBaseStore, type BaseStore } from '../base-store.ts';
import { rejoinRound } from '../rejoin.ts';
import { syncRound } from '../round.ts';
import type { Answer, Round, RoundContext, RoundMemory, RoundResult } from '../round-context.ts';
import { snapshotRound } from '../snapshot-round.ts';
import { parseSyncReply } from '../sync-call.ts';
import type { SyncCall } from '../transport.ts';

/** The page ended at this very place. */
export class Crash extends Error {}

/** A browser: what it keeps, who is signed in, and its open pages. Its storage is the only thing that survives. */
export interface Browser {
  readonly name: string;
  /** What survives. */
  readonly raw: KeyValueStore;
  readonly tabs: Tab[];
  /** Whose session the cookie is; undefined: nobody's. */
  session: string | undefined;
}

/** A page of one person's files in a browser. */
export interface Tab {
  readonly browser: Browser;
  readonly owner: string;
  files: StoredFiles;
  bases: BaseStore;
  round: Round | undefined;
  /** The call that has no answer yet. */
  waiting: SyncCall | undefined;
  /** Calls of the present round, or of the last one. */
  calls: number;
  isBreathing: boolean;
  /** What the page remembers from round to round. */
  page: RoundMemory;
  isSnapshot: boolean;
  /** The last round got to its end: a snapshot that is owed comes next. */
  wasSynced: boolean;
  /** What came in this round was not to be understood (an altered answer, or keys changed once more): it may stop. */
  wasDisturbed: boolean;
}

export interface BrowserWorld {
  /** Comes before every write or removal in a browser's storage; throws `Crash` or `StorageFull`. */
  beforeWrite(browser: Browser, key: string, value: string | undefined): void;
  /** UTF-16 units kept for what must work at quota. */
  reserveUnits: number;
  now(browser: Browser): number;
  random(): number;
  /** A round came to its end. */
  ended(tab: Tab, result: RoundResult): void;
}

export const keysOf = (owner: string) => ({
  files: `selkie1:${owner}:f:`, base: `selkie1:${owner}:b`, sent: `selkie1:${owner}:s:`,
  kept: `selkie1:${owner}:m:`, listed: `selkie1:${owner}:l`,
});

const RESERVE = 'selkie1:reserve';

export function createBrowsers(world: BrowserWorld) {
  let serial = 0;
  const browsers: Browser[] = [];
  const tabs: Tab[] = [];
  /** The page whose code runs now. */
  let running: Tab | undefined;
  const faulty = (browser: Browser): KeyValueStore => ({
    get: browser.raw.get,
    keys: browser.raw.keys,
    set(key, value) {
      world.beforeWrite(browser, key, value);
      browser.raw.set(key, value);
    },
    remove(key) {
      world.beforeWrite(browser, key, undefined);
      browser.raw.remove(key);
    },
  });
  const storeOf = (browser: Browser) => withReserve(faulty(browser), RESERVE, world.reserveUnits);
  const openFiles = (browser: Browser, owner: string): StoredFiles => openStoredFiles({
    store: storeOf(browser), prefix: keysOf(owner).files, tab: `t${++serial}`, keepsRemovals: true,
    device: browser.name, now: () => world.now(browser), newId: () => `${browser.name}-${++serial}`,
  });

  const openBases = (browser: Browser, owner: string): BaseStore => {
    const { base, sent, kept, listed } = keysOf(owner);
    return createBaseStore(storeOf(browser), { base, sent, kept, listed });
  };

  /** Runs the page's own code; where it crashes, a new page is opened. */
  const guarded = (tab: Tab, work: () => void): 'done' | 'crashed' => {
    const before = running;
    running = tab;
    try {
      work();
      return 'done';
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      restart(tab);
      return 'crashed';
    } finally {
      running = before;
    }
  };

  const addBrowser = (name: string, from?: Browser): Browser => {
    const raw = createMemoryStore();
    for (const key of from?.raw.keys('') ?? []) raw.set(key, from?.raw.get(key) ?? '');
    const browser: Browser = { name, raw, tabs: [], session: from?.session };
    browsers.push(browser);
    return browser;
  };

  const openTab = (browser: Browser, owner: string): Tab => {
    const tab: Tab = {
      browser, owner, files: openFiles(browser, owner), bases: openBases(browser, owner), round: undefined, waiting: undefined, calls: 0,
      isBreathing: false, page: {}, isSnapshot: false, wasSynced: false, wasDisturbed: false,
    };
    browser.tabs.push(tab);
    tabs.push(tab);
    return tab;
  };

  /** The page is killed and opened again. */
  function restart(tab: Tab): void {
    tab.round = undefined;
    tab.waiting = undefined;
    tab.isBreathing = false;
    tab.page = {};
    tab.wasSynced = false;
    for (;;) {
      try {
        tab.files = openFiles(tab.browser, tab.owner);
        tab.bases = openBases(tab.browser, tab.owner);
        return;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  }

  const advance = (tab: Tab, reply: Answer): 'done' | 'crashed' =>
    guarded(tab, () => {
      const { round } = tab;
      if (round === undefined) return;
      const step = round.next(reply);
      tab.waiting = step.done !== true && step.value.kind === 'call' ? step.value.call : undefined;
      tab.isBreathing = step.done !== true && step.value.kind === 'breathe';
      if (tab.waiting !== undefined) tab.calls++;
      if (step.done !== true) return;
      tab.round = undefined;
      tab.wasSynced = step.value.result === 'synced';
      world.ended(tab, step.value);
    });

  const start = (tab: Tab, begin: (context: RoundContext) => Round): void => {
    const { browser, owner, page } = tab;
    const outcome = guarded(tab, () => {
      tab.files.refresh(undefined);
      tab.calls = 0;
      tab.isSnapshot = begin === snapshotRound;
      tab.wasDisturbed = false;
      tab.round = begin({
        forUser: owner, device: browser.name, replica: tab.files.replica, page,
        bases: tab.bases,
        now: () => world.now(browser), notice: () => undefined,
        random: (count) => Uint8Array.from({ length: count }, () => Math.floor(world.random() * 256)),
      });
    });
    if (outcome === 'done') advance(tab, undefined);
  };

  return {
    browsers,
    tabs,
    running: () => running,
    addBrowser,
    openTab,
    restart,
    guarded,
    /** As runRound does: what is no reply is none. */
    answer: (tab: Tab, reply: unknown) => advance(tab, parseSyncReply(reply)),
    breathe: (tab: Tab) => advance(tab, undefined),
    /** As the client does: after a round that got to its end, the snapshot that it owes; else a round. */
    startRound: (tab: Tab) => (tab.page.owesSnapshot === true && tab.wasSynced ? start(tab, snapshotRound) : start(tab, syncRound)),
    rejoin: (tab: Tab) => start(tab, rejoinRound),
    /** As the page itself does it: under faults. */
    removeKey: (browser: Browser, key: string) => faulty(browser).remove(key),
    baseOf: (tab: Tab): Base => parseBase(tab.browser.raw.get(keysOf(tab.owner).base)),
  };
}

export type Browsers = ReturnType<typeof createBrowsers>;
