import { snapshot } from '../fs/files-contract.ts';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { HOME } from '../fs/places.ts';
import { parseCommit } from './commit.ts';
import { seededRandom } from './seeded-random.ts';
import { keysOf, type Browser, type Tab } from './testing/simulated-browser.ts';
import { simulateLoss } from './testing/simulated-loss.ts';
import { createPerson, NAMES, tokensIn, type Person } from './testing/simulated-person.ts';
import { createSystem, PERSON, STRANGER } from './testing/simulated-system.ts';
import { Violation } from './testing/watched-log.ts';
import type { SyncCall } from './transport.ts';
import { pendingOperations } from './tree.ts';

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
  const system = createSystem({ random, roughness, clockSkewMs, act: (tab) => act(tab) });
  const { server, browsers, weather, late, crashIn, full, serve, answer, restart } = system;

  // People -----------------------------------------------------------------------------------------------
  const model = writers === 'all' ? undefined : createMemoryFiles({ now: () => 0 });
  const person = createPerson({
    browsers, random, letter: 'T', model, nameCount: writers === 'all' ? pick([1, 2, 2, 3, 4, 6]) : NAMES.length,
    scopeOf: ({ browser }) => (writers === 'apart' ? `${browser.name}/` : ''),
    moved: (entry) => server.logOf(PERSON).expectState(entry.id, entry),
  });
  const stranger = createPerson({ browsers, random, letter: 'S', model: undefined, nameCount: 2, scopeOf: () => '', moved: () => undefined });
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
    const { raw } = tab.browser;
    const safe = [...tab.files.replica.entries().values()].flatMap(({ id, hash, path }) => {
      const stored = tree.get(id);
      // More than one: a version besides the shown one may be nowhere else.
      const keys = raw.keys(`${keysOf(tab.owner).files}${id}:`);
      return stored?.hash === hash && stored.path === path && keys.length === 1 ? keys : [];
    });
    if (safe.length === 0) return;
    raw.remove(pick(safe));
    for (const other of tab.browser.tabs) other.files.refresh(undefined);
  };
  /** In commits that were on their way when their browser forgot that it had sent them: nobody can take these back. */
  const adrift = new Set<string>();
  const tokensOf = (call: SyncCall): string[] => {
    const commit = parseCommit(call.commit ?? new Uint8Array(0));
    if (!commit.ok) return [];
    const { packs } = server.logOf(PERSON).memory;
    const texts = [...commit.value.contents.values()].map((where) =>
      (where instanceof Uint8Array ? [where] : where.map((hash) => packs.get(hash))).map((part) => new TextDecoder().decode(part)).join(''));
    return tokensIn(texts.join('\n'));
  };
  /** Everything that this site kept is gone. */
  const clear = (browser: Browser): void => {
    const underWay = [...late.filter(({ from }) => from === browser), ...browser.tabs.map(({ waiting }) => ({ call: waiting }))];
    for (const { call } of underWay) if (call !== undefined) for (const token of tokensOf(call)) adrift.add(token);
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
    const held = weather.hasFaults;
    weather.hasFaults = false;
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
      weather.hasFaults = held;
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
    const held = weather.hasFaults;
    weather.hasFaults = false;
    for (let i = 0; i < 3; i++) person.act(writer);
    await settle();
    weather.hasFaults = held;
  }
  for (let step = 0; step < steps; step++) {
    if (step === noonAt) {
      await settle();
      const present = new Set(browsers.tabs.slice(0, 1).flatMap((tab) => tokensIn(filesOf(tab).join('\n'))));
      for (const token of person.tokens) if (!present.has(token) && !adrift.has(token)) buried.add(token);
    }
    await pass();
  }

  // The weather clears, and everybody syncs; what was lost on the way arrives after all.
  weather.hasFaults = false;
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
  return { files, commits: log.head(), calls: system.calls() };
}
