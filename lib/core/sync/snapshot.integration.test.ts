import { beforeAll, describe, expect, test } from 'vitest';
import { snapshot as filesOf } from '../fs/files-contract.ts';
import { formatEnvelope, SNAPSHOT } from './envelope.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { hashOf } from './sha256.ts';
import { formatSnapshot, parseSnapshot, type Snapshot } from './snapshot.ts';
import { createTestCloud, createTestDevice, type TestCloud, type TestDevice } from './test-device.ts';
import type { SyncCall } from './transport.ts';

const home = (device: TestDevice): string[] => filesOf(device.files, '/home/me');
const LARGE = 70_000;

/** A log of 150 commits over 40 files, one of them large, with snapshots as its device made them. */
let original: MemoryLog;
let expected: string[];
beforeAll(async () => {
  const cloud = createTestCloud();
  const a = createTestDevice(cloud, 'a');
  a.files.makeDirectory('/home/me/d');
  a.write('large', 'x'.repeat(LARGE));
  for (let i = 0; i < 150; i++) {
    a.write(`${i % 2 === 0 ? 'd/' : ''}f${i % 40}`, `version ${i}`);
    await a.sync();
    if (a.page.owesSnapshot === true) expect(await a.keepSnapshot()).toEqual({ result: 'synced' });
  }
  original = cloud.log;
  expected = home(a);
});

/** The same store once more, to be spoilt. */
function copied(): TestCloud {
  const cloud = createTestCloud();
  cloud.log = createMemoryLog();
  for (const [key, bytes] of original.commits) cloud.log.commits.set(key, bytes);
  for (const [key, bytes] of original.packs) cloud.log.packs.set(key, bytes);
  for (const [key, bytes] of original.snapshots) cloud.log.snapshots.set(key, bytes);
  return cloud;
}

const newest = (cloud: TestCloud): Snapshot => {
  const parsed = parseSnapshot(cloud.log.snapshots.get(128) ?? new Uint8Array());
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
};

test('the tree is kept after every 64th commit, and what has not changed is not sent again', () => {
  expect([...original.snapshots.keys()]).toEqual([64, 128]);
  const [first, second] = [64, 128].map((seq) => {
    const parsed = parseSnapshot(original.snapshots.get(seq) ?? new Uint8Array());
    return parsed.ok ? parsed.value : undefined;
  });
  expect(first?.tree.size).toBe(42);
  expect(second?.packs.flatMap(({ contents }) => contents.map(({ hash }) => hash))).not.toContain(hashOf('x'.repeat(LARGE)));
});

describe('a new device', () => {
  test('starts from the snapshot and the commits after it, in two calls', async () => {
    const cloud = copied();
    const b = createTestDevice(cloud, 'b');
    expect(await b.sync()).toEqual({ result: 'synced' });
    expect(home(b)).toEqual(expected);
    expect(cloud.calls()).toBeLessThanOrEqual(3);
    const reads = cloud.requests.get('read') ?? 0;
    expect(reads).toBeLessThanOrEqual(150 - 128 + 2);
    b.write('f1', 'of b');
    await b.sync();
    const c = createTestDevice(cloud, 'c');
    await c.sync();
    expect(home(c)).toEqual(home(b));
  });

  test('reads the whole log where nobody has kept the tree, and then keeps it', async () => {
    const cloud = copied();
    cloud.log.snapshots.clear();
    cloud.log.packs.clear();
    const b = createTestDevice(cloud, 'b');
    await b.sync();
    expect([home(b), b.page.owesSnapshot]).toEqual([expected, true]);
    await b.keepSnapshot();
    expect([...cloud.log.snapshots.keys()]).toEqual([150]);
    const c = createTestDevice(cloud, 'c');
    cloud.requests.clear();
    await c.sync();
    expect([home(c), cloud.requests.get('read')]).toEqual([expected, 2]);
  });
});

describe('a device that was away for long', () => {
  test('jumps as well, and merges what it changed meanwhile', async () => {
    const cloud = copied();
    const young = createTestCloud();
    for (let seq = 1; seq <= 10; seq++) young.log.commits.set(seq, original.commits.get(seq) ?? new Uint8Array());
    const b = createTestDevice(young, 'b', { transport: (call) => (young.log.commits.size > 10 ? cloud : young).serve(call) });
    await b.sync();
    b.write('f3', 'changed here while away');
    young.log.commits.set(11, new Uint8Array());
    b.restart();
    expect(await b.sync()).toEqual({ result: 'synced' });
    const copy = expect.stringMatching(/^f3 \(conflict b [0-9a-z]{8}\)=changed here while away$/);
    expect(home(b).filter((line) => !expected.includes(line))).toEqual([copy]);
    expect(home(b)).toHaveLength(expected.length + 1);
    expect(cloud.calls()).toBeLessThanOrEqual(6);
  });

  test('does not jump over a commit of its own whose reply was lost: no conflict with itself', async () => {
    const cloud = createTestCloud();
    let lose = false;
    const a = createTestDevice(cloud, 'a', {
      async transport(call) {
        const reply = await cloud.serve(call);
        if (lose && call.commit !== undefined) throw new Error('lost');
        return reply;
      },
    });
    const b = createTestDevice(cloud, 'b');
    a.write('x', '1');
    await a.sync();
    await b.sync();
    a.write('x', 'mine');
    lose = true;
    expect(await a.sync()).toEqual({ result: 'failed' });
    lose = false;
    await b.sync();
    for (let i = 0; i < 130; i++) {
      b.write('x', `mine, and then ${i}`);
      await b.sync();
      if (b.page.owesSnapshot === true) await b.keepSnapshot();
    }
    a.restart();
    expect(await a.sync()).toEqual({ result: 'synced' });
    expect([home(a), a.notices]).toEqual([['x=mine, and then 129'], []]);
  });

  test('nor over one that the person has taken back since: that they did stays', async () => {
    const cloud = createTestCloud();
    let lose = false;
    const a = createTestDevice(cloud, 'a', {
      async transport(call) {
        const reply = await cloud.serve(call);
        if (lose && call.commit !== undefined) throw new Error('lost');
        return reply;
      },
    });
    const b = createTestDevice(cloud, 'b');
    a.write('x', 'first');
    await a.sync();
    a.write('x', 'second thought');
    lose = true;
    expect(await a.sync()).toEqual({ result: 'failed' });
    lose = false;
    a.write('x', 'first');
    await b.sync();
    for (let i = 0; i < 130; i++) {
      b.write('x', `second thought, and ${i}`);
      await b.sync();
      if (b.page.owesSnapshot === true) await b.keepSnapshot();
    }
    a.restart();
    expect(await a.sync()).toEqual({ result: 'synced' });
    expect(home(a)).toEqual(['x=second thought, and 129', expect.stringMatching(/^x \(conflict a [0-9a-z]{8}\)=first$/)]);
  });

  const unheld = (call: SyncCall): SyncCall => {
    const { holds: _, ...rest } = call;
    return rest;
  };
  test.each([
    ['by the server\u2019s comparison', 'rolled-back', (call: SyncCall) => call],
    ['by its own, should the server not compare', 'damaged', unheld],
  ])('sees that the store holds another commit in the place of its own, and stops: %s', async (_, reason, change) => {
    const cloud = copied();
    const fork = createTestCloud();
    for (const seq of [1, 2]) fork.log.commits.set(seq, original.commits.get(seq) ?? new Uint8Array());
    const b = createTestDevice(fork, 'b', { transport: (call) => (fork.log.commits.size > 3 ? cloud.serve(change(call)) : fork.serve(call)) });
    await b.sync();
    b.write('mine', 'M');
    expect(await b.sync()).toEqual({ result: 'synced' });
    fork.log.commits.set(4, new Uint8Array());
    const before = home(b);
    expect(await b.sync()).toMatchObject({ result: 'stopped', reason });
    expect(home(b)).toEqual(before);
  });

  test('sees that the store goes on from another history than its own, and stops', async () => {
    const cloud = copied();
    const other = createTestCloud();
    const b = createTestDevice(other, 'b', { transport: (call) => (other.log.commits.size > 3 ? cloud : other).serve(call) });
    for (const text of ['1', '2', '3']) {
      b.write('x', text);
      await b.sync();
    }
    other.log.commits.set(4, new Uint8Array());
    expect(await b.sync()).toMatchObject({ result: 'stopped' });
    expect(home(b)).toEqual(['x=3']);
  });
});

describe('a snapshot that is not what the log says is left alone, and the log is read', () => {
  const flipped = (at: number) => (bytes: Uint8Array): Uint8Array => {
    const bent = bytes.slice();
    bent[at < 0 ? bent.length + at : at]! ^= 4;
    return bent;
  };
  const lying = (change: (snapshot: Snapshot) => void) => (bytes: Uint8Array): Uint8Array => {
    const parsed = parseSnapshot(bytes);
    if (!parsed.ok) throw new Error(parsed.reason);
    change(parsed.value);
    return formatSnapshot(parsed.value) ?? new Uint8Array();
  };
  const entry = (snapshot: Snapshot, path: string) => {
    const [id, found] = [...snapshot.tree].find(([, each]) => each.path === `/home/me/${path}`) ?? [];
    if (id === undefined || found === undefined) throw new Error(`${path} is not there`);
    return [id, found] as const;
  };
  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 9)],
    ['empty', () => new Uint8Array(0)],
    ['with a bit turned in its header', flipped(40)],
    ['with a bit turned in its middle', flipped(-300)],
    ['with a bit turned at its end', flipped(-1)],
    ['from the future', (bytes) => { const next = bytes.slice(); next[4] = 9; return next; }],
    ['swapped for an older one', () => original.snapshots.get(64) ?? new Uint8Array()],
    ['a commit instead of a snapshot', () => original.commits.get(128) ?? new Uint8Array()],
    ['of another history', lying((snapshot) => { snapshot.repo = 'q'.repeat(22); })],
    ['of another commit', lying((snapshot) => { snapshot.commit = hashOf('another'); })],
    ['that leaves a file out', lying((snapshot) => { snapshot.tree.delete(entry(snapshot, 'f1')[0]); })],
    ['that names another content', lying((snapshot) => { const [id, found] = entry(snapshot, 'f1'); snapshot.tree.set(id, { ...found, hash: hashOf('version 3') }); })],
    ['that moves a file', lying((snapshot) => { const [id, found] = entry(snapshot, 'f1'); snapshot.tree.set(id, { ...found, path: '/home/me/elsewhere' }); })],
    ['that confounds the contents of a pack', lying((snapshot) => { for (const pack of snapshot.packs) pack.contents.reverse(); })],
    ['a bomb', () => formatEnvelope({ repo: 'r'.repeat(22), seq: 128, parent: hashOf('x'), id: 'i'.repeat(22), length: 8_000_000 }, 1, new Uint8Array(100_000), { kind: SNAPSHOT })],
  ])('%s', async (_, change) => {
    const cloud = copied();
    cloud.log.snapshots.set(128, change(cloud.log.snapshots.get(128) ?? new Uint8Array()));
    const b = createTestDevice(cloud, 'b');
    expect(await b.sync()).toEqual({ result: 'synced' });
    expect(home(b)).toEqual(expected);
  });

  test('one that says wrongly where contents lie stops before a file is touched; the next look reads the log', async () => {
    const cloud = copied();
    const wrong = lying((snapshot) => {
      const [id, found] = entry(snapshot, 'large');
      snapshot.tree.set(id, { ...found, at: 7 });
    });
    cloud.log.snapshots.set(128, wrong(cloud.log.snapshots.get(128) ?? new Uint8Array()));
    const b = createTestDevice(cloud, 'b');
    expect(await b.sync()).toMatchObject({ result: 'stopped', reason: 'damaged' });
    expect(home(b)).toEqual([]);
    expect(await b.sync()).toEqual({ result: 'synced' });
    expect(home(b)).toEqual(expected);
  });

  test.each<[string, (cloud: TestCloud, hash: string, bytes: Uint8Array) => void]>([
    ['missing', (cloud, hash) => void cloud.log.packs.delete(hash)],
    ['cut', (cloud, hash, bytes) => void cloud.log.packs.set(hash, bytes.subarray(0, bytes.length - 3))],
    ['with a bit turned', (cloud, hash, bytes) => void cloud.log.packs.set(hash, flipped(30)(bytes))],
    ['swapped for another', (cloud, hash) => void cloud.log.packs.set(hash, Uint8Array.of(0, 1, 2))],
  ])('and so is a pack of it that is %s', async (_, spoil) => {
    const cloud = copied();
    for (const { hash } of newest(cloud).packs) spoil(cloud, hash, cloud.log.packs.get(hash) ?? new Uint8Array());
    const b = createTestDevice(cloud, 'b');
    expect(await b.sync()).toEqual({ result: 'synced' });
    expect(home(b)).toEqual(expected);
  });
});

test('a snapshot that could not be kept is made another time, and nobody misses it', async () => {
  const cloud = createTestCloud();
  let isDown = false;
  const a = createTestDevice(cloud, 'a', {
    async transport(call) {
      if (isDown && (call.packs !== undefined || call.snapshot !== undefined)) throw new Error('lost');
      return cloud.serve(call);
    },
  });
  for (let i = 0; i < 64; i++) {
    a.write('x', String(i));
    await a.sync();
  }
  isDown = true;
  expect([await a.keepSnapshot(), a.page.owesSnapshot, cloud.log.snapshots.size]).toEqual([{ result: 'failed' }, true, 0]);
  isDown = false;
  a.write('x', 'once more');
  expect(await a.sync()).toEqual({ result: 'synced' });
  expect([await a.keepSnapshot(), a.page.owesSnapshot, [...cloud.log.snapshots.keys()]]).toEqual([{ result: 'synced' }, false, [65]]);
  a.page.owesSnapshot = true;
  await a.keepSnapshot();
  expect(cloud.log.snapshots.size).toBe(1);
});
