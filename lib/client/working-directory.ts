import 'client-only';
import { HOME } from '@/lib/core/fs/places.ts';
import type { Files } from '@/lib/core/fs/files.ts';
import { storageKeys } from './storage-keys.ts';

/** Where a new tab starts: the directory of the tab that moved last. Storage that fails costs nothing but this. */
export interface WorkingDirectory {
  /** `HOME` when nothing is kept, or what is kept is gone. */
  load(owner: string, files: Files): string;
  save(owner: string, path: string): void;
  /** Whether this owner ever had a prompt in this browser. */
  isKnown(owner: string): boolean;
}

export function workingDirectory(storage: Storage | undefined): WorkingDirectory {
  const read = (owner: string): string | null => {
    try {
      return storage?.getItem(storageKeys.directory(owner)) ?? null;
    } catch {
      return null;
    }
  };
  return {
    load(owner, files) {
      const kept = read(owner);
      try {
        return kept !== null && files.stat(kept)?.kind === 'directory' ? kept : HOME;
      } catch {
        return HOME;
      }
    },
    save(owner, path) {
      try {
        if (read(owner) !== path) storage?.setItem(storageKeys.directory(owner), path);
      } catch {
        // Full or denied: the next tab starts at home.
      }
    },
    isKnown: (owner) => read(owner) !== null,
  };
}
