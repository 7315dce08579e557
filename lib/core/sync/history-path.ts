import { baseName, isWithin } from '../fs/path.ts';
import type { Change, HistoryEntry } from './history.ts';

/**
 * The commits that touched a path, newest first: a file is followed under its older names by its id, and a new file
 * that took the name is followed too; a directory means everything below it.
 */
export async function* commitsOf(entries: AsyncIterable<HistoryEntry>, path: string): AsyncGenerator<HistoryEntry> {
  const followed = new Set<string>();
  for await (const entry of entries) {
    const changes = entry.changes.filter(({ id, before, after }) => {
      const isHere = [before, after].some((state) => state !== undefined && isWithin(path, state.path));
      if (isHere) followed.add(id);
      return isHere || followed.has(id);
    });
    if (changes.length > 0) yield { ...entry, changes };
  }
}

export type Mark = 'A' | 'M' | 'D' | 'R';

/** What happened to one file, as `git log --name-status` would mark it; undefined for nothing. */
export function markOf({ before, after }: Pick<Change, 'before' | 'after'>): Mark | undefined {
  if (before === undefined) return after === undefined ? undefined : 'A';
  if (after === undefined) return 'D';
  if (before.path !== after.path) return 'R';
  return before.hash !== after.hash || before.mode !== after.mode ? 'M' : undefined;
}

/** Paths that were: the older name first where there are two. */
export function pathsOf({ before, after }: Pick<Change, 'before' | 'after'>): string[] {
  const paths = [before?.path, after?.path].filter((path) => path !== undefined);
  return paths[0] === paths[1] ? paths.slice(0, 1) : paths;
}

/** Changes by the path they end at. */
export function sortChanges(changes: readonly Change[]): Change[] {
  const key = ({ before, after }: Change): string => after?.path ?? before?.path ?? '';
  return [...changes].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : baseName(key(a)) < baseName(key(b)) ? -1 : 0));
}

/** What leads from one tree to another; what is the same in both is left out. */
export function changesBetween(from: ReadonlyMap<string, Change['before'] & {}>, to: ReadonlyMap<string, Change['before'] & {}>): Change[] {
  const changes: Change[] = [];
  for (const id of new Set([...from.keys(), ...to.keys()])) {
    const change = { id, before: from.get(id), after: to.get(id) };
    if (markOf(change) !== undefined) changes.push(change);
  }
  return sortChanges(changes);
}
