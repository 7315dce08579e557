import { beforeAll, describe, expect, test } from 'vitest';
import { snapshot } from '../fs/files-contract.ts';
import { createMemoryStore } from '../fs/key-value-store.ts';
import { formatBase, parseBase } from './base.ts';
import { parseCommit } from './commit.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { hashOf } from './sha256.ts';
import { createTestCloud, createTestDevice, type TestCloud, type TestDevice } from './test-device.ts';

/**
 * Every kind of object in the store and every key of sync in the browser, spoilt in every way. What must hold: it is told
 * or made good, no file changes to what nobody wrote, and nothing spoilt gets into the store or to another device.
 */
const home = (device: TestDevice): string[] => snapshot(device.files, '/home/me').map((line) => line.slice(0, 60));
const ways: [string, (bytes: Uint8Array, other: Uint8Array) => Uint8Array | undefined][] = [
  ['missing', () => undefined],
  ['empty', () => new Uint8Array(0)],
  ['cut at the end', (bytes) => bytes.subarray(0, bytes.length - 1)],
  ['cut in half', (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ['longer', (bytes, other) => { const both = new Uint8Array(bytes.length + other.length); both.set(bytes); both.set(other, bytes.length); return both; }],
  ['with a bit turned near its start', (bytes) => turned(bytes, 60)],
  ['with a bit turned in the middle', (bytes) => turned(bytes, bytes.length >> 1)],
  ['with its last bit turned', (bytes) => turned(bytes, bytes.length - 1)],
  ['swapped for a neighbour', (_, other) => other],
  ['from the future', (bytes) => { const next = bytes.slice(); next[4] = 7; return next; }],
  ['in an unknown encoding', (bytes) => { const next = bytes.slice(); next[5] = 7; return next; }],
  ['something else', () => new TextEncoder().encode('<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>')],
];
function turned(bytes: Uint8Array, at: number): Uint8Array {
  const bent = bytes.slice();
  bent[at]! ^= 1;
  return bent;
}

let original: MemoryLog;
let expected: string[];
let keys: Map<string, string>;
beforeAll(async () => {
  const cloud = createTestCloud();
  const store = createMemoryStore();
  const a = createTestDevice(cloud, 'a', { store });
  let seed = 1;
  a.files.write('/home/me/large', Uint8Array.from({ length: 950_000 }, () => (seed = (seed * 48_271) % 2_147_483_647) & 255));
  for (let i = 0; i < 6; i++) {
    a.write(`f${i % 3}`, `version ${i}`);
    await a.sync();
  }
  original = cloud.log;
  expected = home(a);
  keys = new Map(store.keys('').map((key) => [key, store.get(key) ?? '']));
});

function spoilt(): TestCloud {
  const cloud = createTestCloud();
  cloud.log = createMemoryLog();
  for (const [key, bytes] of original.commits) cloud.log.commits.set(key, bytes);
  for (const [key, bytes] of original.packs) cloud.log.packs.set(key, bytes);
  return cloud;
}

/** What lies in the store, to see that nothing was added. */
const objects = (cloud: TestCloud): string[] =>
  [...cloud.log.commits, ...cloud.log.packs].map(([key, bytes]) => `${key} ${hashOf(bytes)}`).sort();

describe.each(ways)('a commit that is %s', (_, change) => {
  test.each([1, 3, 6])('at %i stops a new device before any file is made, and nothing is written after it', async (seq) => {
    const cloud = spoilt();
    const bytes = change(original.commits.get(seq) ?? new Uint8Array(), original.commits.get(seq === 1 ? 2 : seq - 1) ?? new Uint8Array());
    if (bytes === undefined) cloud.log.commits.delete(seq);
    else cloud.log.commits.set(seq, bytes);
    const before = objects(cloud);
    const b = createTestDevice(cloud, 'b');
    b.write('mine', 'of b');
    // The newest one is not known to have been there; the log then ends before it, as for one who looked earlier.
    const isInvisible = bytes === undefined && seq === 6;
    const outcome = await b.sync();
    if (isInvisible) {
      expect(outcome).toEqual({ result: 'synced' });
      return;
    }
    expect(outcome).toMatchObject({ result: 'stopped', message: expect.stringMatching(/damaged|newer version|another history|hole/) });
    expect([home(b), objects(cloud)]).toEqual([['mine=of b'], before]);
  });

  test('and is the newest one stops the device that wrote it when its page opens again', async () => {
    const cloud = spoilt();
    const bytes = change(original.commits.get(6) ?? new Uint8Array(), original.commits.get(5) ?? new Uint8Array());
    if (bytes === undefined) cloud.log.commits.delete(6);
    else cloud.log.commits.set(6, bytes);
    const before = objects(cloud);
    const store = createMemoryStore();
    for (const [key, value] of keys) store.set(key, value);
    const a = createTestDevice(cloud, 'a2', { store });
    a.write('f0', 'edited');
    expect(await a.sync()).toMatchObject({ result: 'stopped' });
    expect([home(a).includes('f0=edited'), objects(cloud)]).toEqual([true, before]);
  });
});

test('any single bit turned in a commit is seen by who reads it', () => {
  const good = original.commits.get(3) ?? new Uint8Array();
  const survivors: number[] = [];
  for (let at = 0; at < good.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const bent = good.slice();
      bent[at]! ^= 1 << bit;
      if (parseCommit(bent).ok) survivors.push(at * 8 + bit);
    }
  }
  expect(survivors).toEqual([]);
});

describe('a pack that is', () => {
  test.each(ways.filter(([name]) => name !== 'in an unknown encoding' && name !== 'from the future'))('%s stops before any file is made', async (_, change) => {
    const cloud = spoilt();
    const [first, second] = [...original.packs];
    const bytes = change(first?.[1] ?? new Uint8Array(), second?.[1] ?? new Uint8Array());
    if (bytes === undefined) cloud.log.packs.delete(first?.[0] ?? '');
    else cloud.log.packs.set(first?.[0] ?? '', bytes);
    const b = createTestDevice(cloud, 'b');
    expect(await b.sync()).toMatchObject({ result: 'stopped', reason: 'damaged' });
    expect(home(b)).toEqual([]);
  });
});

describe('in the browser', () => {
  const broken: [string, (value: string) => string | undefined][] = [
    ['missing', () => undefined], ['empty', () => ''], ['cut', (value) => value.slice(0, value.length >> 1)], ['of another form', () => '{"v":9}'],
    ['with a letter changed', (value) => value.replace(/f0/, 'f9')], ['from the future', (value) => value.replace('|[1,', '|[2,')],
    ['with an id changed', (value) => value.replace(/\["a-/, '["b-')],
  ];
  test.each(broken)('a base that is %s: everything is compared again, nothing is doubled and nothing is removed', async (_, change) => {
    const cloud = spoilt();
    const store = createMemoryStore();
    for (const [key, value] of keys) store.set(key, value);
    const value = change(keys.get('base') ?? '');
    if (value === undefined) store.remove('base');
    else store.set('base', value);
    const a = createTestDevice(cloud, 'a2', { store });
    a.write('new', 'N');
    const outcome = await a.sync();
    const c = createTestDevice(cloud, 'c');
    await c.sync();
    const all = [...expected, 'new=N'].sort();
    expect([outcome, home(a).sort(), home(c).sort()]).toEqual([{ result: 'synced' }, all, all]);
  });

  test('a base of another history, or older than its files: what the store has stays there', async () => {
    for (const older of [1, 3]) {
      const cloud = spoilt();
      const young = createTestCloud();
      for (let seq = 1; seq <= older; seq++) young.log.commits.set(seq, original.commits.get(seq) ?? new Uint8Array());
      for (const [key, bytes] of original.packs) young.log.packs.set(key, bytes);
      const past = createTestDevice(young, 'a');
      await past.sync();
      const store = createMemoryStore();
      for (const [key, value] of keys) store.set(key, value);
      store.set('base', past.store.get('base') ?? '');
      const a = createTestDevice(cloud, 'a2', { store });
      expect(await a.sync()).toEqual({ result: 'synced' });
      expect(home(a)).toEqual(expected);
    }
  });

  test('a base lost, and the store put back to an old state at the same time: no file is taken for a removed one', async () => {
    const cloud = spoilt();
    for (const seq of [2, 3, 4, 5, 6]) cloud.log.commits.delete(seq);
    const store = createMemoryStore();
    for (const [key, value] of keys) store.set(key, value);
    store.remove('base');
    // Files that a pull brought remember the commit; these were written here, so the next device is asked as well.
    const b = createTestDevice(spoilt(), 'b');
    await b.sync();
    b.store.remove('base');
    const late = createTestDevice(cloud, 'b', { store: b.store });
    expect(await late.sync()).toMatchObject({ result: 'stopped', reason: 'rolled-back' });
    expect(home(late)).toEqual(expected);
    const a = createTestDevice(cloud, 'a2', { store });
    expect(await a.sync()).toEqual({ result: 'synced' });
    expect(home(a)).toEqual(expect.arrayContaining(['f0=version 0', expect.stringMatching(/^f0 \(conflict a2 .*=version 3$/), 'f1=version 4', 'f2=version 5']));
  });

  test.each(['listed', 'sent:7.x', 'sent:', 'kept:', 'kept:f.x', 'sent:seven.y'])('an odd key %s is no harm', async (key) => {
    const cloud = spoilt();
    const store = createMemoryStore();
    for (const [name, value] of keys) store.set(name, value);
    store.set(key, '\u0000 not ours [1,2');
    const a = createTestDevice(cloud, 'a2', { store });
    a.write('new', 'N');
    expect([await a.sync(), home(a)]).toEqual([{ result: 'synced' }, [...expected, 'new=N']]);
  });
});

test('a receipt that was bent, of another seq, or of another person is exchanged, and never lets a wrong commit in', async () => {
  for (const change of [(receipt: string) => `${receipt}x`, () => '', () => hashOf('another'), (receipt: string) => receipt.slice(1)]) {
    const cloud = spoilt();
    const store = createMemoryStore();
    for (const [key, value] of keys) store.set(key, value);
    const base = parseBase(keys.get('base'));
    store.set('base', formatBase({ ...base, receipt: change(base.receipt ?? '') }));
    const a = createTestDevice(cloud, 'a2', { store });
    a.write('new', 'N');
    expect(await a.sync()).toEqual({ result: 'synced' });
    expect(cloud.log.commits.size).toBe(7);
  }
});
