import { describe, expect, test } from 'vitest';
import { adoptFiles } from './adopt-files.ts';
import { formatVersion } from './file-version.ts';
import { snapshot } from './files-contract.ts';
import { createMemoryStore, withReserve, type KeyValueStore } from './key-value-store.ts';
import { LINK_MODE } from './link-mode.ts';
import { createMountFiles } from './mount-files.ts';
import { openStoredFiles, type StoredFiles } from './stored-files.ts';
import { uniquePaths } from './unique-paths.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
let serial = 0;
const open = (store: KeyValueStore, owner = 'p', tab = `t${++serial}`): StoredFiles =>
  openStoredFiles({
    store: withReserve(store, 'selkie1:reserve', 200), prefix: `selkie1:${owner}:f:`, tab, keepsRemovals: owner !== 'local',
    device: 'here', now: () => 5, newId: () => `id${++serial}`,
  });
const tree = (files: StoredFiles): string[] => snapshot(files, '/home/me');
const only = (files: StoredFiles) => [...files.replica.entries().values()];

describe('a link as sync sees it', () => {
  test('is an entry of kind file with the type bits of a link and its target as content', () => {
    const files = open(createMemoryStore());
    files.link('caf\u00e9/\u{1f9ad}', '/home/me/l');
    const [entry] = only(files);
    expect(entry).toMatchObject({ kind: 'file', path: '/home/me/l', mode: LINK_MODE, size: 10 });
    expect(files.replica.content(entry!.id)).toEqual(bytes('caf\u00e9/\u{1f9ad}'));
    expect(LINK_MODE).toBe(0o120777);
  });

  test('comes in by a pull, whatever it leads to, and a file and a link may take turns', () => {
    const files = open(createMemoryStore());
    const origin = { seq: 1, at: 1, path: '/home/me/l', mode: LINK_MODE, hash: '' };
    const entry = { id: 'r', kind: 'file' as const, path: '/home/me/l', mode: LINK_MODE, mtimeMs: 0 };
    expect(files.replica.put(entry, bytes('/etc/passwd'), undefined, origin)).toBe(true);
    expect([files.stat('/home/me/l'), files.readLink('/home/me/l'), files.linkStat('/home/me/l')?.kind]).toEqual([undefined, '/etc/passwd', 'link']);
    expect(() => files.read('/home/me/l')).toThrow('No such file or directory');
    const [link] = only(files);
    files.replica.put({ ...entry, mode: 0o644 }, bytes('a file now'), link!.tag, origin);
    expect(tree(files)).toEqual(['l=a file now']);
    const [file] = only(files);
    files.replica.put(entry, undefined, file!.tag, origin);
    expect(tree(files)).toEqual(['l -> a file now']);
    expect(files.replica.origins().get('r')).toEqual(origin);
  });

  test('whose target is no text or far too long is kept as it came and leads nowhere', () => {
    const files = open(createMemoryStore());
    const put = (id: string, content: Uint8Array): unknown =>
      files.replica.put({ id, kind: 'file', path: `/home/me/${id}`, mode: LINK_MODE, mtimeMs: 0 }, content, undefined, null);
    put('a', Uint8Array.of(0xff, 0xfe));
    put('b', new Uint8Array(5000).fill(120));
    put('c', new Uint8Array(0));
    put('d', bytes('x\0y'));
    for (const id of 'abcd') {
      expect([id, files.stat(`/home/me/${id}`), files.linkStat(`/home/me/${id}`)?.kind]).toEqual([id, undefined, 'link']);
    }
    for (const id of 'bcd') expect(() => files.write(`/home/me/${id}`, bytes('x'))).toThrow();
    expect(files.replica.content('a')).toEqual(Uint8Array.of(0xff, 0xfe));
    for (const id of 'abcd') files.remove(`/home/me/${id}`);
    expect(tree(files)).toEqual([]);
  });
});

test('a link is there after the page is opened again, and another tab\u2019s link is seen after its event', () => {
  const store = createMemoryStore();
  const [a, b] = [open(store), open(store)];
  a.write('/home/me/f', bytes('F'));
  a.link('f', '/home/me/l');
  b.refresh(undefined);
  expect(new TextDecoder().decode(b.read('/home/me/l'))).toBe('F');
  a.remove('/home/me/l');
  a.link('g', '/home/me/l');
  b.refresh(undefined);
  expect(tree(b)).toEqual(['f=F', 'l -> g']);
  expect(tree(open(store))).toEqual(['f=F', 'l -> g']);
});

test('a link replaced by a file in another tab, unheard of here, is never written as a link with a text in it', () => {
  const store = createMemoryStore();
  const [a, b] = [open(store), open(store)];
  a.write('/home/me/f', bytes('F'));
  a.link('f', '/home/me/l');
  b.refresh(undefined);
  a.remove('/home/me/l');
  a.write('/home/me/l', bytes('a file'));
  expect(b.stat('/home/me/l')).toMatchObject({ kind: 'file', size: 6 });
  b.append('/home/me/l', bytes('+'));
  b.refresh(undefined);
  a.refresh(undefined);
  expect(tree(a)).toEqual(['f=F', 'l=a file+']);
  expect(tree(b)).toEqual(tree(a));
});

test('two tabs that made a link and a file of one name keep both, even when the bytes are the same', () => {
  const store = createMemoryStore();
  const [a, b] = [open(store), open(store)];
  a.link('same', '/home/me/x');
  b.write('/home/me/x', bytes('same'));
  b.refresh(undefined);
  b.replica.settle(0);
  a.refresh(undefined);
  const found = tree(a);
  expect(found).toHaveLength(2);
  expect(found.map((line) => line.replace(/^x( \(conflict here [0-9a-z]{8}\))?/, 'x')).sort()).toEqual(['x -> same', 'x=same']);
});

test('equal links of one name melt into one', () => {
  const place = (id: string, mode: number) => ({ id, kind: 'file' as const, path: '/home/me/x', mode, hash: 'h' });
  const melt = (...modes: number[]) => {
    const { moved, merged } = uniquePaths(modes.map((mode, index) => place(`i${index}`, mode)), { isPreferred: () => false, device: 'd' });
    return [moved.size, merged.size];
  };
  expect([melt(LINK_MODE, LINK_MODE), melt(0o644, 0o755), melt(LINK_MODE, 0o644)]).toEqual([[0, 1], [0, 1], [1, 0]]);
});

test('a crash while a link is made, replaced or removed leaves the old or the new', () => {
  const table: [(files: StoredFiles) => void, string[], string[]][] = [
    [(files) => files.link('n', '/home/me/new'), ['l -> old'], ['l -> old', 'new -> n']],
    [(files) => files.rename('/home/me/l', '/home/me/m'), ['l -> old'], ['m -> old']],
    [(files) => files.remove('/home/me/l'), ['l -> old'], []],
  ];
  for (const [act, before, after] of table) {
    for (let at = 1, crashed = true; crashed; at++) {
      const store = createMemoryStore();
      open(store).link('old', '/home/me/l');
      let left = at;
      crashed = false;
      const step = (): void => {
        if (--left > 0) return;
        crashed = true;
        throw new Error('crash');
      };
      const faulty: KeyValueStore = {
        ...store,
        set: (key, value) => (step(), store.set(key, value)),
        remove: (key) => (step(), store.remove(key)),
      };
      try {
        act(open(faulty));
      } catch (error) {
        expect(error).toEqual(new Error('crash'));
      }
      const found = tree(open(store));
      expect([at, JSON.stringify(crashed ? [before, after] : [after])]).toEqual([at, expect.stringContaining(JSON.stringify(found))]);
    }
  }
});

test('links go to the account at sign-in as links', () => {
  const store = createMemoryStore();
  const [local, account] = [open(store, 'local'), open(store, 'p')];
  local.write('/home/me/f', bytes('F'));
  local.link('f', '/home/me/l');
  local.link('other', '/home/me/both');
  account.write('/home/me/both', bytes('other'));
  expect(adoptFiles(local, account, 'here')).toEqual({ moved: 3, stayed: 0 });
  expect(tree(local)).toEqual([]);
  expect(tree(account).map((line) => line.replace(/ \(conflict here [0-9a-z]{8}\)/, ' (c)'))).toEqual(['both=other', 'both (c) -> other', 'f=F', 'l -> f']);
});

test('a link whose stored target is damaged is set aside and leads nobody astray', () => {
  const store = createMemoryStore();
  open(store).link('target', '/home/me/l');
  const [key] = store.keys('selkie1:p:f:');
  store.set(key!, `${store.get(key!)!.slice(0, -1)}!`);
  const files = open(store);
  expect(files.stat('/home/me/l')).toBeUndefined();
  expect(files.replica.damaged()).toBe(1);
  expect(store.keys('selkie1:p:f:')).toEqual([key]);
});

describe('links across the border between home and memory', () => {
  const create = () => createMountFiles({ now: () => 0, home: open(createMemoryStore()) });

  test('lead over and back, in every direction', () => {
    const files = create();
    files.write('/tmp/t', bytes('in memory'));
    files.write('/home/me/h', bytes('at home'));
    files.link('/tmp', '/home/me/out');
    files.link('/home/me', '/tmp/in');
    files.link('../../tmp/in/h', '/home/me/there-and-back');
    const text = (path: string): string => new TextDecoder().decode(files.read(path));
    expect([text('/home/me/out/t'), text('/tmp/in/h'), text('/home/me/out/in/out/t'), text('/home/me/there-and-back')])
      .toEqual(['in memory', 'at home', 'in memory', 'at home']);
    files.write('/home/me/out/new', bytes('n'));
    expect([files.realPath('/tmp/in/out/new'), files.stat('/tmp/new')?.size]).toEqual(['/tmp/new', 1]);
    expect([files.space('/home/me/out').mount, files.space('/tmp/in').mount]).toEqual(['/', '/home/me']);
    files.link('/dev/null', '/home/me/null');
    files.write('/home/me/null', bytes('gone'));
    expect(files.read('/home/me/null')).toEqual(new Uint8Array(0));
  });

  test('a link that came from another device and leads out of home follows the mounts here, and home is never replaced', () => {
    const files = create();
    files.link('/home/me', '/home/me/self');
    files.link('/etc/passwd', '/home/me/etc');
    expect(() => files.read('/home/me/etc')).toThrow('No such file or directory');
    expect(() => files.remove('/home/me/self/self/../..')).toThrow();
    files.remove('/home/me/self/self');
    expect(snapshot(files, '/home/me')).toEqual(['etc -> /etc/passwd']);
    expect(files.stat('/home/me')?.kind).toBe('directory');
  });

  test('are moved as links, over a file or link that is there, and what that led to stays', () => {
    const files = create();
    files.write('/home/me/kept', bytes('kept'));
    files.link('kept', '/home/me/a');
    files.link('/nowhere', '/tmp/l');
    files.rename('/tmp/l', '/home/me/a');
    files.write('/tmp/f', bytes('F'));
    files.setMode('/tmp/f', 0o755);
    files.link('kept', '/home/me/b');
    files.rename('/tmp/f', '/home/me/b');
    files.write('/home/me/c', bytes('C'));
    files.link('x', '/tmp/x');
    files.rename('/tmp/x', '/home/me/c');
    expect(snapshot(files, '/home/me')).toEqual(['a -> /nowhere', 'b=F', 'c -> x', 'kept=kept']);
    expect(files.stat('/home/me/b')?.mode).toBe(0o755);
    expect(snapshot(files, '/tmp')).toEqual([]);
  });
});

test('type bits that no entry can have are set aside as damaged, never shown as something else', () => {
  const store = createMemoryStore();
  const header = { path: '/home/me/x', mtimeMs: 0, size: 0, hash: '', follows: [], origin: null };
  store.set('selkie1:p:f:a:1.t', formatVersion({ ...header, kind: 'directory', mode: LINK_MODE }, ''));
  store.set('selkie1:p:f:b:1.t', formatVersion({ ...header, kind: 'directory', mode: 0o040755 }, ''));
  store.set('selkie1:p:f:c:1.t', formatVersion({ ...header, kind: 'removed', mode: LINK_MODE }, ''));
  const files = open(store);
  expect([tree(files), files.replica.damaged(), files.replica.removed().size]).toEqual([[], 3, 0]);
});

test('what a pull brings back is no longer among the removed', () => {
  const files = open(createMemoryStore());
  files.write('/home/me/f', bytes('1'));
  const id = only(files)[0]!.id;
  files.remove('/home/me/f');
  expect(files.replica.removed()).toEqual(new Set([id]));
  files.replica.put({ id, kind: 'file', path: '/home/me/f', mode: 0o644, mtimeMs: 0 }, bytes('2'), undefined, null);
  expect([files.replica.removed(), tree(files)]).toEqual([new Set(), ['f=2']]);
});

/** Found by seed 188535 of the simulation. */
test('where another tab puts a file in the place of a link this moment, nobody reads or overwrites by the old way', () => {
  const store = createMemoryStore();
  const one = open(store);
  one.write('/home/me/target', bytes('T'));
  one.link('target', '/home/me/l');
  const [reads, writes] = [open(store), open(store)];
  reads.read('/home/me/l');
  // The target changes as well, so that to read it the tab has to look around.
  one.append('/home/me/target', bytes('+'));
  one.remove('/home/me/l');
  one.write('/home/me/l', bytes('new'));
  expect(() => reads.read('/home/me/l')).toThrow('busy');
  expect(() => writes.write('/home/me/l', bytes('over'))).toThrow('busy');
  for (const files of [reads, writes]) {
    files.refresh(undefined);
    expect(tree(files)).toEqual(['l=new', 'target=T+']);
  }
});
