import { describe, expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { formatVersion } from './file-version.ts';
import { snapshot } from './files-contract.ts';
import { createMemoryStore, withReserve, type KeyValueStore } from './key-value-store.ts';
import { openStoredFiles, type StoredFiles } from './stored-files.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const NO_ROOM = 'No space left on device: no room left in this browser; remove files (du -a shows what they take), or keep them in /tmp, which ends with the page';

function openHome(capacityUnits: number, store = createMemoryStore({ capacityUnits })): { files: StoredFiles; store: KeyValueStore } {
  let serial = 0;
  const files = openStoredFiles({
    store: withReserve(store, 'selkie1:reserve', limits.storageReserveUnits), prefix: 'selkie1:p:f:', tab: 'tab', keepsRemovals: true,
    device: 'here', now: () => 0, newId: () => `i${String(++serial).padStart(6, '0')}`,
  });
  return { files, store };
}

/** Writes ever smaller files until not even an empty one fits. */
function fill(files: StoredFiles): string[] {
  const written: string[] = [];
  for (let size = 256 * 1024, n = 0; size >= 1 || n === 0; size = Math.floor(size / 2)) {
    for (;; n++) {
      const path = `/home/me/fill${String(n).padStart(5, '0')}`;
      try {
        files.write(path, new Uint8Array(size).fill(n));
        written.push(path);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC', message: NO_ROOM });
        break;
      }
    }
    if (size === 1) break;
  }
  return written;
}

describe('a store of Chromium\u2019s size that is really full', () => {
  test('refuses with a sentence, keeps what is there, and reading, deleting and what sync needs go on', () => {
    const { files, store } = openHome(limits.localStorageUnits);
    files.write('/home/me/precious', bytes('precious'));
    files.link('precious', '/home/me/link');
    // Most of the room has gone elsewhere; what is left is filled to the last unit.
    store.set('selkie1:other:f:1:1.t', 'x'.repeat(4_700_000));
    const written = fill(files);
    const { totalBytes, usedBytes } = files.space('/home/me');
    expect(totalBytes - usedBytes).toBeLessThan(400);
    for (const write of [
      () => files.write('/home/me/precious', bytes('longer than it was before, by far'.repeat(9))),
      () => files.append('/home/me/precious', new Uint8Array(500)),
      () => files.makeDirectory(`/home/me/${'d'.repeat(300)}`),
      () => files.link('x'.repeat(500), '/home/me/l'),
    ]) expect(write).toThrow(NO_ROOM);
    expect(new TextDecoder().decode(files.read('/home/me/link'))).toBe('precious');
    // A pull that does not fit is refused whole; one that removes, and notes of any kind, go on.
    const [first] = [...files.replica.entries().values()].filter(({ path }) => path === written[0]);
    expect(() => files.replica.put({ id: 'r', kind: 'file', path: '/home/me/r', mode: 0o644, mtimeMs: 0 }, new Uint8Array(4000), undefined, null)).toThrow(NO_ROOM);
    expect(files.replica.drop(first!.id, first!.tag, false)).toBe(true);
    expect(files.space('/home/me').usedBytes).toBeLessThan(usedBytes);
    for (const path of written.slice(1)) files.remove(path);
    expect(snapshot(files, '/home/me')).toEqual(['link -> precious', 'precious=precious']);
    expect(store.get('selkie1:reserve')).toHaveLength(limits.storageReserveUnits);
    files.write('/home/me/again', new Uint8Array(512 * 1024));
    expect(files.stat('/home/me/again')?.size).toBe(512 * 1024);
  });

  test('is full for everybody of this origin: keys of others count as used', () => {
    const { files, store } = openHome(200_000);
    const before = files.space('/home/me');
    store.set('somebody-else', 'x'.repeat(50_000));
    store.set('selkie1:other:f:1:1.t', 'y'.repeat(20_000));
    const after = files.space('/home/me');
    expect(after.usedBytes - before.usedBytes).toBe(2 * (50_013 + 20_021));
    expect(after.totalBytes).toBe(2 * (200_000 - limits.storageReserveUnits - 'selkie1:reserve'.length));
    expect(after.entries).toBe(0);
  });
});

test('what is told to be free is free to the last unit: what takes as much fits, and one unit more does not', () => {
  for (const size of [0, 1, 100, 15_000]) {
    const { files: probe } = openHome(300_000);
    probe.write('/home/me/x', new Uint8Array(size));
    const takes = probe.stat('/home/me/x')!.storedBytes;
    const { files, store } = openHome(300_000);
    const { totalBytes, usedBytes } = files.space('/home/me');
    const key = 'other';
    store.set(key, 'x'.repeat((totalBytes - usedBytes - takes) / 2 - key.length + 1));
    expect(() => files.write('/home/me/x', new Uint8Array(size))).toThrow(NO_ROOM);
    store.set(key, 'x'.repeat((totalBytes - usedBytes - takes) / 2 - key.length));
    files.write('/home/me/x', new Uint8Array(size));
    const after = files.space('/home/me');
    expect([size, after.totalBytes - after.usedBytes]).toEqual([size, 0]);
  }
});

describe('the limits of the tree', () => {
  test('home holds 10,000 entries: the next is refused with a sentence, and those there can be changed and removed', () => {
    const store = createMemoryStore();
    for (let i = 0; i < limits.treeMaxEntries; i++) {
      const path = i === 0 ? '/home/me/d' : `/home/me/d/e${i}`;
      store.set(`selkie1:p:f:e${i}:1.t`, formatVersion({ kind: 'directory', path, mode: 0o755, mtimeMs: 0, size: 0, hash: '', follows: [], origin: null }, ''));
    }
    const { files } = openHome(Number.POSITIVE_INFINITY, store);
    const words = 'No space left on device: home holds 10000 files, directories and links, which is all it can; remove some, or pack them into one file';
    expect(() => files.write('/home/me/more', bytes('x'))).toThrow(words);
    expect(() => files.makeDirectory('/home/me/more')).toThrow(words);
    expect(() => files.link('x', '/home/me/more')).toThrow(words);
    expect(files.space('/home/me')).toMatchObject({ entries: 10_000, maxEntries: 10_000 });
    files.setMode('/home/me/d/e1', 0o700);
    files.rename('/home/me/d/e1', '/home/me/renamed');
    files.remove('/home/me/d/e2');
    files.write('/home/me/more', bytes('fits'));
    expect(files.space('/home/me').entries).toBe(10_000);
  });

  test('a file has 2 MiB and not one byte more, and the refused one leaves the old in place', () => {
    const { files } = openHome(limits.localStorageUnits);
    const words = 'File too large: a file in home may have 2 MiB; /tmp takes up to 64 MiB';
    files.write('/home/me/f', new Uint8Array(limits.fileMaxBytes).fill(1));
    expect(() => files.append('/home/me/f', Uint8Array.of(2))).toThrow(words);
    expect(() => files.write('/home/me/f', new Uint8Array(limits.fileMaxBytes + 1))).toThrow(words);
    expect(() => files.write('/home/me/new', new Uint8Array(limits.fileMaxBytes + 1))).toThrow(words);
    expect(files.stat('/home/me/f')?.size).toBe(limits.fileMaxBytes);
    expect(files.stat('/home/me/new')).toBeUndefined();
  });
});

test('opening reads each key once, and what a round asks reads none of them again', () => {
  const inner = createMemoryStore();
  const reads: string[] = [];
  const store: KeyValueStore = {
    ...inner,
    get(key) {
      reads.push(key);
      return inner.get(key);
    },
  };
  const open = (): StoredFiles =>
    openStoredFiles({
      store: withReserve(store, 'reserve', 10), prefix: 'f:', tab: `t${reads.length}`, keepsRemovals: true, device: 'here', now: () => 0, newId: () => `i${reads.length}`,
    });
  const first = open();
  first.makeDirectory('/home/me/d');
  for (let i = 0; i < 200; i++) first.write(`/home/me/d/f${i}`, bytes(`content ${i}`));
  first.link('d/f1', '/home/me/l');
  first.remove('/home/me/d/f7');
  reads.length = 0;
  const files = open();
  expect(reads.filter((key) => key.startsWith('f:')).sort()).toEqual(inner.keys('f:').sort());
  reads.length = 0;
  for (let round = 0; round < 3; round++) {
    expect([files.replica.entries().size, files.replica.removed().size, files.replica.origins().size]).toEqual([201, 1, 0]);
    expect([files.replica.hasContestedNames(), files.replica.settle(0)]).toEqual([false, []]);
    expect(files.list('/home/me/d')).toHaveLength(199);
    expect(files.stat('/home/me/d/f1')?.size).toBe(9);
  }
  expect(reads).toEqual([]);
});
