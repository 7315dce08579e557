import { hashOf } from '../sync/sha256.ts';
import type { FileVersion, Origin } from './file-version.ts';
import { isLinkMode } from './link-mode.ts';
import { baseName, isWithin } from './path.ts';
import type { LocalEntry, Replica } from './stored-files.ts';
import { uniquePaths } from './unique-paths.ts';
import type { VersionStore } from './version-store.ts';

/**
 * What sync sees of the version store.
 *
 * @param options.device in the names of conflict copies. @param options.changed told each path that changes.
 */
export function createReplica(
  versions: VersionStore,
  options: { device: string; changed: (path: string) => void },
): Replica {
  const { device, changed } = options;
  /** Versions never change, so each makes its entry once: a round over 10,000 files leaves no garbage behind. */
  const made = new WeakMap<FileVersion, LocalEntry>();
  const toEntry = (version: FileVersion): LocalEntry | undefined => {
    if (version.kind === 'removed') return undefined;
    let entry = made.get(version);
    if (entry === undefined) {
      const { id, kind, path, mode, mtimeMs, size, hash, tag } = version;
      made.set(version, (entry = { id, kind, path, mode, mtimeMs, size, hash, tag }));
    }
    return entry;
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
    for (const { here, children } of versions.tree.nodes()) {
      if (here.length === 0 || (here.length === 1 && (children.size === 0 || here[0]?.kind === 'directory'))) continue;
      for (const version of here) {
        const before = found.get(version.path)?.origin?.seq ?? -1;
        if ((version.origin?.seq ?? -1) >= before) found.set(version.path, version);
      }
    }
    return found;
  };

  return {
    entries,
    removed() {
      // What was renamed over first: whoever forgets these one by one then needs no note of it any more.
      const noted = new Set(versions.replaced().map(({ id }) => id));
      for (const id of versions.removed()) noted.add(id);
      return noted;
    },
    origins() {
      const found = new Map<string, Origin>();
      for (const { id, origin } of versions.replaced()) if (origin !== null) found.set(id, origin);
      for (const { id, origin } of versions.current.values()) if (origin !== null) found.set(id, origin);
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

    lookAgain() {
      for (const path of new Set(versions.refresh())) changed(path);
    },

    revision: () => versions.revision(),
    hasContestedNames: () => contested().size > 0,

    settle(seq) {
      const notices: string[] = [];
      const copies = new Set<string>();
      for (const [id, [winner, ...losers]] of versions.rivals()) {
        if (winner === undefined) continue;
        for (const loser of losers) {
          if (loser.kind === 'file' && (loser.hash !== winner.hash || winner.kind !== 'file' || isLinkMode(loser.mode) !== isLinkMode(winner.mode))) {
            // The same id from every tab that settles this, so that they make one copy and not two.
            const copyId = hashOf(`rival ${id} ${loser.tag}`).slice(0, 16);
            copies.add(copyId);
            if (!versions.current.has(copyId)) versions.put(copyId, { ...loser, kind: 'file', origin: null }, loser);
            notices.push(`Two tabs wrote ${loser.path} at the same time; both versions were kept (\`sync conflicts\` lists them).`);
          }
          versions.discard(loser);
        }
      }
      const names = contested();
      if (names.size === 0) return notices;
      const unfinished = [...names].filter(([, version]) => version.origin !== null && version.origin.seq > seq);
      const isLeft = (path: string): boolean => unfinished.some(([other]) => isWithin(path, other) || isWithin(other, path));
      const settled = [...entries().values()].filter((entry) => !isLeft(entry.path));
      const { moved, merged } = uniquePaths(settled, { isPreferred: ({ id }) => !copies.has(id), device });
      for (const [id, path] of moved) {
        const there = versions.current.get(id);
        if (there === undefined) continue;
        versions.put(id, { ...there, path }, there);
        notices.push(`Two files were named ${there.path}; one is now ${baseName(path)} (\`sync conflicts\` lists it).`);
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
