import { describe, expect, test } from 'vitest';
import { snapshot } from '../core/fs/files-contract.ts';
import { keyValueContract } from '../core/fs/key-value-contract.ts';
import { createTestCloud, type TestCloud } from '../core/sync/test-device.ts';
import type { SyncReply } from '../core/sync/transport.ts';
import { openDrafts, unsavedDrafts, type Drafts } from './drafts.ts';
import { createLocalStore } from './local-store.ts';
import { createTestBrowser, type TestBrowser, type TestClock, type TestTab } from './test-browser.ts';
import { startSyncClient } from './sync-client.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const ANN = { id: 'person', email: 'ann@example.org' };
const BOB = { id: 'bob', email: 'bob@example.org' };

keyValueContract('localStorage', (capacityUnits) => {
  const browser = createTestBrowser({ capacityUnits });
  return createLocalStore(browser.storage);
});

interface Bench {
  cloud: TestCloud;
  network: { isUp: boolean; session: 'live' | 'absent' | 'unknown' };
  clock: TestClock;
  browser(options?: { isDenied?: boolean; capacityUnits?: number }): TestBrowser;
  open(browser: TestBrowser): { workspace: Workspace; tab: TestTab; notices: string[] };
}

function createBench(): Bench {
  const clock: TestClock = { nowMs: 1_000_000, timers: [] };
  const cloud = createTestCloud();
  const network: Bench['network'] = { isUp: true, session: 'live' };
  return {
    cloud,
    network,
    clock,
    browser: (options = {}) => createTestBrowser({ clock, ...options }),
    open(browser) {
      const tab = browser.openTab();
      const notices: string[] = [];
      const workspace = openWorkspace({
        transport: {
          async sync(call): Promise<SyncReply> {
            if (!network.isUp) throw new TypeError('Failed to fetch');
            if (network.session === 'absent') return { status: 'absent' };
            return cloud.serve(call);
          },
        },
        sessionState: async () => (network.isUp ? network.session : 'unknown'),
        startSync: startSyncClient,
      }, tab);
      workspace.onNotice((sentence) => notices.push(sentence));
      return { workspace, tab, notices };
    },
  };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const draftsOf = (workspace: Workspace): Drafts => openDrafts(workspace.draftPlace);
const unsaved = ({ files, draftPlace }: Workspace) => unsavedDrafts(files, draftPlace);
const home = (workspace: Workspace): string[] => snapshot(workspace.files, '/home/me');

test('files are there at once after a restart, with no network and no session', () => {
  const bench = createBench();
  bench.network.isUp = false;
  const browser = bench.browser();
  const first = bench.open(browser).workspace;
  first.files.write('/home/me/a', bytes('A'));
  first.files.write('/tmp/t', bytes('T'));
  first.dispose();
  const second = bench.open(browser).workspace;
  expect(home(second)).toEqual(['a=A']);
  expect(second.files.list('/tmp')).toEqual([]);
  expect([second.person, second.durable, second.status]).toEqual([undefined, true, { state: 'signed-out', pending: 0, message: undefined }]);
});

test('a change is pushed within half a second and seen by a second browser within three', async () => {
  const bench = createBench();
  const [one, two] = [bench.browser(), bench.browser()];
  const [a, b] = [bench.open(one), bench.open(two)];
  await a.workspace.signedIn(ANN);
  await b.workspace.signedIn(ANN);
  await one.pass(1000);
  a.workspace.files.write('/home/me/notes', bytes('hello'));
  expect(a.workspace.status).toEqual({ state: 'pending', pending: 1, message: undefined });
  await one.pass(500);
  expect(a.workspace.status).toEqual({ state: 'synced', pending: 0, message: undefined });
  await one.pass(2500);
  expect(home(b.workspace)).toEqual(['notes=hello']);
});

test('a hidden page asks once a minute, and at once when it is shown', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const { workspace, tab } = bench.open(browser);
  await workspace.signedIn(ANN);
  tab.isShown = false;
  await browser.pass(10_000);
  const before = bench.cloud.calls();
  await browser.pass(120_000);
  expect(bench.cloud.calls() - before).toBe(2);
  tab.isShown = true;
  tab.focus();
  await browser.pass(0);
  expect(bench.cloud.calls() - before).toBe(3);
});

describe('signing in', () => {
  test('takes the files from before into the account, whatever it holds already', async () => {
    const bench = createBench();
    const [old, fresh] = [bench.browser(), bench.browser()];
    const a = bench.open(old).workspace;
    await a.signedIn(ANN);
    a.files.write('/home/me/same', bytes('S'));
    a.files.write('/home/me/both.md', bytes('account'));
    await old.pass(1000);
    const { workspace: b, notices } = bench.open(fresh);
    b.files.write('/home/me/same', bytes('S'));
    b.files.write('/home/me/both.md', bytes('before'));
    b.files.makeDirectory('/home/me/d');
    b.files.write('/home/me/d/new', bytes('N'));
    await b.signedIn(ANN);
    await fresh.pass(5000);
    const expected = [expect.stringMatching(/^both \(conflict test-box [0-9a-z]{8}\)\.md=before$/), 'both.md=account', 'd/', 'd/new=N', 'same=S'];
    expect([home(a), home(b)]).toEqual([expected, expected]);
    expect(notices[0]).toBe('3 files from before you signed in are now in your account.');
    b.wipe();
    expect(home(b)).toEqual([]);
  });

  test('in one tab shows the account in the others', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const [a, b] = [bench.open(browser).workspace, bench.open(browser).workspace];
    const owners: (string | undefined)[] = [];
    b.onOwner((person) => owners.push(person?.email));
    a.files.write('/home/me/x', bytes('X'));
    await a.signedIn(ANN);
    expect([home(b), b.person]).toEqual([['x=X'], ANN]);
    a.wipe();
    expect([home(b), b.person, owners]).toEqual([[], undefined, [ANN.email, undefined]]);
  });

  test('as somebody else shows none of the files of the one before, and sends none', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const { workspace } = bench.open(browser);
    await workspace.signedIn(ANN);
    bench.network.isUp = false;
    workspace.files.write('/home/me/secret', bytes('S'));
    await browser.pass(2000);
    workspace.sessionEnded();
    bench.network.isUp = true;
    bench.cloud.user = 'bob';
    await workspace.signedIn(BOB);
    await browser.pass(5000);
    expect(home(workspace)).toEqual([]);
    expect(bench.cloud.log.commits.size).toBe(0);
    bench.cloud.user = 'person';
    await workspace.signedIn(ANN);
    await browser.pass(5000);
    expect([home(workspace), bench.cloud.log.commits.size]).toEqual([['secret=S'], 1]);
  });
});

describe('when something is missing', () => {
  test('no network: files stay, the state says so, and everything goes out when it is back', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const { workspace, tab } = bench.open(browser);
    await workspace.signedIn(ANN);
    bench.network.isUp = false;
    workspace.files.write('/home/me/x', bytes('X'));
    await browser.pass(60_000);
    expect(workspace.status).toEqual({ state: 'offline', pending: 1, message: undefined });
    bench.network.isUp = true;
    tab.focus();
    await browser.pass(100);
    expect(workspace.status).toEqual({ state: 'synced', pending: 0, message: undefined });
  });

  test('no session: the owner and the files stay, nothing is sent until the next sign-in', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const { workspace } = bench.open(browser);
    await workspace.signedIn(ANN);
    bench.network.session = 'absent';
    workspace.files.write('/home/me/x', bytes('X'));
    await browser.pass(120_000);
    expect([workspace.status, workspace.person, home(workspace)]).toEqual([{ state: 'signed-out', pending: 1, message: undefined }, ANN, ['x=X']]);
    expect((await workspace.unsynced()).files).toBe(1);
    bench.network.session = 'live';
    await workspace.signedIn(ANN);
    await browser.pass(1000);
    expect((await workspace.unsynced()).files).toBe(0);
  });

  test('no storage: memory only, with a standing notice', () => {
    const bench = createBench();
    const { workspace, notices } = bench.open(bench.browser({ isDenied: true }));
    workspace.files.write('/home/me/x', bytes('X'));
    expect([home(workspace), workspace.durable]).toEqual([['x=X'], false]);
    expect(workspace.status.message).toMatch(/keeps nothing/);
    expect(notices).toEqual([workspace.status.message]);
  });

  test('no room: a write fails as on a full disk, and what is there is synced and can be removed', async () => {
    const bench = createBench();
    const browser = bench.browser({ capacityUnits: 100_000 });
    const { workspace } = bench.open(browser);
    await workspace.signedIn(ANN);
    for (let i = 0; i < 20; i++) {
      try {
        workspace.files.write(`/home/me/f${i}`, new Uint8Array(9000).fill(i));
      } catch (error) {
        expect(String(error)).toContain('No space left on device');
      }
    }
    const kept = workspace.files.list('/home/me').length;
    expect(kept).toBeGreaterThan(2);
    expect(await workspace.syncNow()).toEqual({ state: 'synced', pending: 0, message: undefined });
    workspace.files.remove('/home/me/f0');
    expect(await workspace.syncNow()).toEqual({ state: 'synced', pending: 0, message: undefined });
    expect(workspace.files.list('/home/me')).toHaveLength(kept - 1);
  });
});

test('two tabs of one browser push and pull as one, and neither sees an old state', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const [a, b] = [bench.open(browser).workspace, bench.open(browser).workspace];
  await a.signedIn(ANN);
  for (let i = 0; i < 5; i++) {
    a.files.write(`/home/me/a${i}`, bytes('A'));
    b.files.append('/home/me/shared', bytes(`${i}\n`));
    await browser.pass(600);
  }
  expect(home(a)).toEqual(home(b));
  expect(home(a)).toContain('shared=0\n1\n2\n3\n4\n');
  expect([(await a.unsynced()).files, (await b.unsynced()).files]).toEqual([0, 0]);
});

test('leaving takes every key of the person and nothing else', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const { workspace } = bench.open(browser);
  browser.storage.setItem('selkie1:bob:f:x:1.t', 'of another person');
  await workspace.signedIn(ANN);
  workspace.files.write('/home/me/x', bytes('X'));
  expect((await workspace.unsynced()).files).toBe(0);
  draftsOf(workspace).keep({ path: '/home/me/x', from: '', text: 'typed' }, undefined);
  workspace.wipe();
  await browser.pass(10_000);
  const keys = Array.from({ length: browser.storage.length }, (_, index) => browser.storage.key(index));
  expect(keys.sort()).toEqual(['selkie1:bob:f:x:1.t', 'selkie1:reserve']);
  expect([workspace.person, home(workspace)]).toEqual([undefined, []]);
});

test('a workspace that is closed leaves no timer and no listener, fifty times over', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const tabs: TestTab[] = [];
  for (let i = 0; i < 50; i++) {
    const { workspace, tab } = bench.open(browser);
    await workspace.signedIn(ANN);
    workspace.files.write('/home/me/x', bytes(String(i)));
    workspace.dispose();
    tabs.push(tab);
  }
  await browser.pass(0);
  expect(tabs.reduce((sum, tab) => sum + tab.handles(), 0)).toBe(0);
  expect(bench.clock.timers).toEqual([]);
});

describe('text that the editor has not saved', () => {
  const draft = (text: string) => ({ path: '/home/me/x', from: '', text });

  test('counts while no file holds it, in all tabs, and belongs to one person alone', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const [a, b] = [bench.open(browser).workspace, bench.open(browser).workspace];
    await a.signedIn(ANN);
    draftsOf(a).keep(draft('typed'), undefined);
    expect(unsaved(b).map(({ text }) => text)).toEqual(['typed']);
    a.files.write('/home/me/x', bytes('typed'));
    expect([unsaved(a), unsaved(b)]).toEqual([[], []]);
    a.files.write('/home/me/x', bytes('other'));
    expect(unsaved(b)).toHaveLength(1);
    await a.signedIn(BOB);
    expect([unsaved(a), draftsOf(a).all()]).toEqual([[], []]);
    await a.signedIn(ANN);
    expect(unsaved(a)).toHaveLength(1);
  });

  test('goes along at a sign-in, also when there is no file to go with it', async () => {
    const bench = createBench();
    const { workspace } = bench.open(bench.browser());
    const name = draftsOf(workspace).keep(draft('before'), undefined);
    await workspace.signedIn(ANN);
    expect(unsaved(workspace).map((each) => [each.name, each.text])).toEqual([[name, 'before']]);
    workspace.wipe();
    expect(unsaved(workspace)).toEqual([]);
  });

  test('knows at once that another tab has wiped or changed the person, before this one hears of it', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const { workspace } = bench.open(browser);
    await workspace.signedIn(ANN);
    const drafts = draftsOf(workspace);
    expect(drafts.isOpen()).toBe(true);
    const who = browser.storage.getItem('selkie1:who') ?? '';
    const answers: boolean[] = [];
    for (const value of [undefined, JSON.stringify(BOB), 'broken', who]) {
      if (value === undefined) browser.storage.removeItem('selkie1:who');
      else browser.storage.setItem('selkie1:who', value);
      answers.push(drafts.isOpen());
    }
    expect(answers).toEqual([false, false, false, true]);
  });
});
