import { expect, test } from 'vitest';
import { adoptFiles } from './adopt-files.ts';
import { snapshot } from './files-contract.ts';
import { createMemoryStore, StorageFull, withReserve, type KeyValueStore } from './key-value-store.ts';
import { openStoredFiles, type StoredFiles } from './stored-files.ts';

let serial = 0;
const open = (store: KeyValueStore, owner: string): StoredFiles =>
  openStoredFiles({
    store: withReserve(store, 'reserve', 10), prefix: `selkie1:${owner}:f:`, tab: `t${++serial}`, keepsRemovals: owner !== 'local',
    device: 'here', now: () => 0, newId: () => `i${++serial}`,
  });
const write = (files: StoredFiles, name: string, text: string): void => files.write(`/home/me/${name}`, new TextEncoder().encode(text));
const tree = (files: StoredFiles): string[] => snapshot(files, '/home/me');

function prepare(store: KeyValueStore): void {
  const [local, account] = [open(store, 'local'), open(store, 'p')];
  local.makeDirectory('/home/me/d');
  write(local, 'd/x', 'X');
  write(local, 'same', 'S');
  write(local, 'both.md', 'mine');
  write(account, 'same', 'S');
  write(account, 'both.md', 'account');
}
const adopted = [expect.stringMatching(/^both \(conflict here [0-9a-z]{8}\)\.md=mine$/), 'both.md=account', 'd/', 'd/x=X', 'same=S'];

test('files move to the account: equal ones melt, others get a conflict name', () => {
  const store = createMemoryStore();
  prepare(store);
  const [local, account] = [open(store, 'local'), open(store, 'p')];
  expect(adoptFiles(local, account, 'here')).toEqual({ moved: 2, stayed: 0 });
  expect([tree(local), tree(account)]).toEqual([[], adopted]);
});

test('cut off anywhere and done again, it ends the same, with nothing lost and nothing twice', () => {
  let ended = false;
  for (let at = 1; !ended; at++) {
    const store = createMemoryStore();
    prepare(store);
    let left = at;
    const step = (): void => {
      if (--left === 0) throw new Error('crash');
    };
    const faulty: KeyValueStore = {
      ...store,
      set(key, value) {
        step();
        store.set(key, value);
      },
      remove(key) {
        step();
        store.remove(key);
      },
    };
    try {
      adoptFiles(open(faulty, 'local'), open(faulty, 'p'), 'here');
      ended = true;
    } catch (error) {
      expect(error).toEqual(new Error('crash'));
    }
    const [local, account] = [open(store, 'local'), open(store, 'p')];
    adoptFiles(local, account, 'here');
    expect([at, tree(local), tree(account)]).toEqual([at, [], adopted]);
  }
});

test('what does not fit stays where it is', () => {
  const store = createMemoryStore();
  prepare(store);
  const full: KeyValueStore = {
    ...store,
    set(key, value) {
      if (key.startsWith('selkie1:p:') && value.includes('/home/me/d/x')) throw new StorageFull();
      store.set(key, value);
    },
  };
  const [local, account] = [open(full, 'local'), open(full, 'p')];
  expect(adoptFiles(local, account, 'here')).toEqual({ moved: 1, stayed: 1 });
  expect(tree(local)).toEqual(['d/', 'd/x=X']);
});
