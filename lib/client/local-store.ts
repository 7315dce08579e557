import 'client-only';
import { createMemoryStore, StorageFull, type KeyValueStore } from '@/lib/core/fs/key-value-store.ts';
import { STORAGE_PREFIX } from './storage-keys.ts';

/** localStorage as a `KeyValueStore`. Only keys of Selkie are ever listed. */
export function createLocalStore(storage: Storage): KeyValueStore {
  return {
    get: (key) => storage.getItem(key) ?? undefined,
    set(key, value) {
      try {
        storage.setItem(key, value);
      } catch (error) {
        if (isQuotaError(error)) throw new StorageFull();
        throw error;
      }
    },
    remove: (key) => storage.removeItem(key),
    keys(prefix) {
      const keys: string[] = [];
      for (let index = 0; index < storage.length; index++) {
        const key = storage.key(index);
        if (key?.startsWith(prefix) === true) keys.push(key);
      }
      return keys;
    },
  };
}

/** Firefox has a name of its own for it. */
function isQuotaError(error: unknown): boolean {
  return error instanceof Error || (typeof DOMException !== 'undefined' && error instanceof DOMException)
    ? error.name === 'QuotaExceededError' || error.name === 'NS_ERROR_DOM_QUOTA_REACHED'
    : false;
}

/**
 * The browser's own storage, or memory where that is denied (cookies blocked, some private windows) or where
 * not even a first key can be written.
 */
export function openLocalStore(storage: () => Storage | undefined): { store: KeyValueStore; isDurable: boolean } {
  try {
    const real = storage();
    if (real !== undefined) {
      const store = createLocalStore(real);
      const key = `${STORAGE_PREFIX}try`;
      const isFull = !canWrite(store, key);
      // A full storage is a storage all the same: what is in it must be shown.
      if (!isFull || store.keys(STORAGE_PREFIX).length > 0) return { store, isDurable: true };
    }
  } catch {
    // Merely touching localStorage throws where it is denied.
  }
  return { store: createMemoryStore(), isDurable: false };
}

function canWrite(store: KeyValueStore, key: string): boolean {
  try {
    store.set(key, '1');
    return store.get(key) === '1';
  } catch (error) {
    if (error instanceof StorageFull) return false;
    throw error;
  } finally {
    store.remove(key);
  }
}
