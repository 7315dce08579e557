import type { KeyValueStore } from '@/lib/core/fs/key-value-store.ts';
import { createLocalStore } from '@/lib/client/local-store.ts';
import { storageKeys } from '@/lib/client/storage-keys.ts';

/**
 * Removes every key of this person from this browser, after the account was deleted. The name goes first, as in
 * `Workspace.wipe`: should the page end in the middle, the next start shows nobody's remains, and terminals in other
 * tabs let go of the files at once. Another person's keys, and the files from before any sign-in, stay.
 */
export function wipePerson(userId: string, store: KeyValueStore): void {
  if (ownerOf(store.get(storageKeys.who)) === userId) store.remove(storageKeys.who);
  for (const key of store.keys(storageKeys.ofOwner(userId))) store.remove(key);
}

/** The same for the browser's own storage; where that is denied there is nothing to wipe. */
export function wipePersonHere(userId: string): void {
  try {
    wipePerson(userId, createLocalStore(localStorage));
  } catch {
    // Merely touching localStorage throws where it is denied.
  }
}

function ownerOf(who: string | undefined): string | undefined {
  try {
    const parsed: unknown = JSON.parse(who ?? 'null');
    return typeof parsed === 'object' && parsed !== null && 'id' in parsed && typeof parsed.id === 'string' ? parsed.id : undefined;
  } catch {
    return undefined;
  }
}
