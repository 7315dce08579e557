import { expect, it } from 'vitest';
import { createMemoryStore } from '@/lib/core/fs/key-value-store.ts';
import { storageKeys } from '@/lib/client/storage-keys.ts';
import { wipePerson } from './wipe-person.ts';

function filled(who: string) {
  const store = createMemoryStore();
  for (const owner of ['ada', 'ada2', 'local']) {
    store.set(`${storageKeys.files(owner)}1:1.t`, 'file');
    store.set(storageKeys.base(owner), 'base');
    store.set(`${storageKeys.sent(owner)}1.c`, 'sent');
    store.set(storageKeys.history(owner, 't'), 'history');
    store.set(storageKeys.directory(owner), '/home/me');
  }
  store.set(storageKeys.who, who);
  return store;
}

it('every key of the person goes, and nobody else’s', () => {
  const store = filled(JSON.stringify({ id: 'ada', email: 'ada@example.com' }));
  wipePerson('ada', store);
  expect(store.keys('').filter((key) => key.includes('ada:') || key === storageKeys.who)).toEqual([]);
  for (const owner of ['ada2', 'local']) expect(store.keys(storageKeys.ofOwner(owner))).toHaveLength(5);
});

it.each([JSON.stringify({ id: 'ada2', email: 'b@example.com' }), 'broken', 'null', '[]'])('the name in this browser stays when it is not theirs: %s', (who) => {
  const store = filled(who);
  wipePerson('ada', store);
  expect(store.get(storageKeys.who)).toBe(who);
  expect(store.keys(storageKeys.ofOwner('ada'))).toEqual([]);
  expect(store.keys(storageKeys.ofOwner('ada2'))).toHaveLength(5);
});

it('the name goes first, so that a page that ends in the middle shows nobody’s remains', () => {
  const store = filled(JSON.stringify({ id: 'ada', email: 'ada@example.com' }));
  const removed: string[] = [];
  wipePerson('ada', { ...store, remove: (key) => void removed.push(key) });
  expect(removed[0]).toBe(storageKeys.who);
  expect(removed).toHaveLength(6);
});
