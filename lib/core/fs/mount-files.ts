import { FsError, type Files } from './files.ts';
import { createMemoryFiles } from './memory-files.ts';
import { directoryOf, isWithin } from './path.ts';
import { HOME } from './places.ts';

/**
 * The whole tree a person sees: `/`, `/tmp` and `/dev` in memory, everything under `HOME` in another
 * `Files`, which can be exchanged when the owner changes. Renaming a file across that border copies it and
 * removes the original; a directory is refused (`mv` copies it file by file), because a copy of many files
 * could end half done.
 */
export interface MountFiles extends Files {
  /** Shows other files under `HOME`; listeners hear of `HOME`. */
  setHome(home: Files): void;
}

/** @param options.now milliseconds since the epoch. @param options.home serves `HOME` and what is under it. */
export function createMountFiles(options: { now: () => number; home: Files }): MountFiles {
  const memory = createMemoryFiles({ now: options.now });
  let home = options.home;
  const listeners = new Set<(path: string) => void>();
  const changed = (path: string): void => {
    for (const listener of [...listeners]) listener(path);
  };
  memory.onChange(changed);
  let stopHome = home.onChange(changed);

  const isHome = (path: string): boolean => isWithin(HOME, path);
  const at = (path: string): Files => (isHome(path) ? home : memory);
  /** A mount point and what leads to it can be neither removed nor renamed. */
  const requireMovable = (path: string): void => {
    if (isWithin(path, HOME)) throw new FsError('EBUSY', path);
  };

  return {
    stat: (path) => at(path).stat(path),
    list: (path) => at(path).list(path),
    read: (path) => at(path).read(path),
    write: (path, bytes) => at(path).write(path, bytes),
    append: (path, bytes) => at(path).append(path, bytes),
    makeDirectory: (path) => at(path).makeDirectory(path),
    setMode: (path, mode) => at(path).setMode(path, mode),

    remove(path) {
      requireMovable(path);
      at(path).remove(path);
    },

    rename(from, to) {
      requireMovable(from);
      requireMovable(to);
      if (isHome(from) === isHome(to)) {
        at(from).rename(from, to);
        return;
      }
      const source = at(from).stat(from);
      if (source === undefined) throw new FsError('ENOENT', from);
      // One of POSIX's two answers for rename(2) across file systems; `mv` then copies.
      if (source.kind !== 'file') throw new FsError('EXDEV', from);
      if (at(to).stat(to)?.kind === 'directory') throw new FsError('EISDIR', to);
      const parent = at(from).stat(directoryOf(from));
      if (parent !== undefined && (parent.mode & 0o200) === 0) throw new FsError('EACCES', from);
      at(to).write(to, at(from).read(from));
      at(to).setMode(to, source.mode);
      at(from).remove(from);
    },

    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    setHome(next) {
      stopHome();
      home = next;
      stopHome = home.onChange(changed);
      changed(HOME);
    },
  };
}
