import { HOME } from '../../fs/places.ts';
import { FsError, type Files } from '../../fs/files.ts';
import { snapshot } from '../../fs/files-contract.ts';
import { StorageFull } from '../../fs/key-value-store.ts';
import { seededRandom } from '../seeded-random.ts';
import type { SyncCall } from '../transport.ts';
import { pendingOperations } from '../tree.ts';
import { requireSynced } from './require-synced.ts';
import { Crash, createBrowsers, type Browser, type Browsers, type Tab } from './simulated-browser.ts';
import { createServer, type Server, type StoreFault } from './simulated-server.ts';
import { Violation } from './watched-log.ts';

/**
 * Every scenario with one fault at every point where it touches the outside: a write or removal in the browser's
 * storage, a call, a request of the store. Nothing is left to chance: the points are counted in a run without a fault,
 * and each is then struck in each way that can happen there. The person does again what did not get done; in the end
 * everybody syncs, and the files must be those of the scenario, neither fewer nor more.
 */
export type Fault =
  /** At a write: the page ends before it; ends before it, and once more while it recovers; there is no room (once, or from there on). */
  | 'crash' | 'crash twice' | 'quota' | 'full'
  /** At a call: the request is lost; the reply is lost; the page ends, and the request arrives, or arrives late; it arrives twice. */
  | 'request lost' | 'reply lost' | 'killed' | 'late' | 'twice'
  /** At a request of the store: refused; a create undecided, and not done, or done. */
  | 'unavailable' | 'undecided' | 'undecided-done';

const FAULTS: Record<Point['kind'], readonly Fault[]> = {
  write: ['crash', 'crash twice', 'quota', 'full'],
  call: ['request lost', 'reply lost', 'killed', 'late', 'twice'],
  read: ['unavailable'],
  create: ['unavailable', 'undecided', 'undecided-done'],
};
/** Writes of the recovery before each of which the second crash is tried. */
const SECOND_CRASHES = 8;

interface Point {
  kind: 'write' | 'call' | 'read' | 'create';
}

export interface Scenario {
  name: string;
  /** What has been there before, without faults. */
  before(stage: Stage): Promise<void>;
  /** What is done under faults. */
  during(stage: Stage): Promise<void>;
  /** What the person says once more when everything works again, before anybody syncs. */
  afterwards?(stage: Stage): Promise<void>;
  /** What may be there in the end, as `snapshot` lists it, with conflict names shortened to `name (conflict).ext`. */
  after: readonly (readonly string[])[];
}

/** Two devices, the first with two tabs, and what a person does at them. */
export interface Stage {
  browsers: Browsers;
  server: Server;
  one: Tab;
  /** Of the same browser as `one`. */
  second: Tab;
  other: Tab;
  /** A browser that has never been here. */
  newcomer(): Tab;
  /** Does it, and again as long as the page ended or the storage was full; `isDone` tells what the person sees. */
  person(tab: Tab, work: (files: Files) => void, isDone: (files: Files) => boolean): void;
  /** The page's own work on the storage. */
  page(tab: Tab, work: () => void): void;
  sync(tab: Tab): Promise<void>;
  rejoin(tab: Tab): Promise<void>;
  /** The store is not what it was: a round may be stopped. */
  mayStop: boolean;
}

interface Strike {
  at: number;
  fault: Fault;
  /** Which write of the recovery ends the page once more. */
  again: number;
}

export const PERSON = 'person';

/** @returns the points in order; runs to the end and checks it. @throws Violation */
async function play(scenario: Scenario, strike: Strike | undefined): Promise<Point[]> {
  const points: Point[] = [];
  let isArmed = false;
  let crashAgainIn = 0;
  let isFull = false;
  const late: SyncCall[] = [];
  const random = seededRandom(7);
  /** Counts a point; answers the fault that strikes it. */
  const touch = (kind: Point['kind']): Fault | undefined => {
    if (!isArmed) return undefined;
    points.push({ kind });
    return strike?.at === points.length - 1 ? strike.fault : undefined;
  };

  const server = createServer(async (operation): Promise<StoreFault> => {
    const fault = touch(operation.startsWith('create') ? 'create' : 'read');
    return fault === 'unavailable' || fault === 'undecided' || fault === 'undecided-done' ? fault : 'none';
  });
  const browsers = createBrowsers({
    reserveUnits: 500,
    now: (browser) => browsers.browsers.indexOf(browser) * 3e11,
    random,
    beforeWrite(_browser: Browser, _key, value) {
      if (crashAgainIn > 0 && --crashAgainIn === 0) throw new Crash();
      const fault = touch('write');
      if (fault === 'crash') throw new Crash();
      if (fault === 'crash twice') {
        crashAgainIn = strike?.again ?? 0;
        throw new Crash();
      }
      if (fault === 'full') isFull = true;
      if (value !== undefined && (fault === 'quota' || isFull)) throw new StorageFull();
    },
    ended(tab, result) {
      if (result.result === 'stopped' && result.reason !== 'full' && !tab.wasDisturbed && !stage.mayStop) throw new Violation(`a healthy store stopped: ${result.message}`);
      if (result.result === 'synced' && !tab.isSnapshot) requireSynced(browsers, server.logOf(PERSON), tab);
    },
  });

  const finish = async (tab: Tab): Promise<void> => {
    for (let i = 0; tab.round !== undefined; i++) {
      if (i > 300) throw new Violation('a round does not end');
      const call = tab.waiting;
      if (call === undefined) {
        browsers.breathe(tab);
        continue;
      }
      tab.waiting = undefined;
      const fault = touch('call');
      if (fault === 'late' || fault === 'killed') {
        if (fault === 'late') late.push(call);
        else await server.serve(call, PERSON);
        browsers.restart(tab);
      } else if (fault === 'request lost') browsers.answer(tab, undefined);
      else if (fault === 'reply lost') {
        await server.serve(call, PERSON);
        browsers.answer(tab, undefined);
      } else if (fault === 'twice') {
        const [, reply] = [await server.serve(call, PERSON), await server.serve(call, PERSON)];
        browsers.answer(tab, reply);
      } else browsers.answer(tab, await server.serve(call, PERSON));
    }
  };
  const open = (name: string): Tab => browsers.openTab(browsers.addBrowser(name), PERSON);
  const one = open('one');
  const stage: Stage = {
    browsers, server, one, mayStop: false,
    second: browsers.openTab(one.browser, PERSON),
    other: open('other'),
    newcomer() {
      for (let tries = 0; ; tries++) {
        try {
          return open(`new${tries}`);
        } catch (error) {
          if (!(error instanceof Crash) || tries > 2) throw error;
        }
      }
    },
    person(tab, work, isDone) {
      for (let tries = 0; ; tries++) {
        if (tries > 10) throw new Violation('what the person does is never done');
        const outcome = browsers.guarded(tab, () => {
          try {
            work(tab.files);
          } catch (error) {
            if (!(error instanceof FsError) || error.code !== 'ENOSPC') throw error;
            // They make room elsewhere.
            isFull = false;
          }
        });
        if (outcome === 'crashed') tab.files.refresh(undefined);
        if (isDone(tab.files)) return;
      }
    },
    page(tab, work) {
      for (let tries = 0; browsers.guarded(tab, work) === 'crashed'; tries++) if (tries > 10) throw new Violation('the page never gets to its end');
    },
    async sync(tab) {
      tab.files.refresh(undefined);
      browsers.startRound(tab);
      await finish(tab);
    },
    async rejoin(tab) {
      browsers.rejoin(tab);
      await finish(tab);
    },
  };

  await scenario.before(stage);
  isArmed = true;
  await scenario.during(stage);
  isArmed = false;
  isFull = false;

  // Everything works again; what was late arrives.
  for (const tab of browsers.tabs) browsers.restart(tab);
  await scenario.afterwards?.(stage);
  await stage.sync(one);
  for (const call of late) await server.serve(call, PERSON);
  for (let turn = 0; turn < 6; turn++) {
    for (const tab of browsers.tabs) await stage.sync(tab);
    const agree = browsers.tabs.every((tab) => {
      const { seq, tree } = browsers.baseOf(tab);
      const { replica } = tab.files;
      return seq === server.logOf(PERSON).head() && pendingOperations(tree, replica.entries(), replica.removed()).length === 0
        && tab.page.owesSnapshot !== true;
    });
    if (agree) break;
    if (turn === 5) throw new Violation('the devices do not converge');
  }
  const possible = scenario.after.map((lines) => [...lines].sort().join('\n'));
  for (const tab of browsers.tabs) {
    tab.files.refresh(undefined);
    const files = snapshot(tab.files, HOME).map((line) => line.replace(/ \(conflict [^()]*\)/, ' (conflict)')).sort().join('\n');
    if (!possible.includes(files)) throw new Violation(`${JSON.stringify(files)} is none of ${JSON.stringify(possible)}`);
  }
  server.logOf(PERSON).requireKept();
  return points;
}

export interface SweepRow {
  scenario: string;
  /** Writes of storage, calls and requests of the store in a run without a fault. */
  writes: number;
  calls: number;
  requests: number;
  cases: number;
  failures: string[];
}

export async function sweep(scenario: Scenario): Promise<SweepRow> {
  const points = await play(scenario, undefined);
  const row: SweepRow = {
    scenario: scenario.name, cases: 0, failures: [],
    writes: points.filter(({ kind }) => kind === 'write').length,
    calls: points.filter(({ kind }) => kind === 'call').length,
    requests: points.filter(({ kind }) => kind === 'read' || kind === 'create').length,
  };
  for (const [at, { kind }] of points.entries()) {
    for (const fault of FAULTS[kind]) {
      for (let again = 1; again <= (fault === 'crash twice' ? SECOND_CRASHES : 1); again++) {
        row.cases++;
        try {
          await play(scenario, { at, fault, again });
        } catch (error) {
          row.failures.push(`${fault} at point ${at + 1} (${kind})${fault === 'crash twice' ? ` and ${again} writes later` : ''}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  }
  return row;
}
