import { StorageFull } from '../../fs/key-value-store.ts';
import type { RoundResult } from '../round-context.ts';
import type { SyncCall } from '../transport.ts';
import { requireSynced } from './require-synced.ts';
import { Crash, createBrowsers, keysOf, type Browser, type Browsers, type Tab } from './simulated-browser.ts';
import { createServer, garble, type Server, type StoreFault } from './simulated-server.ts';
import { Violation } from './watched-log.ts';

export const PERSON = 'person';
export const STRANGER = 'stranger';

/** Browsers, wire, server and store, with everything that can go wrong between them, and what must hold at every step. */
export interface System {
  readonly server: Server;
  readonly browsers: Browsers;
  readonly weather: { hasFaults: boolean };
  /** Calls that are still on their way, as whom. */
  readonly late: { call: SyncCall; as: string | undefined; from: Browser }[];
  /** How many writes from now the page ends. */
  readonly crashIn: Map<Browser, number>;
  /** Browsers in which every other write finds no room. */
  readonly full: Set<Browser>;
  serve(call: SyncCall, as: string | undefined): Promise<unknown>;
  /** The answer to the call that this page waits for, as the weather wills. */
  answer(tab: Tab): Promise<void>;
  restart(tab: Tab): void;
  calls(): number;
}

export interface SystemOptions {
  random: () => number;
  /** How often things go wrong; 1 is usual. */
  roughness: number;
  clockSkewMs: number;
  /** What the person does in another page of the same browser, in the middle of this one's work. */
  act: (tab: Tab) => void;
}

export function createSystem(options: SystemOptions): System {
  const { random, roughness } = options;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (probability: number): boolean => random() < probability;
  const strikes = (probability: number): boolean => weather.hasFaults && chance(probability * roughness);
  const weather = { hasFaults: true };
  let depth = 0;
  let isBeside = false;
  let calls = 0;
  const late: System['late'] = [];
  const crashIn = new Map<Browser, number>();
  const full = new Set<Browser>();

  const server = createServer(async (operation): Promise<StoreFault> => {
    if (operation === 'create') {
      // A rival slips in between the look at the head and the write.
      const rivals = browsers.tabs.filter((tab) => tab.waiting?.commit !== undefined);
      if (depth < 3 && rivals.length > 0 && strikes(0.3)) await answer(pick(rivals));
      if (strikes(0.06)) return 'undecided';
      if (strikes(0.06)) return 'undecided-done';
    }
    return strikes(0.02) ? 'unavailable' : 'none';
  });
  const serve = async (call: SyncCall, as: string | undefined): Promise<unknown> => {
    depth++;
    calls++;
    try {
      return await server.serve(call, as);
    } finally {
      depth--;
    }
  };
  const browsers = createBrowsers({
    reserveUnits: 10,
    now: (browser) => browsers.browsers.indexOf(browser) * options.clockSkewMs,
    random,
    beforeWrite(browser, key, value) {
      if (value === undefined) requireNotNeeded(browser, key);
      // Pages of one browser run side by side: another one may write between any two calls of this one.
      const running = browsers.running();
      const beside = running === undefined || isBeside ? [] : browser.tabs.filter((tab) => tab !== running);
      if (beside.length > 0 && strikes(0.04)) {
        isBeside = true;
        options.act(pick(beside));
        isBeside = false;
      }
      const left = (crashIn.get(browser) ?? 0) - 1;
      if (left >= 0) crashIn.set(browser, left);
      if (left === 0) throw new Crash();
      if (value !== undefined && full.has(browser) && chance(0.5)) throw new StorageFull();
    },
    ended,
  });

  const answer = async (tab: Tab): Promise<void> => {
    const call = tab.waiting;
    if (call === undefined) return;
    tab.waiting = undefined;
    const { round, browser: { session } } = tab;
    const respond = (reply: unknown): void => {
      // Meanwhile the page may have crashed and begun anew.
      if (tab.round === round) browsers.answer(tab, reply);
    };
    const kind = weather.hasFaults ? random() / roughness : 1;
    if (kind < 0.05) {
      // Lost on the way there, or very late.
      late.push({ call, as: session, from: tab.browser });
      respond(undefined);
    } else if (kind < 0.12) {
      await serve(call, session);
      respond(undefined);
    } else if (kind < 0.15) {
      tab.wasDisturbed = true;
      respond(garble(await server.serve(call, session), Math.floor(random() * 1e9)));
    } else if (kind < 0.17) {
      respond({ status: 'unavailable', retryAfterSeconds: 1, message: '429 or 503' });
    } else if (kind < 0.19) {
      respond({ status: 'absent' });
    } else if (kind < 0.21) {
      respond(await serve(call, STRANGER));
    } else if (kind < 0.25) {
      // A request that arrives twice, at once.
      const [reply] = await Promise.all([serve(call, session), serve(call, session)]);
      respond(reply);
    } else {
      respond(await serve(call, session));
    }
  };

  const restart = (tab: Tab): void => {
    if (tab.waiting !== undefined && chance(0.5)) late.push({ call: tab.waiting, as: tab.browser.session, from: tab.browser });
    crashIn.delete(tab.browser);
    browsers.restart(tab);
  };

  /** Whoever says "synced" holds nothing that the store does not hold. */
  function ended(tab: Tab, result: RoundResult): void {
    const { browser, owner } = tab;
    if (result.result === 'stopped') {
      if (tab.wasDisturbed || result.reason === 'full' || /another person/.test(result.message)) return;
      throw new Violation(`a healthy store stopped ${browser.name}: ${result.message}`);
    }
    if (result.result !== 'synced' || tab.isSnapshot) return;
    requireSynced(browsers, server.logOf(owner), tab);
  }

  /** A text from before an automatic merge is kept until it is in the log, or stands in its file as if there had been no merge. */
  function requireNotNeeded(browser: Browser, key: string): void {
    const tab = browser.tabs.find(({ owner }) => key.startsWith(keysOf(owner).kept));
    if (tab === undefined) return;
    const [id = '', hash = ''] = key.slice(keysOf(tab.owner).kept.length).split('.');
    const isInFile = browser.tabs.some(({ files }) => files.replica.entries().get(id)?.hash === hash);
    if (!isInFile && !server.logOf(tab.owner).everHeld(hash)) throw new Violation('a text from before a merge was thrown away');
  }

  return { server, browsers, weather, late, crashIn, full, serve, answer, restart, calls: () => calls };
}
