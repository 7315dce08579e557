import { FsError } from './files.ts';
import {
  contentOf, formatVersion, isKeyPart, packContent, packedContent, parseVersion,
  type FileVersion, type Origin, type VersionHeader,
} from './file-version.ts';
import { StorageFull, type ReservedStore } from './key-value-store.ts';
import { isLinkMode } from './link-mode.ts';
import { noRoomFor } from './no-room.ts';
import { createPathTree, type PathTree } from './path-tree.ts';

/**
 * Files as versions in a key-value store that several tabs share without locks.
 *
 *   selkie1:<owner>:f:<file id>:<lamport>.<tab>   header and content of one version
 *
 * A change writes its own new key, reads it back, and only then removes the keys it follows. So a crash
 * between any two calls leaves the old version, or both, never neither; and a tab never overwrites what
 * another tab wrote. The headers live in memory; another tab's changes arrive through `refresh`.
 * Rejected: one key a file, or one index key, rewritten in place: two tabs that read, change and write it
 * lose one of the changes, and a crash or a full disk in the middle loses both.
 */
export interface VersionStore {
  /** The newest version of each file that is there, and of each that was removed (kind `removed`). */
  readonly current: ReadonlyMap<string, FileVersion>;
  readonly tree: PathTree<FileVersion>;
  /** Ids of those that were removed. */
  removed(): ReadonlySet<string>;
  /** Another number whenever anything here has changed. */
  revision(): number;
  /** Of `current`, without what was removed. */
  liveCount(): number;
  /** Symbolic links among them. */
  linkCount(): number;
  /** Keys that could not be read; they are left alone. */
  readonly damaged: ReadonlySet<string>;
  /** Dead versions of files that were renamed over, while there is no room to note their removal. */
  replaced(): FileVersion[];
  /** Versions that neither follow one another, of files where two tabs wrote at once; for `settle`. */
  rivals(): Map<string, FileVersion[]>;
  /** Writes a new version; `content` is bytes, or the version whose content it keeps. */
  put(id: string, header: NewHeader, content: Uint8Array | FileVersion | undefined, over?: FileVersion): FileVersion;
  /**
   * Removes the file: leaves a note that it was removed, if this store keeps such notes.
   * @throws FsError ENOSPC
   */
  bury(version: FileVersion): void;
  /**
   * Takes a version's key away, without a note.
   * @throws FsError ENOSPC when the note of another file, over which this one was renamed, finds no room; the version is then still there.
   */
  discard(version: FileVersion): void;
  /** Whether the store still holds what memory believes about `id`; otherwise memory is brought up to date. */
  isFresh(id: string): boolean;
  /** The content; undefined when it is damaged, and the key is then set aside. */
  content(version: FileVersion): Uint8Array | undefined;
  /** Looks at one key again, or at all; returns the paths that changed. */
  refresh(key?: string): string[];
}

export interface NewHeader {
  kind: VersionHeader['kind'];
  path: string;
  mode: number;
  mtimeMs: number;
  origin: Origin | null;
}

export interface VersionStoreOptions {
  store: ReservedStore;
  /** What every file key of this owner begins with, e.g. `selkie1:local:f:`. */
  prefix: string;
  /** This tab's own name, new at each start: no two writers may ever share one. */
  tab: string;
  /**
   * Whether a removal leaves a note. Needed where files are synced: there a file that is merely absent has
   * been lost by this browser, and is fetched again.
   */
  keepsRemovals: boolean;
}

export function openVersionStore(options: VersionStoreOptions): VersionStore {
  const { store, prefix, tab } = options;
  if (!isKeyPart(tab)) throw new Error('A tab name has 1 to 64 letters, digits, - or _.');
  /** By file id, every live version; more than one only between a write and its clean-up, or for rivals. */
  const versions = new Map<string, FileVersion[]>();
  const current = new Map<string, FileVersion>();
  const tree = createPathTree<FileVersion>();
  const damaged = new Set<string>();
  const removed = new Set<string>();
  let liveCount = 0;
  let linkCount = 0;
  const keys = new Map<string, FileVersion>();
  /** `id:tag` of versions of one file that another file's version follows (a rename over it). */
  const replaced = new Map<string, FileVersion>();

  // Only what a version names is dead. Not "an earlier one of the same tab": that one may be a rival of
  // what the tab saw when it wrote again, and still be the only copy of somebody's work.
  const isDead = (version: FileVersion, among: readonly FileVersion[]): boolean =>
    replaced.has(`${version.id}:${version.tag}`) || among.some((other) => other.follows.includes(version.tag));

  const alive = (id: string): FileVersion[] => {
    const all = versions.get(id) ?? [];
    return all.filter((version) => !isDead(version, all));
  };

  /** Chooses what is shown of a file: an edit before a removal, then the later one, the same in every tab. */
  const choose = (id: string): void => {
    const before = current.get(id);
    const all = versions.get(id);
    // Nearly always there is one version, and nothing says that it is dead.
    const only = all?.length === 1 && replaced.size === 0 ? all[0] : undefined;
    const best = only !== undefined && !only.follows.includes(only.tag) ? only : alive(id).sort(precedence)[0];
    if (best === before) return;
    if (best?.kind === 'removed') removed.add(id);
    else removed.delete(id);
    if (before !== undefined && before.kind !== 'removed') {
      tree.remove(before.path, before);
      liveCount -= 1;
      if (isLinkMode(before.mode)) linkCount -= 1;
    }
    if (best === undefined) current.delete(id);
    else {
      current.set(id, best);
      if (best.kind === 'removed') return;
      tree.add(best.path, best);
      liveCount += 1;
      if (isLinkMode(best.mode)) linkCount += 1;
    }
  };

  /** Lamport's: above every one seen, so that a tag is never used twice. */
  let clock = 0;
  let revision = 0;

  const learn = (version: FileVersion): void => {
    revision += 1;
    clock = Math.max(clock, version.lamport);
    keys.set(version.key, version);
    const all = versions.get(version.id);
    if (all === undefined) versions.set(version.id, [version]);
    else all.push(version);
    for (const tag of version.follows) {
      if (!tag.includes(':')) continue;
      replaced.set(tag, version);
      choose(tag.slice(0, tag.indexOf(':')));
    }
    choose(version.id);
  };

  const forget = (version: FileVersion): void => {
    revision += 1;
    keys.delete(version.key);
    const rest = (versions.get(version.id) ?? []).filter((other) => other !== version);
    if (rest.length === 0) versions.delete(version.id);
    else versions.set(version.id, rest);
    // What this version replaced stays replaced: its key is removed before this one ever is.
    choose(version.id);
  };

  /** Brings memory in line with one key; returns the paths touched. */
  const look = (key: string): string[] => {
    const value = store.get(key);
    const known = keys.get(key);
    if (value === undefined) {
      damaged.delete(key);
      if (known === undefined) return [];
      forget(known);
      return [known.path];
    }
    if (known !== undefined || damaged.has(key)) return [];
    const version = parseVersion(prefix, key, value);
    if (version === undefined) {
      damaged.add(key);
      return [];
    }
    learn(version);
    return [version.path];
  };

  const refresh = (key?: string): string[] => {
    if (key !== undefined) return key.startsWith(prefix) ? look(key) : [];
    const found = new Set(store.keys(prefix));
    for (const known of keys.keys()) found.add(known);
    return [...found].flatMap(look);
  };

  /** @throws FsError ENOSPC, and nothing is gone. */
  const drop = (version: FileVersion): void => {
    clearReplaced(version);
    store.remove(version.key);
    if (keys.has(version.key)) forget(version);
  };

  /** What `version` was renamed over and could not be cleared away yet goes before it: once nothing follows it, it would be there again. */
  const clearReplaced = (version: FileVersion): void => {
    for (const name of version.follows) {
      const [id = '', tag] = name.split(':');
      if (tag === undefined || versions.get(version.id)?.some((other) => other !== version && other.follows.includes(name))) continue;
      look(`${prefix}${name}`);
      const over = versions.get(id)?.find((other) => other.tag === tag);
      if (over !== undefined) clear(over);
    }
  };

  /** Takes away a version that another file's version follows. */
  const clear = (over: FileVersion): void => {
    // Gone by another tab already, which wrote or noted what there is to know, or only made room: a note of ours would remove more.
    look(over.key);
    if (!keys.has(over.key)) return;
    // Where another tab's version of it still lives, only what the person saw goes: a note of a removal would follow the other.
    if (alive(over.id).length > 0) drop(over);
    else bury(over);
  };

  const put: VersionStore['put'] = (id, header, content, over) => {
    const olds = [...(versions.get(id) ?? [])];
    const lamport = ++clock;
    let packed = '';
    let size = 0;
    let hash = '';
    if (content instanceof Uint8Array) ({ packed, size, hash } = packContent(content));
    else if (content !== undefined && content.kind === 'file') {
      const value = store.get(content.key);
      if (value === undefined) throw new FsError('EIO', header.path);
      ({ size, hash } = content);
      packed = packedContent(value);
    }
    const livingOlds = new Set(alive(id));
    const full: VersionHeader = {
      ...header, size, hash,
      follows: [
        // A rival is not followed silently: `settle` first saves what it says.
        ...olds.filter((old) => old === current.get(id) || !livingOlds.has(old)).map((old) => old.tag),
        ...(over === undefined ? [] : [`${over.id}:${over.tag}`]),
        // What was renamed over and could not be cleared away yet stays dead.
        ...olds.flatMap((old) => old.follows).filter((name) => name.includes(':') && store.get(`${prefix}${name}`) !== undefined),
      ],
    };
    const key = `${prefix}${id}:${lamport}.${tab}`;
    const value = formatVersion(full, packed);
    const version = parseVersion(prefix, key, value);
    if (version === undefined) throw new FsError('EINVAL', header.path);
    try {
      if (header.kind === 'removed') store.setUrgent(key, value);
      else store.set(key, value);
    } catch (error) {
      if (error instanceof StorageFull) throw noRoomFor(header.path, 'units');
      throw error;
    }
    if (store.get(key) !== value) {
      store.remove(key);
      throw new FsError('EIO', header.path);
    }
    learn(version);
    for (const old of olds) if (isDead(old, versions.get(id) ?? [])) drop(old);
    if (over !== undefined) whereThereIsRoom(() => clear(over));
    return version;
  };

  const bury = (version: FileVersion): void => {
    const { id, path, mtimeMs, origin } = version;
    if (!options.keepsRemovals) drop(version);
    else put(id, { kind: 'removed', path, mode: 0, mtimeMs, origin }, undefined);
  };

  /** For a version that is dead already: without room for a note it stays dead, and the next start tries again. */
  const whereThereIsRoom = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
    }
  };

  refresh();
  // What a crash left behind is finished here: what was followed goes, what was renamed over is removed.
  for (const version of [...keys.values()]) {
    const all = versions.get(version.id) ?? [];
    if (!isDead(version, all)) continue;
    whereThereIsRoom(() => (all.length === 1 ? bury(version) : drop(version)));
  }

  return {
    current,
    tree,
    damaged,
    removed: () => removed,
    revision: () => revision,
    liveCount: () => liveCount,
    linkCount: () => linkCount,

    replaced() {
      const found: FileVersion[] = [];
      for (const [id, all] of versions) if (!current.has(id)) found.push(...all);
      return found;
    },

    rivals() {
      const found = new Map<string, FileVersion[]>();
      for (const [id, all] of versions) {
        if (all.length < 2) continue;
        const living = alive(id).sort(precedence);
        if (living.length > 1) found.set(id, living);
      }
      return found;
    },

    put,
    bury,
    discard: drop,

    isFresh(id) {
      // Only the one that is shown: others are cleared away by another tab, and to look around then would take in, unseen,
      // what it wrote besides.
      const shown = current.get(id);
      if (shown === undefined || store.get(shown.key) !== undefined) return true;
      refresh();
      return false;
    },

    content(version) {
      const value = store.get(version.key);
      const bytes = value === undefined ? undefined : contentOf(version, value);
      if (bytes === undefined && value !== undefined) {
        forget(version);
        damaged.add(version.key);
      }
      return bytes;
    },

    refresh,
  };
}

function precedence(a: FileVersion, b: FileVersion): number {
  if ((a.kind === 'removed') !== (b.kind === 'removed')) return a.kind === 'removed' ? 1 : -1;
  if (a.lamport !== b.lamport) return b.lamport - a.lamport;
  return a.tab < b.tab ? 1 : -1;
}
