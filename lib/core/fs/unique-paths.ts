import { conflictName } from './conflict-name.ts';
import { isLinkMode } from './link-mode.ts';

/**
 * Makes a tree of entries one that a file system can show: one entry at a path, and nothing under a file.
 * Pure, and the same answer wherever it runs, so that two tabs or devices that settle at once agree.
 *
 * Directories yield nothing and need nothing: equal ones melt into one, and one beats a file. Files of equal
 * content melt too, and equal links; a link is never the same as a file that holds its target. Of different files the preferred one keeps the name; the other gets a conflict name.
 */
export interface PlacedEntry {
  id: string;
  kind: 'file' | 'directory';
  path: string;
  mode: number;
  hash: string;
}

export interface PathChanges {
  /** New path by id. */
  moved: Map<string, string>;
  /** Entries that are the same as another one and can go; the value is the id that stays. */
  merged: Map<string, string>;
}

/**
 * @param options.isPreferred who keeps a contested name (the side that others have seen already).
 * @param options.device names the side whose file has to move, in the conflict name.
 */
export function uniquePaths(
  entries: Iterable<PlacedEntry>,
  options: { isPreferred: (entry: PlacedEntry) => boolean; device: string },
): PathChanges {
  const { isPreferred, device } = options;
  const moved = new Map<string, string>();
  const merged = new Map<string, string>();
  const byPath = new Map<string, PlacedEntry[]>();
  /** Every path that has something below it. */
  const inner = new Set<string>();
  for (const entry of entries) {
    const rivals = byPath.get(entry.path);
    if (rivals === undefined) byPath.set(entry.path, [entry]);
    else rivals.push(entry);
    for (let cut = entry.path.lastIndexOf('/'); cut > 0; cut = entry.path.lastIndexOf('/', cut - 1)) {
      const above = entry.path.slice(0, cut);
      if (inner.has(above)) break;
      inner.add(above);
    }
  }
  const taken = new Map<string, PlacedEntry>();
  const losers: PlacedEntry[] = [];
  for (const [path, rivals] of byPath) {
    const files = rivals.filter((entry) => entry.kind === 'file').sort(byPreference);
    const directories = rivals.filter((entry) => entry.kind === 'directory').sort(byPreference);
    const [keeper, ...others] = directories;
    if (keeper !== undefined) {
      taken.set(path, keeper);
      for (const other of others) merged.set(other.id, keeper.id);
      losers.push(...files);
    } else if (inner.has(path)) {
      losers.push(...files);
    } else {
      const [first, ...rest] = files;
      if (first === undefined) continue;
      taken.set(path, first);
      for (const other of rest) {
        if (isSame(other, first)) merged.set(other.id, first.id);
        else losers.push(other);
      }
    }
  }
  for (const loser of losers.sort((a, b) => (a.path + a.id < b.path + b.id ? -1 : 1))) {
    const place = conflictName(loser.path, device, loser.hash, (path) => {
      const there = taken.get(path);
      if (there === undefined) return inner.has(path) ? 'taken' : 'free';
      return there.kind === 'file' && isSame(there, loser) ? 'same' : 'taken';
    });
    const there = taken.get(place);
    if (there !== undefined) merged.set(loser.id, there.id);
    else {
      moved.set(loser.id, place);
      taken.set(place, loser);
    }
  }
  return { moved, merged };

  function byPreference(a: PlacedEntry, b: PlacedEntry): number {
    const preferred = Number(isPreferred(b)) - Number(isPreferred(a));
    return preferred !== 0 ? preferred : a.id < b.id ? -1 : 1;
  }
}

function isSame(a: PlacedEntry, b: PlacedEntry): boolean {
  return a.hash === b.hash && isLinkMode(a.mode) === isLinkMode(b.mode);
}
