import { HOME } from '../fs/places.ts';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { StorageFull } from '../fs/key-value-store.ts';
import { snapshot } from '../fs/files-contract.ts';
import { seededRandom } from './seeded-random.ts';
import { pendingOperations } from './tree.ts';
import type { RoundResult } from './round-context.ts';
import type { SyncCall } from './transport.ts';
import { Crash, createBrowsers, keysOf, type Browser, type Tab } from './testing/simulated-browser.ts';
import { createPerson, NAMES, tokensIn, type Person } from './testing/simulated-person.ts';
import { createServer, garble, type StoreFault } from './testing/simulated-server.ts';
import { requireSynced } from './testing/require-synced.ts';
import { simulateLoss } from './testing/simulated-loss.ts';
import { Violation } from './testing/watched-log.ts';

export { Violation };

/**
 * Whole systems of browsers, pages, server and store, driven by one seed through everything that can go wrong, with
 * the promises of sync checked on the way and at the end. The same seed always does the same.
 *
 * Who writes depends on the seed: one person at one browser, or each browser in a directory of its own (then the end
 * is known exactly, and any copy, return or loss is a mistake), or everybody everywhere (then no token of a write may
 * vanish unless somebody knowingly removed it).
 */
export interface Outcome {
  /** The files that all devices agreed on, a line each: `name=content` or `name/`. */
  files: string;
  commits: number;
  calls: number;
}

export interface SimulationOptions {
  /** Milliseconds by which the clock of each next browser is off; nothing may depend on it. */
  clockSkewMs?: number;
}

const PERSON = 'person';
const STRANGER = 'stranger';
const NOT_OURS = 'another-site';
/** Turns in which everybody syncs once, after which all must agree. */
const MAX_TURNS = 5;
const MAX_STEPS_OF_ROUND = 300;

type Writers = 'one' | 'apart' | 'all';

/** One seed; every 16th with a store that loses commits, every 32nd once more with other clocks, which must change nothing. */
export async function prove(seed: number): Promise<Outcome> {
  if (seed % 16 === 15) return simulateLoss(seed);
  const outcome = await simulate(seed);
  if (seed % 32 === 7) {
    const { files } = await simulate(seed, { clockSkewMs: -3e11 });
    if (files !== outcome.files) throw new Violation('the clocks decided something');
  }
  return outcome;
}

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Outcome> {
  const { clockSkewMs = 3e11 } = options;
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (probability: number): boolean => random() < probability;
  const writers: Writers = seed % 4 === 0 ? 'one' : seed % 4 === 1 ? 'apart' : 'all';
  const steps = 8 + Math.floor(random() * random() * 64);
  /** Some runs are calm and get far, others are storms. */
  const roughness = pick([0.3, 1, 1, 2]);
  const strikes = (probability: number): boolean => hasFaults && chance(probability * roughness);

  let hasFaults = true;
  let depth = 0;
  let calls = 0;
  const late: { call: SyncCall; as: string | undefined }[] = [];
  const crashIn = new Map<Browser, number>();
  const full = new Set<Browser>();

  // The system -------------------------------------------------------------------------------------------
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
    now: (browser) => browsers.browsers.indexOf(browser) * clockSkewMs,
    random,
    beforeWrite(browser, key, value) {
      if (value === undefined) requireNotNeeded(browser, key);
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
    const kind = hasFaults ? random() / roughness : 1;
    if (kind < 0.05) {
      // Lost on the way there, or very late.
      late.push({ call, as: session });
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
    if (tab.waiting !== undefined && chance(0.5)) late.push({ call: tab.waiting, as: tab.browser.session });
    crashIn.delete(tab.browser);
    browsers.restart(tab);
  };

  // Promises ---------------------------------------------------------------------------------------------
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

  // People -----------------------------------------------------------------------------------------------
  const model = writers === 'all' ? undefined : createMemoryFiles({ now: () => 0 });
  const person = createPerson({
    browsers, random, letter: 'T', model, nameCount: writers === 'all' ? pick([1, 2, 2, 3, 4, 6]) : NAMES.length,
    scopeOf: ({ browser }) => (writers === 'apart' ? `${browser.name}/` : ''),
  });
  const stranger = createPerson({ browsers, random, letter: 'S', model: undefined, nameCount: 2, scopeOf: () => '' });
  const people: [string, Person][] = [[PERSON, person], [STRANGER, stranger]];

  const deviceCount = 2 + Math.floor(random() * random() * 4);
  for (let i = 0; i < deviceCount; i++) {
    const browser = browsers.addBrowser(`dev${i}`);
    browser.session = PERSON;
    browser.raw.set(NOT_OURS, 'not yours');
    const tabCount = writers === 'all' ? pick([1, 1, 2, 2, 3]) : 1;
    for (let j = 0; j < tabCount; j++) browsers.openTab(browser, PERSON);
  }
  const [shared] = browsers.browsers;
  if (shared !== undefined && chance(0.15)) browsers.openTab(shared, STRANGER);

  const act = (tab: Tab): void => {
    if (tab.owner === STRANGER) stranger.act(tab);
    else if (writers !== 'one') person.act(tab);
    else if (browsers.tabs[0] !== undefined) person.act(browsers.tabs[0]);
  };
  /** Whether this browser may lose or double its files without the end becoming unknown. */
  const isReader = (browser: Browser): boolean => writers === 'all' || (writers === 'one' && browser !== shared);

  /** The browser forgets files that the store has: they must come back, and nobody else may lose them. */
  const evict = (tab: Tab): void => {
    tab.files.refresh(undefined);
    const { tree } = browsers.baseOf(tab);
    const safe = [...tab.files.replica.entries().values()].filter(({ id, hash, path }) => {
      const stored = tree.get(id);
      return stored?.hash === hash && stored.path === path;
    });
    if (safe.length === 0) return;
    const { id } = pick(safe);
    for (const key of tab.browser.raw.keys(`${keysOf(tab.owner).files}${id}:`)) tab.browser.raw.remove(key);
    for (const other of tab.browser.tabs) other.files.refresh(undefined);
  };
  /** Everything that this site kept is gone. */
  const clear = (browser: Browser): void => {
    for (const tab of browser.tabs) {
      tab.files.refresh(undefined);
      const others = browsers.tabs.filter((other) => other.browser !== browser && other.owner === tab.owner);
      const elsewhere = new Set(others.flatMap((other) => tokensIn(filesOf(other).join('\n'))));
      (tab.owner === PERSON ? person : stranger).forget(tab, (token) => elsewhere.has(token));
    }
    for (const key of browser.raw.keys('selkie1:')) browser.raw.remove(key);
    for (const tab of browser.tabs) restart(tab);
  };
  const copyProfile = (browser: Browser): void => {
    if (browsers.browsers.length > 5) return;
    const copy = browsers.addBrowser(browser.name, browser);
    browsers.openTab(copy, PERSON);
    server.logOf(PERSON).expectCopies();
  };

  // Time passes ------------------------------------------------------------------------------------------
  const advanceSome = async (): Promise<void> => {
    do {
      const waiting = browsers.tabs.filter((tab) => tab.waiting !== undefined);
      const breathing = browsers.tabs.filter((tab) => tab.isBreathing);
      if (breathing.length > 0 && chance(0.4)) browsers.breathe(pick(breathing));
      else if (waiting.length > 0) await answer(pick(waiting));
    } while (chance(0.6));
  };
  const pass = async (): Promise<void> => {
    const tab = pick(browsers.tabs);
    const { browser } = tab;
    // Rather there where a pull is being applied, or a call is under way: that is where it hurts.
    const applying = browsers.tabs.filter((other) => other.isBreathing);
    const kind = applying.length > 0 && chance(0.3) ? 0 : random();
    if (kind < 0.3) {
      const busy = applying.length > 0 ? applying : browsers.tabs.filter((other) => other.waiting !== undefined);
      act(busy.length > 0 && chance(0.7) ? pick(busy) : tab);
    } else if (kind < 0.52) {
      const isBusy = browser.tabs.some((other) => other.round !== undefined);
      // Without locks two tabs may run at once; that too has to end well.
      if (tab.round === undefined && (!isBusy || chance(0.1))) browsers.startRound(tab);
    } else if (kind < 0.86) await advanceSome();
    else if (kind < 0.885) restart(tab);
    else if (kind < 0.92) crashIn.set(browser, 1 + Math.floor(random() * 12));
    else if (kind < 0.935) {
      if (!full.delete(browser)) full.add(browser);
    } else if (kind < 0.95) browsers.guarded(tab, () => tab.files.refresh(undefined));
    else if (kind < 0.965) {
      const old = late.shift();
      if (old !== undefined) await serve(old.call, old.as);
    } else if (kind < 0.975) {
      server.rotateKey();
      for (const other of browsers.tabs) if (other.round !== undefined) other.wasDisturbed = true;
    } else if (kind < 0.982) browser.session = pick([PERSON, STRANGER, undefined]);
    else if (kind < 0.985) browser.session = PERSON;
    else if (isReader(browser)) {
      if (kind < 0.994) evict(tab);
      else if (kind < 0.997) clear(browser);
      else if (writers === 'all') copyProfile(browser);
    }
  };

  /** One round from start to end, in good weather, and the snapshot that it owes. */
  const syncOnce = async (tab: Tab): Promise<void> => {
    tab.browser.session = tab.owner;
    let isSynced = false;
    while (!isSynced || (tab.wasSynced && tab.page.owesSnapshot === true)) {
      browsers.startRound(tab);
      isSynced ||= !tab.isSnapshot;
      for (let i = 0; tab.round !== undefined; i++) {
        if (i > MAX_STEPS_OF_ROUND) throw new Violation('a round does not end');
        if (tab.waiting !== undefined) await answer(tab);
        else browsers.breathe(tab);
      }
    }
  };
  const filesOf = (tab: Tab): string[] => {
    tab.files.refresh(undefined);
    return snapshot(tab.files, HOME);
  };
  /** Everybody syncs until all hold the newest tree and nothing is pending. */
  const settle = async (): Promise<void> => {
    const held = hasFaults;
    hasFaults = false;
    full.clear();
    crashIn.clear();
    for (const tab of browsers.tabs) restart(tab);
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      for (const tab of browsers.tabs) await syncOnce(tab);
      const agree = browsers.tabs.every((tab) => {
        const { replica } = tab.files;
        const { seq, tree } = browsers.baseOf(tab);
        const local = replica.entries();
        const hasAll = [...tree.keys()].every((id) => local.has(id));
        return hasAll && seq === server.logOf(tab.owner).head() && pendingOperations(tree, local, replica.removed()).length === 0;
      });
      if (!agree) continue;
      hasFaults = held;
      return;
    }
    throw new Violation('the devices do not converge');
  };

  /** Tokens that nobody had when all agreed: they are gone for good. */
  const buried = new Set<string>();
  const noonAt = chance(0.1) ? Math.floor(steps / 2) : -1;
  const [writer] = browsers.tabs;
  if (writer !== undefined && chance(0.7)) {
    // Everybody has the same few files, on which they then disagree.
    const held = hasFaults;
    hasFaults = false;
    for (let i = 0; i < 3; i++) person.act(writer);
    await settle();
    hasFaults = held;
  }
  for (let step = 0; step < steps; step++) {
    if (step === noonAt) {
      await settle();
      const present = new Set(browsers.tabs.slice(0, 1).flatMap((tab) => tokensIn(filesOf(tab).join('\n'))));
      for (const token of person.tokens) if (!present.has(token)) buried.add(token);
    }
    await pass();
  }

  // The weather clears, and everybody syncs; what was lost on the way arrives after all.
  hasFaults = false;
  if (chance(0.5)) await settle();
  for (const { call, as } of late) await serve(call, as);
  await settle();
  const final = new Map<string, string>();
  for (const tab of browsers.tabs) {
    const files = filesOf(tab).join('\n');
    const same = final.get(tab.owner) ?? files;
    final.set(tab.owner, same);
    if (files !== same) throw new Violation('the devices do not agree');
  }
  for (const [owner, { required }] of people) {
    const present = new Set(tokensIn(final.get(owner) ?? ''));
    for (const token of required) if (!present.has(token)) throw new Violation(`${token} is lost`);
    for (const token of present) {
      if (token.startsWith('T') !== (owner === PERSON)) throw new Violation(`${token} came to another person`);
      if (buried.has(token)) throw new Violation(`${token} came back`);
    }
  }
  const files = final.get(PERSON) ?? '';
  if (model !== undefined) {
    const expected = snapshot(model, HOME).join('\n');
    if (files !== expected) throw new Violation(`what was written is ${JSON.stringify(expected)} and what is there ${JSON.stringify(files)}`);
  }
  const log = server.logOf(PERSON);
  if (!browsers.tabs.some(({ owner }) => owner === STRANGER) && server.logOf(STRANGER).memory.commits.size > 0) {
    throw new Violation('files went into another person\u2019s log');
  }
  for (const { raw } of browsers.browsers) {
    // The versions from before an automatic merge are in the log by now.
    if (raw.keys(keysOf(PERSON).kept).length > 0) throw new Violation('what was kept of a merge was never sent');
    if (raw.get(NOT_OURS) !== 'not yours') throw new Violation('a key of another site was touched');
  }

  // A removal that everybody has heard of is for good; and where nothing is to do, nothing is done.
  const [first] = browsers.tabs;
  const victim = first?.files.list(HOME).find((entry) => entry.kind === 'file');
  if (first !== undefined && victim !== undefined && chance(0.25)) {
    first.files.refresh(undefined);
    first.files.remove(`${HOME}/${victim.name}`);
    await settle();
    if (browsers.tabs.some((tab) => tab.owner === PERSON && tab.files.stat(`${HOME}/${victim.name}`) !== undefined)) {
      throw new Violation(`${victim.name} came back`);
    }
  }
  const idle = pick(browsers.tabs);
  const kept = (): string => [log.head(), ...idle.browser.raw.keys('selkie1:').sort()].join('\n');
  const before = kept();
  await syncOnce(idle);
  if (idle.calls !== 1) throw new Violation(`a round with nothing to do took ${idle.calls} calls`);
  if (kept() !== before) throw new Violation('a round with nothing to do did something');
  log.requireKept();
  return { files, commits: log.head(), calls };
}
