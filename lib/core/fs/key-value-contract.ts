import { describe, expect, test } from 'vitest';
import { StorageFull, type KeyValueStore } from './key-value-store.ts';

/**
 * What every `KeyValueStore` promises, run on each implementation.
 * @param create an empty store that holds about `capacityUnits` units.
 */
export function keyValueContract(name: string, create: (capacityUnits: number) => KeyValueStore): void {
  describe(`${name} keeps the contract of KeyValueStore`, () => {
    test('a value is there until it is replaced or removed', () => {
      const store = create(1000);
      store.set('a:1', 'one');
      store.set('a:2', '');
      store.set('b:1', 'other');
      store.set('a:1', 'two');
      expect([store.get('a:1'), store.get('a:2'), store.get('a:3')]).toEqual(['two', '', undefined]);
      expect(store.keys('a:').sort()).toEqual(['a:1', 'a:2']);
      store.remove('a:1');
      store.remove('never');
      expect([store.get('a:1'), store.keys('a:'), store.keys('').sort()]).toEqual([undefined, ['a:2'], ['a:2', 'b:1']]);
    });

    test('a value that does not fit is refused and the old one stays', () => {
      const store = create(100);
      store.set('a', 'old');
      expect(() => store.set('a', 'x'.repeat(200))).toThrow(StorageFull);
      expect(() => store.set('b', 'x'.repeat(200))).toThrow(StorageFull);
      expect([store.get('a'), store.get('b')]).toEqual(['old', undefined]);
      store.remove('a');
      store.set('b', 'y'.repeat(90));
      expect(store.get('b')).toBe('y'.repeat(90));
    });
  });
}
