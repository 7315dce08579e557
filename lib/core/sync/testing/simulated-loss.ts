import { HOME } from '../../fs/places.ts';
import { snapshot } from '../../fs/files-contract.ts';
import { seededRandom } from '../seeded-random.ts';
import type { RoundResult } from '../round-context.ts';
import { hashOf } from '../sha256.ts';
import { createBrowsers, type Tab } from './simulated-browser.ts';
import { createPerson, tokensIn } from './simulated-person.ts';
import { createServer } from './simulated-server.ts';
import { Violation } from './watched-log.ts';

const PERSON = 'person';

/**
 * The store itself is emptied, or put back to an old state, or one of its objects is cut, altered, exchanged or replayed, while
 * people go on. Nobody may lose what is in a browser; whoever has seen more than the store now holds, or meets what
 * was not written, has to stop and say so; and `rejoin` is the way out of a store that was put back.
 */
export async function simulateLoss(seed: number): Promise<{ files: string; commits: number; calls: number }> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const server = createServer(async () => 'none');
  const log = server.logOf(PERSON);
  let calls = 0;
  const last = new Map<Tab, RoundResult>();
  const browsers = createBrowsers({
    reserveUnits: 10, random, beforeWrite: () => undefined,
    now: (browser) => browsers.browsers.indexOf(browser) * 3e11,
    ended: (tab, result) => void last.set(tab, result),
  });
  const person = createPerson({ browsers, random, letter: 'T', nameCount: pick([2, 4, 6]), scopeOf: () => '', model: undefined, moved: (entry) => log.expectState(entry.id, entry) });
  const deviceCount = pick([2, 2, 3]);
  for (let i = 0; i < deviceCount; i++) browsers.openTab(browsers.addBrowser(`dev${i}`), PERSON);

  const finish = async (tab: Tab): Promise<void> => {
    while (tab.round !== undefined) {
      const call = tab.waiting;
      tab.waiting = undefined;
      if (call === undefined) browsers.breathe(tab);
      else browsers.answer(tab, await server.serve(call, PERSON));
      if (++calls > 3000) throw new Violation('a round does not end');
    }
  };
  const sync = async (tab: Tab): Promise<RoundResult | undefined> => {
    browsers.startRound(tab);
    await finish(tab);
    return last.get(tab);
  };
  const filesOf = (tab: Tab): string => {
    tab.files.refresh(undefined);
    return snapshot(tab.files, HOME).join('\n');
  };
  const requireAll = (when: string): void => {
    const present = new Set(browsers.tabs.flatMap((tab) => tokensIn(filesOf(tab))));
    for (const token of person.required) if (!present.has(token)) throw new Violation(`${token} is lost ${when}`);
  };
  const live = async (steps: number): Promise<void> => {
    for (let step = 0; step < steps; step++) {
      const tab = pick(browsers.tabs);
      if (random() < 0.5) person.act(tab);
      else await sync(tab);
      if (random() < 0.1) browsers.restart(tab);
    }
  };

  /** One object of the log is no longer what was written: told, contained, never spread. */
  const damage = async (): Promise<void> => {
    const { commits } = log.memory;
    const seq = 1 + Math.floor(random() * commits.size);
    const bytes = commits.get(seq) ?? new Uint8Array(0);
    const kind = random();
    const flipped = bytes.slice();
    const at = Math.floor(random() * bytes.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    const other = commits.get(1 + Math.floor(random() * commits.size)) ?? bytes;
    commits.set(seq, kind < 0.3 ? bytes.slice(0, at) : kind < 0.7 ? flipped : other);
    const isDamaged = hashOf(commits.get(seq) ?? '') !== hashOf(bytes);
    await live(10);
    requireAll('when an object of the store was damaged');
    // Somebody who has to read the whole log.
    const newcomer = browsers.openTab(browsers.addBrowser('new'), PERSON);
    newcomer.page = { distrustsSnapshots: true };
    const result = await sync(newcomer);
    if (isDamaged && result?.result !== 'stopped') throw new Violation(`a damaged log was read and told as ${result?.result}`);
    if (isDamaged && filesOf(newcomer) !== '') throw new Violation('files came out of a damaged log');
  };

  await live(8 + Math.floor(random() * 20));
  const head = log.head();
  if (head === 0) return { files: '', commits: 0, calls };
  if (random() < 0.3) {
    await damage();
    return { files: '', commits: head, calls };
  }
  const left = random() < 0.3 ? 0 : Math.floor(random() * head);
  const seen = new Map(browsers.tabs.map((tab) => [tab, browsers.baseOf(tab).seq]));
  log.rollBack(left);
  await live(Math.floor(random() * 12));
  requireAll('when the store was put back');

  // Whoever saw what is gone notices, at the latest when there is nothing to write.
  for (const [tab, seq] of seen) {
    if (seq <= left) continue;
    // A page compares its newest commit with the store's when it opens, or is shown again.
    browsers.restart(tab);
    await sync(tab);
    await sync(tab);
    const before = filesOf(tab);
    const result = await sync(tab);
    if (result?.result !== 'stopped' || !['rolled-back', 'damaged', 'other-repository'].includes(result.reason)) {
      throw new Violation(`${tab.browser.name} saw ${seq} commits, the store has ${left}, and it is ${result?.result}`);
    }
    if (filesOf(tab) !== before) throw new Violation(`${tab.browser.name} changed files though it has stopped`);
  }

  for (let turn = 0; turn < 4; turn++) {
    for (const tab of browsers.tabs) {
      const result = await sync(tab);
      if (result?.result !== 'stopped') continue;
      browsers.rejoin(tab);
      await finish(tab);
    }
  }
  requireAll('after `sync rejoin`');
  // A commit was put above a lost one before anybody could know: then the log cannot be continued, and all are told.
  const isWhole = (await log.memory.newest(1000)).every((seq) => log.at(seq) !== undefined);
  const results = browsers.tabs.map((tab) => last.get(tab)?.result);
  const [first] = browsers.tabs;
  const files = first === undefined ? '' : filesOf(first);
  if (results.every((result) => result === 'synced')) {
    if (browsers.tabs.some((tab) => filesOf(tab) !== files)) throw new Violation('all have joined again, and do not agree');
  } else if (isWhole && results.some((result) => result !== 'stopped')) throw new Violation(`some joined again and some did not: ${results.join()}`);
  return { files, commits: head, calls };
}
