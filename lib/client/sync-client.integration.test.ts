import { describe, expect, test } from 'vitest';
import { snapshot } from '../core/fs/files-contract.ts';
import { createTestCloud, type TestCloud } from '../core/sync/test-device.ts';
import type { SyncCall, SyncReply } from '../core/sync/transport.ts';
import { startSyncClient } from './sync-client.ts';
import { createTestBrowser, type TestBrowser, type TestClock, type TestTab } from './test-browser.ts';
import { openWorkspace, type SyncStatus, type Workspace } from './workspace.ts';

const ANN = { id: 'person', email: 'ann@example.org' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const home = (workspace: Workspace): string[] => snapshot(workspace.files, '/home/me');

interface Bench {
  cloud: TestCloud;
  clock: TestClock;
  network: { isUp: boolean; slow?: (call: SyncCall) => void };
  browser(capacityUnits?: number): TestBrowser;
  open(browser: TestBrowser): Promise<{ workspace: Workspace; tab: TestTab; notices: string[]; statuses: SyncStatus[] }>;
}

function createBench(): Bench {
  const clock: TestClock = { nowMs: 1_000_000, timers: [] };
  const cloud = createTestCloud();
  const network: Bench['network'] = { isUp: true };
  return {
    cloud,
    clock,
    network,
    browser: (capacityUnits = 5_000_000) => createTestBrowser({ clock, capacityUnits }),
    async open(browser) {
      const tab = browser.openTab();
      const workspace = openWorkspace({
        transport: {
          async sync(call): Promise<SyncReply> {
            if (!network.isUp) throw new TypeError('Failed to fetch');
            network.slow?.(call);
            return cloud.serve(call);
          },
        },
        sessionState: async () => (network.isUp ? 'live' : 'unknown'),
        startSync: startSyncClient,
      }, tab);
      const notices: string[] = [];
      const statuses: SyncStatus[] = [];
      workspace.onNotice((sentence) => notices.push(sentence));
      workspace.onStatus((status) => statuses.push(status));
      await workspace.signedIn(ANN);
      await browser.pass(0);
      return { workspace, tab, notices, statuses };
    },
  };
}

/** A copy of the profile: all keys, another browser. */
function copyOf(browser: TestBrowser, bench: Bench): TestBrowser {
  const copy = bench.browser();
  for (let index = 0; index < browser.storage.length; index++) {
    const key = browser.storage.key(index) ?? '';
    copy.storage.setItem(key, browser.storage.getItem(key) ?? '');
  }
  return copy;
}

describe('pausing', () => {
  test('stops all exchange in every tab and over a restart, says what waits, and goes on where it was', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const [one, two] = [await bench.open(browser), await bench.open(browser)];
    one.workspace.pause();
    const before = bench.cloud.calls();
    one.workspace.files.write('/home/me/x', bytes('X'));
    two.tab.focus();
    await browser.pass(300_000);
    expect([bench.cloud.calls() - before, one.workspace.status, two.workspace.status.state]).toEqual([0, { state: 'paused', pending: 1, message: undefined }, 'paused']);
    one.workspace.dispose();
    const three = await bench.open(browser);
    await browser.pass(300_000);
    expect([bench.cloud.calls() - before, three.workspace.status.state]).toEqual([0, 'paused']);
    two.workspace.resume();
    await browser.pass(3000);
    expect([three.workspace.status.state, bench.cloud.log.commits.size]).toEqual(['synced', 1]);
  });

  test('does not hinder an explicit word, after which it is paused still', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const { workspace } = await bench.open(browser);
    workspace.pause();
    workspace.files.write('/home/me/x', bytes('X'));
    expect([await workspace.syncNow(), workspace.status.state]).toEqual([{ state: 'synced', pending: 0, message: undefined }, 'paused']);
    workspace.files.write('/home/me/x', bytes('Y'));
    await browser.pass(60_000);
    expect([workspace.status.pending, bench.cloud.log.commits.size]).toEqual([1, 1]);
    expect(await workspace.unsynced()).toEqual({ files: 0, isHeard: true });
    bench.network.isUp = false;
    workspace.files.write('/home/me/x', bytes('Z'));
    expect([await workspace.syncNow(), workspace.status.state, await workspace.unsynced()])
      .toEqual([{ state: 'offline', pending: 1, message: undefined }, 'paused', { files: 1, isHeard: false }]);
  });

  test('does not hide that the store has lost everything: nothing counts as being there, and it can be rejoined', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const { workspace } = await bench.open(browser);
    for (const name of ['x', 'y']) workspace.files.write(`/home/me/${name}`, bytes(name));
    await browser.pass(1000);
    workspace.pause();
    bench.cloud.log.commits.clear();
    expect([await workspace.unsynced(), workspace.status.state]).toEqual([{ files: 2, isHeard: true }, 'stopped']);
    expect([(await workspace.rejoin()).state, workspace.status.state, bench.cloud.log.commits.size]).toEqual(['synced', 'paused', 1]);
  });
});

test('an edit is told as pending at once, also one made while an exchange is under way, and a file that a pull brings never is', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const { workspace, tab, statuses } = await bench.open(browser);
  const runDueTimers = (): void => {
    for (const timer of bench.clock.timers.filter(({ at }) => at <= bench.clock.nowMs)) timer.work();
  };
  tab.breathe = async () => runDueTimers();
  await browser.pass(5000);
  statuses.length = 0;
  workspace.files.write('/home/me/x', bytes('X'));
  await browser.pass(0);
  expect(statuses).toEqual([{ state: 'pending', pending: 1, message: undefined }]);
  await browser.pass(5000);
  expect(workspace.status.state).toBe('synced');

  const atCalls: SyncStatus[] = [];
  bench.network.slow = (call) => {
    if (call.commit !== undefined || atCalls.length > 0) return;
    workspace.files.write('/home/me/y', bytes('Y'));
    // Before the answer.
    runDueTimers();
    atCalls.push(...statuses.slice(-1));
  };
  statuses.length = 0;
  await browser.pass(3000);
  expect(atCalls).toEqual([{ state: 'pending', pending: 1, message: undefined }]);

  delete bench.network.slow;
  await browser.pass(5000);
  const elsewhere = bench.browser();
  const other = await bench.open(elsewhere);
  await elsewhere.pass(5000);
  statuses.length = 0;
  for (let file = 0; file < 40; file++) other.workspace.files.write(`/home/me/f${file}`, bytes('F'));
  await elsewhere.pass(10_000);
  expect([home(workspace).length, statuses]).toEqual([42, []]);
});

test('while files keep changing they are counted again only so often', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const { workspace, statuses } = await bench.open(browser);
  bench.network.isUp = false;
  await browser.pass(5000);
  statuses.length = 0;
  for (let file = 0; file < 14; file++) {
    workspace.files.write(`/home/me/f${file}`, bytes('F'));
    await browser.pass(50);
  }
  expect(statuses.map(({ pending }) => pending)).toEqual([1, 7, 14]);
});

test('offline it says when it tries again, tries no more often than that, and remembers the last exchange over a restart', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const { workspace } = await bench.open(browser);
  await browser.pass(5000);
  const last = workspace.exchange.lastMs;
  expect([last !== undefined && last > 1_000_000, workspace.exchange.retryAtMs]).toEqual([true, undefined]);
  bench.network.isUp = false;
  workspace.files.write('/home/me/x', bytes('X'));
  await browser.pass(30_000);
  const { retryAtMs = 0 } = workspace.exchange;
  expect([workspace.status, retryAtMs > bench.clock.nowMs, retryAtMs <= bench.clock.nowMs + 20_000])
    .toEqual([{ state: 'offline', pending: 1, message: undefined }, true, true]);
  workspace.dispose();
  const again = await bench.open(browser);
  expect(again.workspace.exchange.lastMs).toBeLessThanOrEqual(last ?? 0);
  expect(again.workspace.exchange.lastMs).toBeGreaterThan(1_000_000 - 1);
});

test('what takes longer than a second tells how far it is, and what does not says nothing', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const { workspace, statuses } = await bench.open(browser);
  workspace.files.write('/home/me/x', bytes('X'));
  await browser.pass(1000);
  expect(statuses.filter(({ progress }) => progress !== undefined)).toEqual([]);
  bench.network.slow = () => { bench.clock.nowMs += 1500; };
  for (const name of ['a', 'b']) workspace.files.write(`/home/me/${name}`, bytes(name));
  await browser.pass(10_000);
  const told = statuses.flatMap(({ progress }) => progress ?? []);
  expect(told[0]).toEqual({ what: 'pushing', done: 2, total: 2 });
  expect(workspace.status).toEqual({ state: 'synced', pending: 0, message: undefined });
  const fresh = bench.browser();
  const other = await bench.open(fresh);
  await fresh.pass(10_000);
  expect([...new Set(other.statuses.flatMap(({ progress }) => progress?.what ?? []))]).toEqual(['reading', 'pulling']);
  expect(home(other.workspace)).toHaveLength(3);
});

describe('a copied browser profile', () => {
  test('both go on, each with its own edits, and nothing is lost or doubled', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const first = await bench.open(browser);
    first.workspace.files.write('/home/me/shared', bytes('1\n2\n3\n'));
    await browser.pass(1000);
    bench.network.isUp = false;
    first.workspace.files.write('/home/me/before', bytes('unpushed when copied'));
    const copy = copyOf(browser, bench);
    const second = await bench.open(copy);
    first.workspace.files.write('/home/me/shared', bytes('one\n2\n3\n'));
    second.workspace.files.write('/home/me/shared', bytes('1\n2\nthree\n'));
    first.workspace.files.write('/home/me/before', bytes('edited in the first'));
    bench.network.isUp = true;
    for (let turn = 0; turn < 4; turn++) await browser.pass(10_000);
    expect(home(first.workspace)).toEqual(home(second.workspace));
    expect(home(first.workspace).filter((line) => !line.startsWith('before'))).toEqual(['shared=one\n2\nthree\n']);
    expect(home(first.workspace).join()).toContain('edited in the first');
    expect(home(first.workspace).join()).toContain('unpushed when copied');
  });

  test('taken while a commit was under way: both know it as theirs', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const first = await bench.open(browser);
    first.workspace.files.write('/home/me/x', bytes('X'));
    let copy: TestBrowser | undefined;
    bench.network.slow = (call) => {
      if (call.commit !== undefined) copy ??= copyOf(browser, bench);
    };
    await browser.pass(1000);
    if (copy === undefined) throw new Error('no commit was sent');
    const second = await bench.open(copy);
    second.workspace.files.write('/home/me/x', bytes('X and more'));
    await browser.pass(10_000);
    expect([home(first.workspace), home(second.workspace), second.notices]).toEqual([['x=X and more'], ['x=X and more'], []]);
  });
});

test('a browser that was cleared under an open page loses nothing that was synced, and removes nothing elsewhere', async () => {
  const bench = createBench();
  const [browser, elsewhere] = [bench.browser(), bench.browser()];
  const [page, other] = [await bench.open(browser), await bench.open(elsewhere)];
  page.workspace.files.write('/home/me/x', bytes('X'));
  await browser.pass(5000);
  browser.storage.clear();
  await browser.pass(5000);
  expect([home(page.workspace), page.workspace.person, home(other.workspace)]).toEqual([[], undefined, ['x=X']]);
  await page.workspace.signedIn(ANN);
  await browser.pass(5000);
  expect([home(page.workspace), home(other.workspace), bench.cloud.log.commits.size]).toEqual([['x=X'], ['x=X'], 1]);
});

test('a browser that lost single keys without telling the page has them again after the next round', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const { workspace } = await bench.open(browser);
  for (const name of ['x', 'y']) workspace.files.write(`/home/me/${name}`, bytes(name));
  await browser.pass(5000);
  for (const part of [':b', ':l', 'me/x"']) {
    const keys = Array.from({ length: browser.storage.length }, (_, index) => browser.storage.key(index) ?? '');
    for (const key of keys) {
      if (key.endsWith(part) || (part.startsWith('me') && browser.storage.getItem(key)?.includes(part) === true && key.includes(':f:'))) browser.storage.removeItem(key);
    }
    await browser.pass(10_000);
    expect([part, home(workspace), workspace.status.state]).toEqual([part, ['x=x', 'y=y'], 'synced']);
  }
  expect(bench.cloud.log.commits.size).toBe(1);
});

describe('leaving', () => {
  test('counts what .selkieignore keeps here, and everything when the store has lost it', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const { workspace } = await bench.open(browser);
    workspace.files.write('/home/me/.selkieignore', bytes('*.tmp\n'));
    workspace.files.write('/home/me/a.tmp', bytes('only here'));
    workspace.files.write('/home/me/b', bytes('B'));
    expect([(await workspace.unsynced()).files, workspace.status]).toEqual([1, { state: 'synced', pending: 0, message: undefined }]);
    bench.cloud.log.commits.clear();
    expect((await workspace.unsynced()).files).toBe(3);
  });

  test('a store with another history of the same length is not taken for ours by a page that opens', async () => {
    const bench = createBench();
    const browser = bench.browser();
    const first = await bench.open(browser);
    first.workspace.files.write('/home/me/x', bytes('X'));
    await browser.pass(1000);
    first.workspace.dispose();
    bench.cloud.log.commits.clear();
    const other = bench.browser();
    const stranger = await bench.open(other);
    stranger.workspace.files.write('/home/me/y', bytes('Y'));
    await other.pass(1000);
    const again = await bench.open(browser);
    expect([(await again.workspace.unsynced()).files, again.workspace.status.state]).toEqual([1, 'stopped']);
    expect((await again.workspace.rejoin()).state).toBe('synced');
    expect(home(again.workspace)).toEqual(['x=X', 'y=Y']);
  });
});

test('that an ignored file is in the account already is told once, in all tabs together', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const one = await bench.open(browser);
  one.workspace.files.write('/home/me/a.key', bytes('1'));
  await browser.pass(1000);
  one.workspace.files.write('/home/me/.selkieignore', bytes('*.key\n'));
  one.workspace.files.write('/home/me/a.key', bytes('2'));
  await browser.pass(10_000);
  const two = await bench.open(browser);
  await browser.pass(10_000);
  expect([...one.notices, ...two.notices]).toEqual([
    '/home/me/a.key is named in .selkieignore but is in your account already: it stays there as it is, and changes to it stay in this browser.',
  ]);
  expect(one.workspace.status).toEqual({ state: 'synced', pending: 0, message: undefined });
});

test('in a full browser what does not fit is left out and said; writing out, reading and removing go on, and it comes when there is room', async () => {
  const bench = createBench();
  const [small, large] = [bench.browser(120_000), bench.browser()];
  const [here, there] = [await bench.open(small), await bench.open(large)];
  here.workspace.files.write('/home/me/old', new Uint8Array(20_000).fill(1));
  await small.pass(5000);
  await large.pass(5000);
  there.workspace.files.write('/home/me/large', new Uint8Array(90_000).fill(2));
  there.workspace.files.write('/home/me/little', bytes('fits'));
  await large.pass(5000);
  // Written without having heard of it: it has to read what is new before it can be sent.
  here.workspace.files.write('/home/me/mine', bytes('M'));
  expect(await here.workspace.syncNow()).toEqual({
    state: 'synced', pending: 0, message: '1 file of your account finds no room in this browser; remove some files and run `sync`.',
  });
  expect(here.notices).toEqual(['There is no room in this browser for large: safe in your account, and not shown here until you remove something.']);
  const names = ({ workspace }: typeof here): string[] => workspace.files.list('/home/me').map(({ name }) => name);
  expect(names(here)).toEqual(['little', 'mine', 'old']);
  expect(here.workspace.files.read('/home/me/old')).toHaveLength(20_000);

  await large.pass(5000);
  const reads = (): number => [...bench.cloud.requests].reduce((sum, [kind, count]) => sum + (kind === 'newest' ? 0 : count), 0);
  const before = reads();
  await small.pass(20_000);
  expect([here.notices.length, reads() - before]).toEqual([1, 0]);
  expect(names(there)).toEqual(['large', 'little', 'mine', 'old']);

  here.workspace.files.remove('/home/me/old');
  await small.pass(5000);
  expect(names(here)).toEqual(['large', 'little', 'mine']);
  expect(here.workspace.status).toEqual({ state: 'synced', pending: 0, message: undefined });
  await large.pass(5000);
  expect(names(there)).toEqual(['large', 'little', 'mine']);
});

test('room that is made while an exchange is under way counts for the next one, when somebody asks for it', async () => {
  const bench = createBench();
  const [small, large] = [bench.browser(120_000), bench.browser()];
  const [here, there] = [await bench.open(small), await bench.open(large)];
  here.workspace.pause();
  small.storage.setItem('filler', 'x'.repeat(40_000));
  there.workspace.files.write('/home/me/large', new Uint8Array(60_000).fill(2));
  await large.pass(5000);
  there.workspace.dispose();
  let asked: Promise<SyncStatus> | undefined;
  bench.network.slow = () => { asked ??= here.workspace.syncNow(); };
  // Another page gives its room back just after the file did not fit.
  here.workspace.onNotice(() => small.storage.removeItem('filler'));
  here.workspace.resume();
  await small.pass(1000);
  expect(here.notices).toEqual(['There is no room in this browser for large: safe in your account, and not shown here until you remove something.']);
  expect(await asked).toEqual({ state: 'synced', pending: 0, message: undefined });
  expect(here.workspace.files.read('/home/me/large')).toHaveLength(60_000);
});

test('a new device says that it is synced no sooner than the files are there, and a session that begins again looks first', async () => {
  const bench = createBench();
  const first = bench.browser();
  const { workspace } = await bench.open(first);
  workspace.files.write('/home/me/x', bytes('X'));
  await first.pass(5000);
  const second = bench.browser();
  const tab = second.openTab();
  const device = openWorkspace({ transport: { sync: async (call) => bench.cloud.serve(call) }, sessionState: async () => 'live', startSync: startSyncClient }, tab);
  const now = () => `${device.status.state}, ${device.files.list('/home/me').length} files`;
  await device.signedIn(ANN);
  expect(now()).toBe('syncing, 0 files');
  await second.pass(5000);
  expect(now()).toBe('synced, 1 files');
  device.sessionEnded();
  workspace.files.write('/home/me/y', bytes('Y'));
  await first.pass(5000);
  await device.signedIn(ANN);
  expect(now()).toBe('syncing, 1 files');
  await second.pass(5000);
  expect(now()).toBe('synced, 2 files');
});

const GROWN = new Uint8Array(90_000).fill(2);
/** Vitest would compare them as it compares objects, byte by byte in a fifth of a second. */
const hasGrown = (workspace: Workspace): boolean => Buffer.compare(workspace.files.read('/home/me/grows'), GROWN) === 0;

test('a new version that does not fit takes the place of the old one as soon as there is room, and is never taken for an edit or a removal', async () => {
  const bench = createBench();
  const [small, large] = [bench.browser(120_000), bench.browser()];
  const [here, there] = [await bench.open(small), await bench.open(large)];
  there.workspace.files.write('/home/me/grows', new Uint8Array(10_000).fill(1));
  there.workspace.files.write('/home/me/other', new Uint8Array(20_000).fill(1));
  await large.pass(5000);
  await small.pass(5000);
  there.workspace.files.write('/home/me/grows', GROWN);
  await large.pass(5000);
  await small.pass(5000);
  here.workspace.files.write('/home/me/mine', bytes('M'));
  await small.pass(5000);
  await large.pass(5000);
  expect(hasGrown(there.workspace)).toBe(true);
  here.workspace.files.remove('/home/me/other');
  await small.pass(5000);
  expect(hasGrown(here.workspace)).toBe(true);
  await large.pass(5000);
  expect(there.workspace.files.list('/home/me').map(({ name }) => name)).toEqual(['grows', 'mine']);
});

test('an edit that beats a removal beats it also where there is no room for it', async () => {
  const bench = createBench();
  const [small, large] = [bench.browser(120_000), bench.browser()];
  const [here, there] = [await bench.open(small), await bench.open(large)];
  here.workspace.files.write('/home/me/other', new Uint8Array(20_000).fill(1));
  here.workspace.files.write('/home/me/grows', bytes('1'));
  await small.pass(5000);
  await large.pass(5000);
  there.workspace.files.write('/home/me/grows', GROWN);
  await there.workspace.syncNow();
  here.workspace.files.remove('/home/me/grows');
  expect((await here.workspace.syncNow()).message).toMatch(/^1 file of your account finds no room/);
  await small.pass(5000);
  await large.pass(5000);
  expect(hasGrown(there.workspace)).toBe(true);
  here.workspace.files.remove('/home/me/other');
  await small.pass(5000);
  expect(hasGrown(here.workspace)).toBe(true);
});

test('every 64 commits the tree is kept once more, while the person waits for nothing', async () => {
  const bench = createBench();
  const browser = bench.browser();
  const { workspace } = await bench.open(browser);
  for (let i = 0; i < 64; i++) {
    workspace.files.write('/home/me/x', bytes(`version ${i}`));
    expect((await workspace.syncNow()).state).toBe('synced');
  }
  expect(bench.cloud.log.snapshots.size).toBe(0);
  await browser.pass(5000);
  expect([...bench.cloud.log.snapshots.keys()]).toEqual([64]);
  workspace.dispose();
});
