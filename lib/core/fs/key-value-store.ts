import * as limits from '../limits.ts';

/**
 * The port under `StoredFiles`: localStorage in the browser, a map in tests and in private windows. Each call
 * is atomic by itself and nothing else is: everything above is built so that the next call may never come.
 */
export interface KeyValueStore {
  get(key: string): string | undefined;
  /** @throws StorageFull when the value does not fit; the old value is then still there. */
  set(key: string, value: string): void;
  remove(key: string): void;
  /** Every key of the origin that begins with `prefix`, in no order. */
  keys(prefix: string): string[];
  /** UTF-16 units of all keys and values that it can hold; undefined where the browser does not say. */
  readonly capacityUnits?: number | undefined;
  /** Set by a store that ends with the page. */
  readonly isMemory?: boolean | undefined;
}

/** The origin's quota is reached. */
export class StorageFull extends Error {
  constructor() {
    super('The storage of this browser is full.');
    this.name = 'StorageFull';
  }
}

/** @param options.capacityUnits UTF-16 units of all keys and values together, as browsers count them. */
export function createMemoryStore(options: { capacityUnits?: number } = {}): KeyValueStore {
  const { capacityUnits = Number.POSITIVE_INFINITY } = options;
  const values = new Map<string, string>();
  let used = 0;
  const unitsOf = (key: string): number => {
    const value = values.get(key);
    return value === undefined ? 0 : key.length + value.length;
  };
  return {
    get: (key) => values.get(key),
    set(key, value) {
      const after = used - unitsOf(key) + key.length + value.length;
      if (after > capacityUnits) throw new StorageFull();
      values.set(key, value);
      used = after;
    },
    remove(key) {
      used -= unitsOf(key);
      values.delete(key);
    },
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
    capacityUnits: Number.isFinite(capacityUnits) ? capacityUnits : undefined,
    isMemory: true,
  };
}

/**
 * Keeps some room for what must work at quota: a ballast of `units` under `ballastKey` is thrown overboard
 * when an urgent write does not fit, and ordinary writes fail until it is back. Rejected: counting against a
 * known capacity, because each browser has another one and other pages of the origin share it.
 */
export interface ReservedStore extends KeyValueStore {
  /** As `set`, but may use the reserve: for tombstones, the base and other small notes of sync. */
  setUrgent(key: string, value: string): void;
  /** Units in use, whoever uses them, and units there are; the reserve counts as neither. */
  usage(): { usedUnits: number; totalUnits: number };
}

export function withReserve(store: KeyValueStore, ballastKey: string, units: number): ReservedStore {
  /** Whether the reserve is there (again). */
  const hasBallast = (): boolean => {
    if (store.get(ballastKey)?.length === units) return true;
    try {
      store.set(ballastKey, ' '.repeat(units));
      return true;
    } catch (error) {
      if (error instanceof StorageFull) return false;
      throw error;
    }
  };
  hasBallast();
  return {
    get: (key) => store.get(key),
    set(key, value) {
      if (!hasBallast()) throw new StorageFull();
      store.set(key, value);
    },
    setUrgent(key, value) {
      try {
        store.set(key, value);
      } catch (error) {
        if (!(error instanceof StorageFull) || store.get(ballastKey) === undefined) throw error;
        store.remove(ballastKey);
        store.set(key, value);
        hasBallast();
      }
    },
    remove: (key) => store.remove(key),
    keys: (prefix) => store.keys(prefix).filter((key) => key !== ballastKey),
    capacityUnits: store.capacityUnits,
    isMemory: store.isMemory,
    usage() {
      let usedUnits = 0;
      for (const key of store.keys('')) {
        if (key !== ballastKey) usedUnits += key.length + (store.get(key)?.length ?? 0);
      }
      return { usedUnits, totalUnits: (store.capacityUnits ?? limits.localStorageUnits) - units - ballastKey.length };
    },
  };
}
