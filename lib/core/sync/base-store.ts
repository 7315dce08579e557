import { FsError } from '../fs/files.ts';
import { StorageFull, type ReservedStore } from '../fs/key-value-store.ts';
import { HOME } from '../fs/places.ts';
import { formatBase, parseBase, type Base } from './base.ts';
import type { BaseStore } from './round.ts';

/**
 * The base and the notes of sent commits, kept under their own keys. The base is replaced whole by whichever
 * tab runs a round; that an older one may overwrite a newer one does no harm (see base.ts). Each sent
 * commit has a key of its own, so that tabs without a lock cannot overwrite each other's notes.
 *
 * @param keys.sent what the keys of notes begin with; `<seq>.<commit id>` follows.
 */
export function createBaseStore(store: ReservedStore, keys: { base: string; sent: string }): BaseStore {
  let known: { value: string; base: Base } | undefined;
  const setUrgent = (key: string, value: string): void => {
    try {
      store.setUrgent(key, value);
    } catch (error) {
      if (error instanceof StorageFull) throw new FsError('ENOSPC', HOME);
      throw error;
    }
  };
  return {
    load() {
      const value = store.get(keys.base);
      if (value === undefined) return parseBase(undefined);
      // Parsing a tree of thousands of entries at every poll would be felt.
      if (known?.value !== value) known = { value, base: parseBase(value) };
      return known.base;
    },
    save(base) {
      const value = formatBase(base);
      setUrgent(keys.base, value);
      known = { value, base };
    },
    noteSent: (seq, id) => setUrgent(`${keys.sent}${seq}.${id}`, ''),
    wasSent: (seq, id) => store.get(`${keys.sent}${seq}.${id}`) !== undefined,
    clearSent(seq) {
      for (const key of store.keys(keys.sent)) {
        const slot = Number(key.slice(keys.sent.length).split('.')[0]);
        if (slot <= seq) store.remove(key);
      }
    },
  };
}
