import type { LocalEntry } from '../fs/stored-files.ts';
import { uniquePaths } from '../fs/unique-paths.ts';
import { baseName } from '../fs/path.ts';
import { HOME } from '../fs/places.ts';
import { isLinkMode } from '../fs/link-mode.ts';
import { hashOf } from './sha256.ts';
import { contentKey, type Tree, type TreeEntry } from './tree.ts';

/**
 * Decides what a pull does to the local files. Pure: three trees in, a list of guarded steps out; nothing here
 * writes, waits or looks at a clock. Path, mode, content and existence are compared separately per file id.
 *
 *   one side changed it            take that side
 *   both changed the content       merge by line, else the remote keeps the name and the local is kept as a copy
 *   a link on either side          is its target: one thing, never merged by line
 *   removed here, edited there     the edit wins; and the other way round
 *   absent here without a note     this browser lost it: it is fetched again, never removed there
 *   two files of one name          equal ones melt, else the local one gets a conflict name
 */
export type Step =
  /** Saves the local content of `from` under a new id; comes before the step that replaces `from`. */
  | { step: 'copy'; from: string; expect: string; id: string; path: string; mode: number }
  /** `content`: a hash to fetch, merged bytes, or undefined to keep what is there. */
  | { step: 'put'; id: string; kind: 'file' | 'directory'; path: string; mode: number; content: string | Uint8Array | undefined; expect: string | undefined }
  /** `note`: the removal has to be committed. */
  | { step: 'drop'; id: string; expect: string; note: boolean }
  /** The log has the same file or directory twice; this one was never here, and its removal has to be committed. */
  | { step: 'melt'; id: string; into: string };

export interface MergeInput {
  base: Tree;
  local: ReadonlyMap<string, LocalEntry>;
  removed: ReadonlySet<string>;
  remote: Tree;
  device: string;
  /** Merged bytes, or undefined when they cannot be merged. */
  mergeContent(id: string, base: TreeEntry | undefined, local: LocalEntry, remote: TreeEntry): Uint8Array | undefined;
}

interface Planned {
  id: string;
  kind: 'file' | 'directory';
  path: string;
  mode: number;
  hash: string;
  content: string | Uint8Array | undefined;
}

/** Files whose content both sides changed: their three contents are needed before `mergeTrees`. */
export function contestedIds({ base, local, remote }: Pick<MergeInput, 'base' | 'local' | 'remote'>): string[] {
  const ids: string[] = [];
  for (const [id, l] of local) {
    const r = remote.get(id);
    if (r === undefined || r.hash === l.hash || l.kind !== 'file' || r.kind !== 'file') continue;
    const b = base.get(id);
    if ([b, l, r].some((side) => side !== undefined && isLinkMode(side.mode))) continue;
    if (b?.hash !== l.hash && b?.hash !== r.hash) ids.push(id);
  }
  return ids;
}

export function mergeTrees(input: MergeInput): { steps: Step[]; notices: string[] } {
  const { base, local, removed, remote, device } = input;
  const target = new Map<string, Planned>();
  const copies: { from: LocalEntry; id: string }[] = [];
  const notices: string[] = [];

  for (const id of new Set([...local.keys(), ...remote.keys()])) {
    const [b, l, r] = [base.get(id), local.get(id), remote.get(id)];
    if (l === undefined) {
      if (r === undefined) continue;
      const isRemovedHere = removed.has(id) && b !== undefined;
      if (isRemovedHere && contentKey(b) === contentKey(r)) continue;
      if (isRemovedHere) notices.push(`${r.path} was removed here and changed on another device; it is back.`);
      target.set(id, { id, kind: r.kind, path: r.path, mode: r.mode, hash: r.hash, content: r.hash });
    } else if (r === undefined) {
      if (b !== undefined && contentKey(b) === contentKey(l)) continue;
      if (b !== undefined) notices.push(`${l.path} was removed on another device and changed here; it stays.`);
      target.set(id, { ...l, content: undefined });
    } else {
      const path = pick(b?.path, l.path, r.path);
      const [before, here, there] = [b && contentKey(b), contentKey(l), contentKey(r)];
      // Of two files the permissions go by themselves; a link brings its mode along with its target.
      const isLink = isLinkMode(l.mode) || isLinkMode(r.mode);
      const side = here === there || before === there ? l : r;
      const planned = { id, kind: r.kind, path, mode: isLink ? side.mode : pick(b?.mode, l.mode, r.mode) };
      if (side === l) {
        target.set(id, { ...planned, hash: l.hash, content: undefined });
      } else if (before === here) {
        target.set(id, { ...planned, hash: r.hash, content: r.hash });
      } else {
        const merged = isLink || (b !== undefined && isLinkMode(b.mode)) ? undefined : input.mergeContent(id, b, l, r);
        if (merged !== undefined) {
          target.set(id, { ...planned, hash: hashOf(merged), content: merged });
        } else {
          target.set(id, { ...planned, hash: r.hash, content: r.hash });
          copies.push({ from: l, id: copyIdOf(l, local) });
        }
      }
    }
  }
  for (const { from, id } of copies) {
    const path = target.get(from.id)?.path ?? from.path;
    target.set(id, { id, kind: 'file', path, mode: from.mode, hash: from.hash, content: undefined });
  }

  const isPreferred = ({ id, path }: { id: string; path: string }): boolean => remote.get(id)?.path === path;
  const { moved, merged } = uniquePaths(target.values(), { isPreferred, device });
  for (const [id, path] of moved) {
    const planned = target.get(id);
    if (planned === undefined) continue;
    notices.push(`${planned.path} was changed on two devices; one version is now ${baseName(path)} (\`sync diff --conflict ${quoted(path.slice(HOME.length + 1))}\` shows both).`);
    target.set(id, { ...planned, path });
  }
  for (const id of merged.keys()) target.delete(id);

  const steps: Step[] = [];
  for (const { from, id } of copies) {
    const planned = target.get(id);
    if (planned === undefined || local.has(id)) continue;
    steps.push({ step: 'copy', from: from.id, expect: from.tag, id, path: planned.path, mode: planned.mode });
  }
  const copyIds = new Set(copies.map(({ id }) => id));
  for (const planned of target.values()) {
    const l = local.get(planned.id);
    if (l === undefined && copyIds.has(planned.id)) continue;
    const { id, kind, path, mode, hash, content } = planned;
    if (l !== undefined && l.path === path && l.mode === mode && l.hash === hash) continue;
    steps.push({ step: 'put', id, kind, path, mode, content: l?.hash === hash ? undefined : content, expect: l?.tag });
  }
  for (const l of local.values()) {
    if (target.has(l.id)) continue;
    steps.push({ step: 'drop', id: l.id, expect: l.tag, note: remote.has(l.id) });
  }
  for (const [id, into] of merged) {
    if (!local.has(id) && remote.has(id) && !removed.has(id)) steps.push({ step: 'melt', id, into });
  }
  return { steps, notices };
}

/** The changed side; when both changed it differently, the remote, which others have seen. */
function pick<T>(base: T | undefined, local: T, remote: T): T {
  return base === remote ? local : remote;
}

/** The same copy from the same content, so that doing it again after a crash makes no second one. */
function copyIdOf(from: LocalEntry, local: ReadonlyMap<string, LocalEntry>): string {
  for (let round = 0; ; round++) {
    const id = hashOf(`copy ${from.id} ${contentKey(from)} ${round}`).slice(0, 16);
    const there = local.get(id);
    if (there === undefined || contentKey(there) === contentKey(from)) return id;
  }
}

/** A name as a shell would take it back. */
function quoted(name: string): string {
  return /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
