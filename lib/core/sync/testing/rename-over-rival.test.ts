import { expect, test } from 'vitest';
import { createMemoryStore, withReserve, type KeyValueStore } from '../../fs/key-value-store.ts';
import { openStoredFiles, type StoredFiles } from '../../fs/stored-files.ts';
import { snapshot } from '../../fs/files-contract.ts';

/** Found by seed 8743. */
test('a rename over a file takes what the person saw, and not what another tab wrote there at the same instant', () => {
  const store = createMemoryStore();
  let beside: (() => void) | undefined;
  let serial = 0;
  const open = (tab: string): StoredFiles => {
    const own: KeyValueStore = {
      ...store,
      remove(key) {
        const now = beside;
        beside = undefined;
        now?.();
        store.remove(key);
      },
    };
    return openStoredFiles({
      store: withReserve(own, 'reserve', 10), prefix: 'f:', tab, keepsRemovals: true, device: 'dev', now: () => 0, newId: () => `id${++serial}`,
    });
  };
  const write = (files: StoredFiles, name: string, text: string): void => files.write(`/home/me/${name}`, new TextEncoder().encode(text));
  const one = open('one');
  write(one, 'b', 'old');
  write(one, 'c', 'C');
  const two = open('two');
  // Between the new version of the first tab and the removal of the old one, the second writes without having seen it.
  beside = () => write(two, 'b', 'second');
  write(one, 'b', 'first');
  one.refresh(undefined);
  const seen = new TextDecoder().decode(one.read('/home/me/b'));
  one.rename('/home/me/c', '/home/me/b');
  for (const tab of [one, two]) {
    tab.refresh(undefined);
    tab.replica.settle(0);
  }
  one.refresh(undefined);
  const files = snapshot(one, '/home/me').map((line) => line.slice(line.indexOf('=') + 1)).sort();
  expect(files).toEqual(['C', seen === 'first' ? 'second' : 'first'].sort());
});
