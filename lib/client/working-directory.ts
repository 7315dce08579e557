import 'client-only';
import { HOME } from '@/lib/core/fs/places.ts';
import type { Files } from '@/lib/core/fs/files.ts';
import { storageKeys } from './storage-keys.ts';

/** Where a new tab starts: the directory of the tab that moved last. Storage that fails costs nothing but this. */
export interface WorkingDirectory {
  /** `HOME` when nothing is kept, or what is kept is gone. */
  load(owner: string, files: Files): string;
  save(owner: string, path: string): void;
  /** The same, but for the start of one terminal that was in `path` before the page was loaded anew. */
  startingAt(path: string): WorkingDirectory;
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
  const usable = (kept: string | null, files: Files): string | undefined => {
    try {
      return kept !== null && files.stat(kept)?.kind === 'directory' ? kept : undefined;
    } catch {
      return undefined;
    }
  };
  const directories: WorkingDirectory = {
    load: (owner, files) => usable(read(owner), files) ?? HOME,
    save(owner, path) {
      try {
        if (read(owner) !== path) storage?.setItem(storageKeys.directory(owner), path);
      } catch {
        // Full or denied: the next tab starts at home.
      }
    },
    startingAt(path) {
      let own: string | undefined = path;
      let starter: string | undefined;
      return {
        ...directories,
        load(owner, files) {
          starter ??= owner;
          // Of another owner's files it means nothing.
          return (owner === starter ? usable(own ?? null, files) : undefined) ?? directories.load(owner, files);
        },
        save(owner, now) {
          own = owner === starter ? now : undefined;
          directories.save(owner, now);
        },
      };
    },
    isKnown: (owner) => read(owner) !== null,
  };
  return directories;
}
