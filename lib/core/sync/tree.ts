import { isLinkMode } from '../fs/link-mode.ts';
import type { LocalEntry } from '../fs/stored-files.ts';
import { hashOf } from './sha256.ts';

/**
 * The synced tree: what is under home after a commit, by file id. Paths are attributes of entries, so a
 * renamed directory is a few small operations and a file is followed through renames. A directory also
 * exists when something lies below it; its own entry keeps it when it is empty.
 */
export interface TreeEntry {
  kind: 'file' | 'directory';
  /** Absolute, canonical, under `HOME`. */
  path: string;
  /** Permission bits; of a symbolic link also its type bits, and then the content is the target. */
  mode: number;
  /** SHA-256 of the content; empty for a directory. */
  hash: string;
  /** Bytes. */
  size: number;
  /** Seq of the commit that brought this content; where to fetch it again. */
  at: number;
}

export type Tree = ReadonlyMap<string, TreeEntry>;

export type Operation =
  | { op: 'put'; id: string; path: string; mode: number; hash: string; size: number }
  | { op: 'directory'; id: string; path: string; mode: number }
  | { op: 'move'; id: string; path: string }
  | { op: 'mode'; id: string; mode: number }
  | { op: 'remove'; id: string };

/**
 * Names what a person would call the content: a link's target and a file that reads the same are two things, so
 * the type bits of the mode and the hash are compared as one, and a side that changed either brings both.
 */
export function contentKey({ mode, hash }: { mode: number; hash: string }): string {
  return isLinkMode(mode) ? `link ${hash}` : hash;
}

/**
 * One hash over the whole tree. Flat, not a Merkle tree: 10,000 entries hash in about 10 ms, once a commit, and
 * no one asks for a proof about a part. Where the content lies (`at`) is not part of the tree.
 */
export function rootHash(tree: Tree): string {
  const lines: string[] = [];
  for (const [id, { kind, path, mode, hash }] of tree) lines.push(JSON.stringify([id, kind, path, mode, hash]));
  return hashOf(lines.sort().join('\n'));
}

/** The tree after `operations` of commit `seq`, or undefined when they do not fit it. */
export function applyOperations(tree: Tree, operations: readonly Operation[], seq: number): Map<string, TreeEntry> | undefined {
  const next = new Map(tree);
  return applyInPlace(next, operations, seq) ? next : undefined;
}

/** As `applyOperations`, for whoever reads thousands of commits and needs only the last tree; false leaves half of it done. */
export function applyInPlace(next: Map<string, TreeEntry>, operations: readonly Operation[], seq: number): boolean {
  for (const operation of operations) {
    const there = next.get(operation.id);
    switch (operation.op) {
      case 'put': {
        if (there?.kind === 'directory') return false;
        const { id, path, mode, hash, size } = operation;
        next.set(id, { kind: 'file', path, mode, hash, size, at: seq });
        break;
      }
      case 'directory':
        if (there !== undefined) return false;
        next.set(operation.id, { kind: 'directory', path: operation.path, mode: operation.mode, hash: '', size: 0, at: seq });
        break;
      case 'move':
        if (there === undefined) return false;
        next.set(operation.id, { ...there, path: operation.path });
        break;
      case 'mode':
        // A link has no permissions of its own, and what kind a file is changes with its content only.
        if (there === undefined || isLinkMode(there.mode)) return false;
        next.set(operation.id, { ...there, mode: operation.mode });
        break;
      case 'remove':
        if (!next.delete(operation.id)) return false;
        break;
    }
  }
  return true;
}

/**
 * What has to be committed to turn `base` into the local files: what is pending. Only a noted removal removes;
 * a file that is merely absent has been lost here and is not touched there.
 *
 * The order matters when a long list is cut into several commits: names are freed before they are taken, so
 * that no commit in between shows two files of one name.
 *
 * @param isIgnored whose contents stay here. What the log has already follows renames and removals all the same, or
 * its old name would be taken twice.
 */
export function pendingOperations(
  base: Tree, local: ReadonlyMap<string, LocalEntry>, removed: ReadonlySet<string>,
  isIgnored: (path: string, kind: 'file' | 'directory') => boolean = () => false,
): Operation[] {
  const removes: Operation[] = [];
  const moves: Operation[] = [];
  const directories: Operation[] = [];
  const puts: Operation[] = [];
  for (const id of removed) {
    if (base.has(id) && !local.has(id)) removes.push({ op: 'remove', id });
  }
  for (const [id, { kind, path, mode, hash, size }] of local) {
    const before = base.get(id);
    if (before === undefined) {
      if (isIgnored(path, kind)) continue;
      if (kind === 'directory') directories.push({ op: 'directory', id, path, mode });
      else puts.push({ op: 'put', id, path, mode, hash, size });
      continue;
    }
    if (before.path !== path) moves.push({ op: 'move', id, path });
    if (contentKey(before) !== contentKey({ mode, hash })) {
      if (!isIgnored(path, kind)) puts.push({ op: 'put', id, path, mode, hash, size });
    } else if (before.mode !== mode) moves.push({ op: 'mode', id, mode });
  }
  return [...removes, ...moves, ...directories, ...puts];
}
