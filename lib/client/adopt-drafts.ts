import 'client-only';
import { StorageFull, type KeyValueStore } from '@/lib/core/fs/key-value-store.ts';

/** Moves the drafts of one owner to another, names and all: the tab that wrote one goes on with it. */
export function adoptDrafts(store: KeyValueStore, from: string, to: string): void {
  for (const key of store.keys(from)) {
    const value = store.get(key);
    if (value === undefined) continue;
    try {
      store.set(`${to}${key.slice(from.length)}`, value);
    } catch (error) {
      // It stays where it is, as files do.
      if (error instanceof StorageFull) continue;
      throw error;
    }
    store.remove(key);
  }
}
