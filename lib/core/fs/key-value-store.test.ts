import { expect, test } from 'vitest';
import { keyValueContract } from './key-value-contract.ts';
import { createMemoryStore, StorageFull, withReserve } from './key-value-store.ts';

keyValueContract('memory', (capacityUnits) => createMemoryStore({ capacityUnits }));
keyValueContract('a store with a reserve', (capacityUnits) =>
  withReserve(createMemoryStore({ capacityUnits: capacityUnits + 27 }), 'ballast', 20));

test('at quota an urgent note still fits, and ordinary writes wait until the reserve is back', () => {
  const plain = createMemoryStore({ capacityUnits: 1000 });
  const store = withReserve(plain, 'ballast', 100);
  store.set('f', 'x'.repeat(891));
  expect(() => store.set('g', 'y'.repeat(50))).toThrow(StorageFull);
  store.setUrgent('n', 'y'.repeat(50));
  expect(store.get('n')).toBe('y'.repeat(50));
  expect(() => store.set('h', 'z')).toThrow(StorageFull);
  store.remove('f');
  store.set('h', 'z');
  expect(plain.get('ballast')).toHaveLength(100);
});
