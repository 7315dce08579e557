import { limits } from '../limits.ts';
import { hashOf } from '../sync/sha256.ts';
import type { FileVersion, Origin } from './file-version.ts';
import { FsError, type DirectoryEntry, type Files, type FileStat } from './files.ts';
import type { ReservedStore } from './key-value-store.ts';
import { baseName, directoryOf, isWithin, requirePath } from './path.ts';
import { entriesUnder, type PathNode } from './path-tree.ts';
import { HOME } from './places.ts';
import { uniquePaths } from './unique-paths.ts';
import { openVersionStore, type VersionStore } from './version-store.ts';

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
  /**
   * Settles what two tabs left: two versions of a file, two files of one name. Names contested by a file that a
   * commit after `seq` brought are left alone: there a pull was cut off, and the next round ends it.
   * @returns sentences for the person.
   * @throws FsError ENOSPC; what has not been settled is all there, and is settled another time.
   */
  settle(seq: number): string[];
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

  const modeOf = (there: FileVersion | 'directory'): number => (there === 'directory' ? 0o755 : there.mode);

  const requireWritableParent = (path: string): void => {
    const parent = find(directoryOf(path));
    if (parent !== undefined && (modeOf(parent) & WRITE) === 0) throw new FsError('EACCES', path);
  };

  const requireRoom = (path: string): void => {
    if (versions.current.size >= limits.treeMaxEntries) throw new FsError('ENOSPC', path);
  };

  /** Keeps a directory that would vanish with its last entry because nothing but that entry implied it. */
  const keepParent = (path: string): void => {
    const parent = directoryOf(path);
    if (parent === HOME || find(parent) !== 'directory') return;
    versions.put(newId(), { kind: 'directory', path: parent, mode: 0o755, mtimeMs: now(), origin: null }, undefined);
  };

  const replaceContent = (path: string, make: (old: FileVersion | undefined) => Uint8Array): void => {
    if (path === HOME) throw new FsError('EISDIR', path);
    let there = find(path);
    // A directory that another tab has just replaced by a file is refused: nobody has seen that file here.
    if (there !== undefined && isFile(there) && !versions.isFresh(there.id)) there = find(path);
    if (there === undefined) {
      requireWay(path);
      requireWritableParent(path);
      requireRoom(path);
    } else {
      if (!isFile(there)) throw new FsError('EISDIR', path);
      if ((there.mode & WRITE) === 0) throw new FsError('EACCES', path);
    }
    const bytes = make(there);
    if (bytes.length > limits.fileMaxBytes) throw new FsError('EFBIG', path);
    const header = { kind: 'file' as const, path, mode: there?.mode ?? 0o644, mtimeMs: now(), origin: there?.origin ?? null };
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
    const second = again !== undefined && again !== version ? versions.content(again) : undefined;
    if (second === undefined) throw new FsError('EIO', version.path);
    return second;
  };

  const files: Files = {
    stat(path): FileStat | undefined {
      let there: FileVersion | 'directory' | undefined;
      try {
        there = find(path);
      } catch (error) {
        if (error instanceof FsError) return undefined;
        throw error;
      }
      if (there === undefined) return undefined;
      if (there === 'directory') return { kind: 'directory', size: 0, mtimeMs: openedMs, mode: 0o755 };
      const kind = isFile(there) ? 'file' : 'directory';
      return { kind, size: there.size, mtimeMs: there.mtimeMs, mode: there.mode };
    },

    list(path): DirectoryEntry[] {
      const there = requireEntry(path);
      if (isFile(there)) throw new FsError('ENOTDIR', path);
      if ((modeOf(there) & READ) === 0) throw new FsError('EACCES', path);
      const children = versions.tree.at(path)?.children ?? new Map<string, PathNode<FileVersion>>();
      return [...children]
        .map(([name, node]): DirectoryEntry => ({ name, kind: isFile(shown(node)) ? 'file' : 'directory' }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    read(path) {
      const there = requireEntry(path);
      if (!isFile(there)) throw new FsError('EISDIR', path);
      if ((there.mode & READ) === 0) throw new FsError('EACCES', path);
      return readVersion(there);
    },

    write: (path, bytes) => replaceContent(path, () => bytes),

    append: (path, bytes) =>
      replaceContent(path, (old) => {
        if (old === undefined) return bytes;
        const before = readVersion(old);
        const joined = new Uint8Array(before.length + bytes.length);
        joined.set(before);
        joined.set(bytes, before.length);
        return joined;
      }),

    makeDirectory(path) {
      if (find(path) !== undefined) throw new FsError('EEXIST', path);
      requireWay(path);
      requireWritableParent(path);
      requireRoom(path);
      versions.put(newId(), { kind: 'directory', path, mode: 0o755, mtimeMs: now(), origin: null }, undefined);
      changed(path);
    },

    remove(path) {
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

    rename(from, to) {
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

    setMode(path, mode) {
      if (path === HOME) throw new FsError('EACCES', path);
      const there = requireEntry(path);
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
    replica: createReplica(versions, { device, now, changed }),
    refresh(key) {
      for (const path of new Set(versions.refresh(key))) changed(path);
    },
  };
}

function isFile(there: FileVersion | 'directory'): there is FileVersion {
  return there !== 'directory' && there.kind === 'file';
}

function requireInHome(path: string): void {
  requirePath(path);
  if (!isWithin(HOME, path)) throw new FsError('ENOENT', path);
}

function createReplica(
  versions: VersionStore,
  options: { device: string; now: () => number; changed: (path: string) => void },
): Replica {
  const { device, changed } = options;
  const toEntry = (version: FileVersion): LocalEntry | undefined =>
    version.kind === 'removed' ? undefined : {
      id: version.id, kind: version.kind, path: version.path, mode: version.mode, mtimeMs: version.mtimeMs,
      size: version.size, hash: version.hash, tag: version.tag,
    };
  /** The re-check: memory, and behind it the store itself, still hold the version that was planned for. */
  const isStill = (id: string, expect: string | undefined): boolean => {
    versions.isFresh(id);
    const there = versions.current.get(id);
    return (there === undefined || there.kind === 'removed' ? undefined : there.tag) === expect;
  };

  const entries = (): Map<string, LocalEntry> => {
    const found = new Map<string, LocalEntry>();
    for (const [id, version] of versions.current) {
      const entry = toEntry(version);
      if (entry !== undefined) found.set(id, entry);
    }
    return found;
  };

  /** What stands at contested paths, by path; of several only one that a pull brought, if there is one. */
  const contested = (): Map<string, FileVersion> => {
    const found = new Map<string, FileVersion>();
    for (const version of versions.current.values()) {
      if (version.kind === 'removed') continue;
      const node = versions.tree.at(version.path);
      const isAlone = node === undefined || (node.here.length === 1 && (version.kind === 'directory' || node.children.size === 0));
      if (isAlone) continue;
      const before = found.get(version.path)?.origin?.seq ?? -1;
      if ((version.origin?.seq ?? -1) >= before) found.set(version.path, version);
    }
    return found;
  };

  return {
    entries,
    removed() {
      const noted = [...versions.current.values()].filter((version) => version.kind === 'removed');
      return new Set([...noted, ...versions.replaced()].map((version) => version.id));
    },
    origins() {
      const found = new Map<string, Origin>();
      for (const { id, origin } of [...versions.replaced(), ...versions.current.values()]) {
        if (origin !== null) found.set(id, origin);
      }
      return found;
    },
    content(id) {
      const version = versions.current.get(id);
      return version?.kind === 'file' ? versions.content(version) : undefined;
    },

    put(entry, content, expect, origin) {
      if (!isStill(entry.id, expect)) return false;
      const there = versions.current.get(entry.id);
      const { kind, path, mode, mtimeMs } = entry;
      const kept = content ?? (kind === 'file' && there?.kind === 'file' ? there : undefined);
      if (kind === 'file' && kept === undefined) throw new Error(`no content for ${path}`);
      versions.put(entry.id, { kind, path, mode, mtimeMs, origin }, kept);
      if (there !== undefined && there.path !== path) changed(there.path);
      changed(path);
      return true;
    },

    drop(id, expect, note) {
      if (!isStill(id, expect)) return false;
      const there = versions.current.get(id);
      if (there === undefined) return false;
      if (note) versions.bury(there);
      else versions.discard(there);
      changed(there.path);
      return true;
    },

    forgetRemoval(id) {
      for (const version of versions.replaced()) if (version.id === id) versions.discard(version);
      const there = versions.current.get(id);
      if (there?.kind === 'removed') versions.discard(there);
    },

    hasContestedNames: () => contested().size > 0,

    settle(seq) {
      const notices: string[] = [];
      const copies = new Set<string>();
      for (const [id, [winner, ...losers]] of versions.rivals()) {
        if (winner === undefined) continue;
        for (const loser of losers) {
          if (loser.kind === 'file' && (loser.hash !== winner.hash || winner.kind !== 'file')) {
            // The same id from every tab that settles this, so that they make one copy and not two.
            const copyId = hashOf(`rival ${id} ${loser.tag}`).slice(0, 16);
            copies.add(copyId);
            if (!versions.current.has(copyId)) versions.put(copyId, { ...loser, kind: 'file', origin: null }, loser);
            notices.push(`Two tabs wrote ${loser.path} at the same time; both versions were kept.`);
          }
          versions.discard(loser);
        }
      }
      const unfinished = [...contested()].filter(([, version]) => version.origin !== null && version.origin.seq > seq);
      const isLeft = (path: string): boolean => unfinished.some(([other]) => isWithin(path, other) || isWithin(other, path));
      const settled = [...entries().values()].filter((entry) => !isLeft(entry.path));
      const { moved, merged } = uniquePaths(settled, { isPreferred: ({ id }) => !copies.has(id), device });
      for (const [id, path] of moved) {
        const there = versions.current.get(id);
        if (there === undefined) continue;
        versions.put(id, { ...there, path }, there);
        notices.push(`Two files were named ${there.path}; one is now ${baseName(path)}.`);
        changed(there.path);
        changed(path);
      }
      for (const id of merged.keys()) {
        const there = versions.current.get(id);
        if (there !== undefined) versions.bury(there);
      }
      return notices;
    },

    damaged: () => versions.damaged.size,
  };
}
