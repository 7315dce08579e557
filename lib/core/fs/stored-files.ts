import * as limits from '../limits.ts';
import { createReplica } from './create-replica.ts';
import { editedOrigin, type FileVersion, type Origin } from './file-version.ts';
import { FsError, type DirectoryEntry, type FileKind, type Files, type FileStat } from './files.ts';
import { followLinks, requireLinkTarget } from './follow-links.ts';
import type { ReservedStore } from './key-value-store.ts';
import { isLinkMode, LINK_MODE } from './link-mode.ts';
import { directoryOf, isPath, isWithin, requirePath } from './path.ts';
import { noRoomFor, tooLargeFor } from './no-room.ts';
import { entriesUnder, type PathNode } from './path-tree.ts';
import { HOME } from './places.ts';
import { openVersionStore } from './version-store.ts';

/**
 * A person's home over the version store: `Files` for the shell and the editor, `Replica` for sync. Both see
 * the same versions; the replica names files by id, so that a renamed file stays the same file.
 *
 * Rejected: letting sync write through `Files`. It needs what a shell must not have: ids, removal notes,
 * writing in a read-only directory, and "only if it is still the version I planned for".
 */
export interface LocalEntry {
  id: string;
  kind: 'file' | 'directory';
  path: string;
  /** Permission bits, or of a link `LINK_MODE`: then the content is its target (link-mode.ts). */
  mode: number;
  mtimeMs: number;
  size: number;
  hash: string;
  /** Names this version; `expect` compares with it. */
  tag: string;
}

export interface Replica {
  /** Live entries by id. */
  entries(): Map<string, LocalEntry>;
  /** Ids whose removal has been noted. */
  removed(): Set<string>;
  /** undefined when the file is gone or its content is damaged. */
  content(id: string): Uint8Array | undefined;
  /**
   * Writes, only if `id` is still at version `expect` (undefined: not there). One synchronous step.
   * @param content bytes, or undefined to keep the present content.
   * @param origin the remote version this brings in or merges.
   * @returns false when the file has changed meanwhile; nothing is written then.
   * @throws FsError ENOSPC
   */
  put(
    entry: Omit<LocalEntry, 'tag' | 'size' | 'hash'>, content: Uint8Array | undefined, expect: string | undefined, origin: Origin | null,
  ): boolean;
  /** Removes, under the same condition. `note`: the removal is ours and still has to be told to the store. */
  drop(id: string, expect: string, note: boolean): boolean;
  /** Which remote version each file, present or removed, was made from. */
  origins(): Map<string, Origin>;
  /** Takes away the note that `id` was removed. */
  forgetRemoval(id: string): void;
  /** Takes in what other tabs have written since. */
  lookAgain(): void;
  /**
   * Settles what two tabs left: two versions of a file, two files of one name. Names contested by a file that a
   * commit after `seq` brought are left alone: there a pull was cut off, and the next round ends it.
   * @returns sentences for the person.
   * @throws FsError ENOSPC; what has not been settled is all there, and is settled another time.
   */
  settle(seq: number): string[];
  /** Another number whenever an entry, a note or a version has changed: what was found of these files before still holds while it is the same. */
  revision(): number;
  /** Whether two entries still stand at one path, or one under a file. */
  hasContestedNames(): boolean;
  /** How many keys could not be read and were left alone. */
  damaged(): number;
}

export interface StoredFiles extends Files {
  readonly replica: Replica;
  /** Another tab changed `key` (undefined: anything). */
  refresh(key: string | undefined): void;
}

export interface StoredFilesOptions {
  store: ReservedStore;
  prefix: string;
  tab: string;
  keepsRemovals: boolean;
  /** In the names of conflict copies. */
  device: string;
  now: () => number;
  /** A new file id: unguessable and unique, 1 to 64 of `A-Z a-z 0-9 _ -`. */
  newId: () => string;
}

/** localStorage keeps and counts UTF-16. */
const BYTES_PER_UNIT = 2;

const READ = 0o400;
const WRITE = 0o200;

export function openStoredFiles(options: StoredFilesOptions): StoredFiles {
  const { now, newId, device } = options;
  const versions = openVersionStore(options);
  /** The date of home and of directories that only their contents imply: nothing keeps one for them. */
  const openedMs = now();
  const listeners = new Set<(path: string) => void>();
  const changed = (path: string): void => {
    for (const listener of [...listeners]) listener(path);
  };

  /** What the person sees at a node: a directory when anything says so, else the first file. */
  const shown = (node: PathNode<FileVersion>): FileVersion | 'directory' => {
    const directory = node.here.find((version) => version.kind === 'directory');
    if (directory !== undefined) return directory;
    if (node.children.size > 0) return 'directory';
    return [...node.here].sort((a, b) => (a.id < b.id ? -1 : 1))[0] ?? 'directory';
  };

  /** undefined: nothing there. 'directory': one that only its contents imply. */
  const find = (path: string): FileVersion | 'directory' | undefined => {
    requireInHome(path);
    if (path === HOME) return 'directory';
    const node = versions.tree.at(path);
    return node === undefined ? undefined : shown(node);
  };

  /** Like POSIX: ENOENT or ENOTDIR for a broken way, before anything is said about the last name. */
  const requireWay = (path: string): void => {
    for (let at = directoryOf(path); isWithin(HOME, at) && at !== HOME; at = directoryOf(at)) {
      const there = find(at);
      if (there === undefined) continue;
      if (isFile(there)) throw new FsError('ENOTDIR', path);
      if (at === directoryOf(path)) return;
      throw new FsError('ENOENT', path);
    }
    if (directoryOf(path) !== HOME && find(directoryOf(path)) === undefined) throw new FsError('ENOENT', path);
  };

  const requireEntry = (path: string): FileVersion | 'directory' => {
    const there = find(path);
    if (there !== undefined) return there;
    requireWay(path);
    throw new FsError('ENOENT', path);
  };

  const linkTarget = (path: string): string | undefined => {
    for (let round = 0; round < 2 && versions.linkCount() > 0; round += 1) {
      const node = versions.tree.at(path);
      const there = node === undefined ? undefined : shown(node);
      if (there === undefined || !isLink(there)) return undefined;
      const target = targetOf(there);
      if (target !== undefined) return target;
      // Another tab has replaced it a moment ago.
      versions.refresh();
    }
    return undefined;
  };
  /** Versions never change, so neither does what was read of them. */
  const targets = new WeakMap<FileVersion, string>();
  const targetOf = (link: FileVersion): string | undefined => {
    let target = targets.get(link);
    if (target === undefined) {
      const bytes = versions.content(link);
      if (bytes === undefined) return undefined;
      target = new TextDecoder().decode(bytes);
      targets.set(link, target);
    }
    return target;
  };
  const kindAt = (path: string): FileKind | undefined => {
    if (isWithin(path, HOME)) return 'directory';
    return isWithin(HOME, path) ? statAt(path)?.kind : undefined;
  };
  const follow = (path: string): string => followLinks({ linkTarget, kindAt }, path, 'follow');
  const keep = (path: string): string => followLinks({ linkTarget, kindAt }, path, 'keep');

  const statAt = (path: string): FileStat | undefined => {
    const there = find(path);
    if (there === undefined) return undefined;
    if (there === 'directory') return { kind: 'directory', size: 0, mtimeMs: openedMs, mode: 0o755, storedBytes: 0 };
    return {
      kind: kindOf(there), size: there.size, mtimeMs: there.mtimeMs,
      mode: there.mode & 0o777, storedBytes: there.units * BYTES_PER_UNIT,
    };
  };
  const statBy = (path: string, way: (path: string) => string): FileStat | undefined => {
    try {
      return statAt(way(path));
    } catch (error) {
      if (error instanceof FsError) return undefined;
      throw error;
    }
  };

  const modeOf = (there: FileVersion | 'directory'): number => (there === 'directory' ? 0o755 : there.mode);

  const requireWritableParent = (path: string): void => {
    const parent = find(directoryOf(path));
    if (parent !== undefined && (modeOf(parent) & WRITE) === 0) throw new FsError('EACCES', path);
  };

  const requireRoom = (path: string): void => {
    if (versions.liveCount() >= limits.treeMaxEntries) throw noRoomFor(path, 'entries');
  };

  /** Keeps a directory that would vanish with its last entry because nothing but that entry implied it. */
  const keepParent = (path: string): void => {
    const parent = directoryOf(path);
    if (parent === HOME || find(parent) !== 'directory' || (versions.tree.at(parent)?.children.size ?? 0) > 1) return;
    versions.put(newId(), { kind: 'directory', path: parent, mode: 0o755, mtimeMs: now(), origin: null }, undefined);
  };

  const replaceContent = (
    named: string, make: (old: FileVersion | undefined) => Uint8Array, { mtimeMs = now(), isAppend = false }: { mtimeMs?: number | undefined; isAppend?: boolean } = {},
  ): void => {
    const seen = find(named);
    const path = follow(named);
    if (path === HOME) throw new FsError('EISDIR', path);
    // The link through which it was to go has just been replaced by another tab.
    if (seen !== undefined && isFile(seen) && isLink(seen) && find(named) !== seen) throw new FsError('EBUSY', named);
    let there = find(path);
    // A directory that another tab has just replaced by a file is refused: nobody has seen that file here.
    if (there !== undefined && isFile(there) && !versions.isFresh(there.id)) {
      const same = versions.current.get(there.id);
      const isStill = same?.kind === 'file' && same.path === path;
      there = isStill ? same : find(path);
      // Another file bears this name by now, and nobody has seen that one here either, so it is not replaced: two files of one
      // name get two names by and by.
      if (!isStill && !isAppend && there !== undefined && isFile(there) && !isLink(there)) there = undefined;
    }
    if (there === undefined) {
      requireWay(path);
      requireWritableParent(path);
      requireRoom(path);
    } else {
      if (!isFile(there)) throw new FsError('EISDIR', path);
      // A link that another tab has put here this moment.
      if (isLink(there)) throw new FsError('EBUSY', path);
      if ((there.mode & WRITE) === 0) throw new FsError('EACCES', path);
    }
    const bytes = make(there);
    if (bytes.length > limits.fileMaxBytes) throw tooLargeFor(path);
    const header = { kind: 'file' as const, path, mode: there?.mode ?? 0o644, mtimeMs, origin: editedOrigin(there?.origin) };
    versions.put(there?.id ?? newId(), header, bytes);
    changed(path);
  };

  const readVersion = (version: FileVersion): Uint8Array => {
    const bytes = versions.content(version);
    if (bytes !== undefined) return bytes;
    // Another tab may have replaced it a moment ago.
    versions.refresh();
    const again = find(version.path);
    if (again === undefined && !versions.damaged.has(version.key)) throw new FsError('ENOENT', version.path);
    if (again !== undefined && !isFile(again)) throw new FsError('EISDIR', version.path);
    if (again !== undefined && isLink(again)) throw new FsError('EBUSY', version.path);
    const second = again !== undefined && again !== version ? versions.content(again) : undefined;
    if (second === undefined) throw new FsError('EIO', version.path);
    return second;
  };

  const files: Files = {
    stat: (path) => statBy(path, follow),
    linkStat: (path) => statBy(path, keep),
    linkTarget,
    realPath: follow,

    readLink(named) {
      const there = requireEntry(keep(named));
      if (!isLink(there)) throw new FsError('EINVAL', named);
      const target = targetOf(there);
      if (target === undefined) throw new FsError('EIO', named);
      return target;
    },

    link(target, named, mtimeMs = now()) {
      const bytes = requireLinkTarget(target, named);
      const path = keep(named);
      if (find(path) !== undefined) throw new FsError('EEXIST', path);
      requireWay(path);
      requireWritableParent(path);
      requireRoom(path);
      versions.put(newId(), { kind: 'file', path, mode: LINK_MODE, mtimeMs, origin: null }, bytes);
      changed(path);
    },

    space() {
      const { usedUnits, totalUnits } = options.store.usage();
      return {
        store: options.store.isMemory === true ? 'memory' : 'localStorage', mount: HOME,
        totalBytes: totalUnits * BYTES_PER_UNIT, usedBytes: usedUnits * BYTES_PER_UNIT,
        entries: versions.liveCount(), maxEntries: limits.treeMaxEntries,
      };
    },

    list(named): DirectoryEntry[] {
      const path = follow(named);
      const there = requireEntry(path);
      if (isFile(there)) throw new FsError('ENOTDIR', path);
      if ((modeOf(there) & READ) === 0) throw new FsError('EACCES', path);
      const children = versions.tree.at(path)?.children ?? new Map<string, PathNode<FileVersion>>();
      return [...children]
        .map(([name, node]): DirectoryEntry => ({ name, kind: kindOf(shown(node)) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    read(named) {
      const path = follow(named);
      const there = requireEntry(path);
      if (!isFile(there)) throw new FsError('EISDIR', path);
      if (isLink(there)) throw new FsError('EBUSY', path);
      if ((there.mode & READ) === 0) throw new FsError('EACCES', path);
      const bytes = readVersion(there);
      // It was looked at anew on the way, and a link that led here leads elsewhere now.
      if (follow(named) !== path) throw new FsError('EBUSY', named);
      return bytes;
    },

    write: (path, bytes, mtimeMs) => replaceContent(path, () => bytes, { mtimeMs }),

    append: (path, bytes) =>
      replaceContent(path, (old) => {
        if (old === undefined) return bytes;
        const before = readVersion(old);
        const joined = new Uint8Array(before.length + bytes.length);
        joined.set(before);
        joined.set(bytes, before.length);
        return joined;
      }, { isAppend: true }),

    makeDirectory(named, mtimeMs = now()) {
      const path = keep(named);
      if (find(path) !== undefined) throw new FsError('EEXIST', path);
      requireWay(path);
      requireWritableParent(path);
      requireRoom(path);
      versions.put(newId(), { kind: 'directory', path, mode: 0o755, mtimeMs, origin: null }, undefined);
      changed(path);
    },

    remove(named) {
      const path = keep(named);
      if (path === HOME) throw new FsError('EBUSY', path);
      const there = requireEntry(path);
      const node = versions.tree.at(path);
      if (!isFile(there) && node !== undefined && node.children.size > 0) throw new FsError('ENOTEMPTY', path);
      requireWritableParent(path);
      if (there === 'directory') throw new FsError('ENOTEMPTY', path);
      keepParent(path);
      if (!versions.isFresh(there.id) && versions.current.get(there.id) !== there) {
        // Another tab has just changed what the person is removing: its work stays.
        throw new FsError('EBUSY', path);
      }
      versions.bury(there);
      changed(path);
    },

    rename(oldName, newName) {
      const [from, to] = [keep(oldName), keep(newName)];
      if (from === HOME || to === HOME) throw new FsError('EBUSY', from);
      const source = requireEntry(from);
      const target = find(to);
      if (target === undefined) requireWay(to);
      if (from === to) return;
      if (!isFile(source) && isWithin(from, to)) throw new FsError('EINVAL', to);
      if (target !== undefined) {
        if (isFile(source) && !isFile(target)) throw new FsError('EISDIR', to);
        if (!isFile(source) && isFile(target)) throw new FsError('ENOTDIR', to);
        if (!isFile(target) && (versions.tree.at(to)?.children.size ?? 0) > 0) throw new FsError('ENOTEMPTY', to);
      }
      requireWritableParent(from);
      requireWritableParent(to);
      const node = versions.tree.at(from);
      // What replaces the target goes last: nothing can fail after it, so nothing has to be brought back.
      const moving = (node === undefined ? [] : [...entriesUnder(node)]).sort((a, b) => Number(a === source) - Number(b === source));
      const newPath = (version: FileVersion): string => to + version.path.slice(from.length);
      for (const version of moving) requirePath(newPath(version));
      keepParent(from);
      const done: [FileVersion, FileVersion][] = [];
      try {
        for (const version of moving) {
          const over = version === source && target !== undefined && target !== 'directory' ? target : undefined;
          done.push([version, versions.put(version.id, { ...version, path: newPath(version) }, version, over)]);
        }
        if (source === 'directory' && target !== undefined && target !== 'directory') versions.bury(target);
      } catch (error) {
        // A full disk half way: what has moved goes back, as far as it can; either way every file is there.
        for (const [old, moved] of done.reverse()) versions.put(moved.id, { ...moved, path: old.path }, moved);
        throw error;
      }
      changed(from);
      changed(to);
    },

    setMode(named, mode) {
      const path = follow(named);
      if (path === HOME) throw new FsError('EACCES', path);
      const there = requireEntry(path);
      if (isLink(there)) throw new FsError('EBUSY', path);
      // What is as it is to be is no edit, and must not outlive a removal in another tab as if it were one.
      if (modeOf(there) === (mode & 0o777)) return;
      if (there === 'directory') {
        versions.put(newId(), { kind: 'directory', path, mode: mode & 0o777, mtimeMs: now(), origin: null }, undefined);
      } else {
        versions.put(there.id, { ...there, mode: mode & 0o777 }, there);
      }
      changed(path);
    },

    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  return {
    ...files,
    replica: createReplica(versions, { device, changed }),
    refresh(key) {
      for (const path of new Set(versions.refresh(key))) changed(path);
    },
  };
}

function isFile(there: FileVersion | 'directory'): there is FileVersion {
  return there !== 'directory' && there.kind === 'file';
}

function isLink(there: FileVersion | 'directory'): there is FileVersion & { mode: typeof LINK_MODE } {
  return there !== 'directory' && isLinkMode(there.mode);
}

function kindOf(there: FileVersion | 'directory'): FileKind {
  return isLink(there) ? 'link' : isFile(there) ? 'file' : 'directory';
}

function requireInHome(path: string): void {
  if (!isPath(path)) requirePath(path);
  if (!isWithin(HOME, path)) throw new FsError('ENOENT', path);
}

