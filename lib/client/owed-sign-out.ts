import 'client-only';
import { StorageFull, withReserve } from '@/lib/core/fs/key-value-store.ts';
import * as limits from '@/lib/core/limits.ts';
import { createLocalStore } from './local-store.ts';
import { storageKeys } from './storage-keys.ts';

/**
 * A sign-out that could not reach the server. Only the server can take the cookie away, so the browser notes that the
 * person has left, acts as if nobody were signed in, and tells the server as soon as it can. Without the note, going
 * online again would bring the files back to a browser that they were just removed from.
 */
export interface OwedSignOut {
  isOwed(): boolean;
  /** Notes it; false when this browser has no room for the note, or keeps none. */
  owe(): boolean;
  /** Tells the server if that is owed; true when nothing is owed (any more). */
  pay(): Promise<boolean>;
  /** Somebody has signed in, which ended the former session. */
  forget(): void;
}

/** @param storage undefined, or throwing, where the browser denies it */
export function owedSignOut(storage: () => Storage | undefined): OwedSignOut {
  const real = open(storage);
  const isOwed = (): boolean => (real?.getItem(storageKeys.leaving) ?? undefined) !== undefined;
  const forget = (): void => real?.removeItem(storageKeys.leaving);
  return {
    isOwed,
    owe() {
      if (real === undefined) return false;
      try {
        withReserve(createLocalStore(real), storageKeys.reserve, limits.storageReserveUnits).setUrgent(storageKeys.leaving, '');
        return true;
      } catch (error) {
        if (error instanceof StorageFull) return false;
        throw error;
      }
    },
    async pay() {
      if (!isOwed()) return true;
      // Fetched when it is needed: a prompt has no use for it.
      const reply = await import('./account.ts').then(({ signOut }) => signOut(), () => undefined);
      if (reply === undefined) return false;
      if (!reply.ok && reply.code !== 'not-signed-in') return false;
      forget();
      return true;
    },
    forget,
  };
}

function open(storage: () => Storage | undefined): Storage | undefined {
  try {
    return storage();
  } catch {
    return undefined;
  }
}
