import * as limits from '../limits.ts';
import { FsError, type DirectoryEntry, type FileStat, type Files } from './files.ts';
import { followLinks, requireLinkTarget } from './follow-links.ts';
import { isWithin, requirePath } from './path.ts';
import { HOME, TMP } from './places.ts';

/**
 * A file system in memory: what `/` and `/tmp` are made of, and the reference that the contract suite
 * compares every other `Files` with. A tree of maps, so that renaming a directory moves one pointer.
 *
 * Permissions are the owner's bits alone (there is one person): reading needs `r` on the file, changing
 * needs `w` on the file, adding and taking away names needs `w` on the directory.
 */
interface FileNode {
  kind: 'file';
  /** May be longer than `size`: appends grow it in steps, else a loop of appends would copy quadratically. */
  buffer: Uint8Array;
  size: number;
  mtimeMs: number;
  mode: number;
}

interface DirectoryNode {
  kind: 'directory';
  entries: Map<string, Node>;
  mtimeMs: number;
  mode: number;
}

interface LinkNode {
  kind: 'link';
  target: string;
  /** Bytes of the target. */
  size: number;
  mtimeMs: number;
  mode: number;
}

interface DeviceNode {
  kind: 'device';
  mtimeMs: number;
  mode: number;
}

type Node = FileNode | DirectoryNode | LinkNode | DeviceNode;

/** What a block-based disk would take for a file: `du` and the `total` of `ls -l` count in these. */
const BLOCK_BYTES = 4096;

const READ = 0o400;
const WRITE = 0o200;

/**
 * @param options.now milliseconds since the epoch, for modification times.
 * @param options.fileMaxBytes ends one file with EFBIG; `maxBytes` ends all of them together with ENOSPC.
 */
export function createMemoryFiles(options: { now: () => number; fileMaxBytes?: number; maxBytes?: number }): Files {
  const { now, fileMaxBytes = limits.memoryFileMaxBytes, maxBytes = limits.memoryFilesMaxBytes } = options;
  const listeners = new Set<(path: string) => void>();
  const directory = (mtimeMs = now()): DirectoryNode => ({ kind: 'directory', entries: new Map(), mtimeMs, mode: 0o755 });
  const root = directory();
  let usedBytes = 0;
  let entryCount = 0;
  let linkCount = 0;

  const plant = (path: string, node: Node): void => {
    let at = root;
    const segments = requirePath(path);
    const name = segments.pop();
    if (name === undefined) throw new Error('the root is already there');
    for (const segment of segments) {
      let next = at.entries.get(segment);
      if (next === undefined) at.entries.set(segment, (next = directory()));
      if (next.kind !== 'directory') throw new Error(`${segment} is not a directory`);
      at = next;
    }
    at.entries.set(name, node);
  };
  plant(HOME, directory());
  plant(TMP, directory());
  plant('/dev/null', { kind: 'device', mtimeMs: now(), mode: 0o666 });

  const changed = (path: string): void => {
    for (const listener of [...listeners]) listener(path);
  };

  const linkTarget = (path: string): string | undefined => {
    if (linkCount === 0) return undefined;
    const node = peek(path);
    return node?.kind === 'link' ? node.target : undefined;
  };
  const peek = (path: string): Node | undefined => {
    let at: Node | undefined = root;
    if (path === '/') return at;
    for (const segment of path.slice(1).split('/')) at = at?.kind === 'directory' ? at.entries.get(segment) : undefined;
    return at;
  };
  const lookup = { linkTarget, kindAt: (path: string) => peek(path)?.kind };
  const follow = (path: string): string => followLinks(lookup, path, 'follow');
  const keep = (path: string): string => followLinks(lookup, path, 'keep');

  /** The node, or undefined when the last name is missing. Throws when the way to it is broken. */
  const find = (path: string, segments: readonly string[]): Node | undefined => {
    let at: Node = root;
    for (const [index, segment] of segments.entries()) {
      if (at.kind !== 'directory') throw new FsError('ENOTDIR', path);
      const next = at.entries.get(segment);
      if (next === undefined) {
        if (index === segments.length - 1) return undefined;
        throw new FsError('ENOENT', path);
      }
      at = next;
    }
    return at;
  };

  const requireNode = (path: string): Node => {
    const node = find(path, requirePath(path));
    if (node === undefined) throw new FsError('ENOENT', path);
    return node;
  };

  /** The directory that holds `path`, and the name in it; the root has none. */
  const requireParent = (path: string): { parent: DirectoryNode; name: string } => {
    const segments = requirePath(path);
    const name = segments.pop();
    if (name === undefined) throw new FsError('EBUSY', path);
    const parent = find(path, segments);
    if (parent === undefined) throw new FsError('ENOENT', path);
    if (parent.kind !== 'directory') throw new FsError('ENOTDIR', path);
    return { parent, name };
  };

  const requireWritable = (path: string, node: Node): void => {
    if ((node.mode & WRITE) === 0) throw new FsError('EACCES', path);
  };

  /** The file to change, made when missing; null for a device, which swallows everything. */
  const openForWrite = (path: string): FileNode | null => {
    const { parent, name } = requireParentOf(path);
    const node = parent.entries.get(name);
    if (node === undefined) {
      requireWritable(path, parent);
      const made: FileNode = { kind: 'file', buffer: new Uint8Array(0), size: 0, mtimeMs: now(), mode: 0o644 };
      parent.entries.set(name, made);
      parent.mtimeMs = now();
      entryCount += 1;
      return made;
    }
    if (node.kind === 'directory') throw new FsError('EISDIR', path);
    requireWritable(path, node);
    return node.kind === 'file' ? node : null;
  };
  const requireParentOf = (path: string): { parent: DirectoryNode; name: string } => {
    if (path === '/') throw new FsError('EISDIR', path);
    return requireParent(path);
  };

  const sizeOf = (node: Node): number => (node.kind === 'file' || node.kind === 'link' ? node.size : 0);

  const statBy = (path: string, way: (path: string) => string): FileStat | undefined => {
    let node: Node | undefined;
    try {
      node = find(path, requirePath(way(path)));
    } catch (error) {
      if (error instanceof FsError) return undefined;
      throw error;
    }
    if (node === undefined) return undefined;
    return { kind: node.kind, size: sizeOf(node), mtimeMs: node.mtimeMs, mode: node.mode, storedBytes: storedBytesOf(node) };
  };
  const stat = (path: string): FileStat | undefined => statBy(path, follow);

  const taken = (node: Node): void => {
    usedBytes -= sizeOf(node);
    entryCount -= 1;
    if (node.kind === 'link') linkCount -= 1;
  };

  /** Refuses what does not fit before anything is made, so that a full disk leaves no empty file behind. */
  const requireRoom = (path: string, newSize: number): void => {
    const there = stat(path);
    if (there?.kind === 'device') return;
    if (newSize > fileMaxBytes) throw new FsError('EFBIG', path);
    const more = newSize - (there?.size ?? 0);
    if (more > 0 && usedBytes + more > maxBytes) throw new FsError('ENOSPC', path);
  };

  return {
    stat,
    linkStat: (path) => statBy(path, keep),
    linkTarget,
    realPath: follow,

    readLink(path) {
      const node = requireNode(keep(path));
      if (node.kind !== 'link') throw new FsError('EINVAL', path);
      return node.target;
    },

    link(target, path, mtimeMs = now()) {
      const size = requireLinkTarget(target, path).length;
      const { parent, name } = path === '/' ? { parent: root, name: '' } : requireParent(keep(path));
      if (path === '/' || parent.entries.has(name)) throw new FsError('EEXIST', path);
      requireWritable(path, parent);
      if (usedBytes + size > maxBytes) throw new FsError('ENOSPC', path);
      parent.entries.set(name, { kind: 'link', target, size, mtimeMs, mode: 0o777 });
      parent.mtimeMs = now();
      usedBytes += size;
      entryCount += 1;
      linkCount += 1;
      changed(keep(path));
    },

    space: () => ({ store: 'memory', mount: '/', totalBytes: maxBytes, usedBytes, entries: entryCount, maxEntries: undefined }),

    list(path): DirectoryEntry[] {
      const node = requireNode(follow(path));
      if (node.kind !== 'directory') throw new FsError('ENOTDIR', path);
      if ((node.mode & READ) === 0) throw new FsError('EACCES', path);
      return [...node.entries]
        .map(([name, entry]) => ({ name, kind: entry.kind }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    read(path): Uint8Array {
      const node = requireNode(follow(path));
      if (node.kind === 'directory') throw new FsError('EISDIR', path);
      if ((node.mode & READ) === 0) throw new FsError('EACCES', path);
      return node.kind === 'file' ? node.buffer.slice(0, node.size) : new Uint8Array(0);
    },

    write(named, bytes, mtimeMs = now()) {
      const path = follow(named);
      requireRoom(path, bytes.length);
      const node = openForWrite(path);
      if (node === null) return;
      usedBytes += bytes.length - node.size;
      node.buffer = bytes.slice();
      node.size = bytes.length;
      node.mtimeMs = mtimeMs;
      changed(path);
    },

    append(named, bytes) {
      const path = follow(named);
      requireRoom(path, (stat(path)?.size ?? 0) + bytes.length);
      const node = openForWrite(path);
      if (node === null) return;
      usedBytes += bytes.length;
      const size = node.size + bytes.length;
      if (size > node.buffer.length) {
        const grown = new Uint8Array(Math.max(size, Math.min(node.buffer.length * 2, fileMaxBytes)));
        grown.set(node.buffer.subarray(0, node.size));
        node.buffer = grown;
      }
      node.buffer.set(bytes, node.size);
      node.size = size;
      node.mtimeMs = now();
      changed(path);
    },

    makeDirectory(named, mtimeMs) {
      const path = keep(named);
      if (path === '/') throw new FsError('EEXIST', path);
      const { parent, name } = requireParent(path);
      if (parent.entries.has(name)) throw new FsError('EEXIST', path);
      requireWritable(path, parent);
      parent.entries.set(name, directory(mtimeMs));
      parent.mtimeMs = now();
      entryCount += 1;
      changed(path);
    },

    remove(named) {
      const path = keep(named);
      const { parent, name } = requireParent(path);
      const node = parent.entries.get(name);
      if (node === undefined) throw new FsError('ENOENT', path);
      if (node.kind === 'directory' && node.entries.size > 0) throw new FsError('ENOTEMPTY', path);
      if (node.kind === 'device') throw new FsError('EBUSY', path);
      requireWritable(path, parent);
      parent.entries.delete(name);
      parent.mtimeMs = now();
      taken(node);
      changed(path);
    },

    rename(oldName, newName) {
      const [from, to] = [keep(oldName), keep(newName)];
      const source = requireParent(from);
      const node = source.parent.entries.get(source.name);
      if (node === undefined) throw new FsError('ENOENT', from);
      if (node.kind === 'device') throw new FsError('EBUSY', from);
      const target = requireParent(to);
      if (from === to) return;
      if (node.kind === 'directory' && isWithin(from, to)) throw new FsError('EINVAL', to);
      const replaced = target.parent.entries.get(target.name);
      requireRenameOnto(to, node.kind, replaced);
      requireWritable(from, source.parent);
      requireWritable(to, target.parent);
      requireDepth(to, node);
      source.parent.entries.delete(source.name);
      target.parent.entries.set(target.name, node);
      source.parent.mtimeMs = now();
      target.parent.mtimeMs = now();
      if (replaced !== undefined) taken(replaced);
      changed(from);
      changed(to);
    },

    setMode(named, mode) {
      const path = follow(named);
      const node = requireNode(path);
      if (node.kind === 'device') throw new FsError('EACCES', path);
      node.mode = mode & 0o777;
      changed(path);
    },

    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function storedBytesOf(node: Node): number {
  switch (node.kind) {
    case 'file': return Math.ceil(node.size / BLOCK_BYTES) * BLOCK_BYTES;
    case 'directory': return BLOCK_BYTES;
    // A short target fits beside the name.
    case 'link': return node.size < 60 ? 0 : BLOCK_BYTES;
    case 'device': return 0;
  }
}

/** rename(2): what may stand at the new name. */
function requireRenameOnto(to: string, kind: Node['kind'], replaced: Node | undefined): void {
  if (replaced === undefined) return;
  if (replaced.kind === 'device') throw new FsError('EBUSY', to);
  if (kind === 'directory') {
    if (replaced.kind !== 'directory') throw new FsError('ENOTDIR', to);
    if (replaced.entries.size > 0) throw new FsError('ENOTEMPTY', to);
  } else if (replaced.kind === 'directory') {
    throw new FsError('EISDIR', to);
  }
}

/** Every path below a renamed directory must stay within the limits, or it could never be named again. */
function requireDepth(to: string, node: Node): void {
  requirePath(to);
  if (node.kind !== 'directory') return;
  for (const [name, entry] of node.entries) requireDepth(`${to}/${name}`, entry);
}
