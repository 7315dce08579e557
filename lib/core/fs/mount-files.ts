import { FsError, type Files, type FileStat } from './files.ts';
import { followLinks } from './follow-links.ts';
import { createMemoryFiles } from './memory-files.ts';
import { directoryOf, isWithin, joinPath } from './path.ts';
import { HOME } from './places.ts';

/**
 * The whole tree a person sees: `/`, `/tmp` and `/dev` in memory, everything under `HOME` in another
 * `Files`, which can be exchanged when the owner changes. Renaming a file across that border copies it and
 * removes the original; a directory is refused (`mv` copies it file by file), because a copy of many files
 * could end half done. Links are followed here, across the border; the parts are only asked for paths without any.
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

  const linkTarget = (path: string): string | undefined => at(path).linkTarget(path);
  const lookup = { linkTarget, kindAt: (path: string) => at(path).linkStat(path)?.kind };
  const follow = (path: string): string => followLinks(lookup, path, 'follow');
  const keep = (path: string): string => followLinks(lookup, path, 'keep');
  const statBy = (path: string, way: (path: string) => string): FileStat | undefined => {
    try {
      const real = way(path);
      return at(real).linkStat(real);
    } catch (error) {
      if (error instanceof FsError) return undefined;
      throw error;
    }
  };

  /** Runs `make` for a free name beside `to` and renames that over it: a link at `to` is replaced, never followed. */
  const replaceBy = (to: string, make: (beside: string) => void): void => {
    const there = at(to).linkStat(to);
    if (there === undefined) {
      make(to);
      return;
    }
    let beside = '';
    for (let round = 0; beside === '' || at(to).linkStat(beside) !== undefined; round += 1) {
      beside = joinPath(directoryOf(to), `.moving${round}`);
    }
    make(beside);
    at(to).rename(beside, to);
  };

  return {
    stat: (path) => statBy(path, follow),
    linkStat: (path) => statBy(path, keep),
    linkTarget,
    realPath: follow,
    readLink(path) {
      const real = keep(path);
      return at(real).readLink(real);
    },
    link(target, path, mtimeMs) {
      const real = keep(path);
      at(real).link(target, real, mtimeMs);
    },
    space(path) {
      const real = follow(path);
      return at(real).space(real);
    },
    list(path) {
      const real = follow(path);
      return at(real).list(real);
    },
    read(path) {
      const real = follow(path);
      return at(real).read(real);
    },
    write(path, bytes, mtimeMs) {
      const real = follow(path);
      at(real).write(real, bytes, mtimeMs);
    },
    append(path, bytes) {
      const real = follow(path);
      at(real).append(real, bytes);
    },
    makeDirectory(path, mtimeMs) {
      const real = keep(path);
      at(real).makeDirectory(real, mtimeMs);
    },
    setMode(path, mode) {
      const real = follow(path);
      at(real).setMode(real, mode);
    },

    remove(path) {
      const real = keep(path);
      requireMovable(real);
      at(real).remove(real);
    },

    rename(oldName, newName) {
      const [from, to] = [keep(oldName), keep(newName)];
      requireMovable(from);
      requireMovable(to);
      if (isHome(from) === isHome(to)) {
        at(from).rename(from, to);
        return;
      }
      const source = at(from).linkStat(from);
      if (source === undefined) throw new FsError('ENOENT', from);
      // One of POSIX's two answers for rename(2) across file systems; `mv` then copies.
      if (source.kind !== 'file' && source.kind !== 'link') throw new FsError('EXDEV', from);
      const target = at(to).linkStat(to);
      if (target?.kind === 'directory') throw new FsError('EISDIR', to);
      const parent = at(from).stat(directoryOf(from));
      if (parent !== undefined && (parent.mode & 0o200) === 0) throw new FsError('EACCES', from);
      if (source.kind === 'link') replaceBy(to, (path) => at(path).link(at(from).readLink(from), path));
      else {
        const write = (path: string): void => {
          at(path).write(path, at(from).read(from));
          at(path).setMode(path, source.mode);
        };
        if (target?.kind === 'link') replaceBy(to, write);
        else write(to);
      }
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
