import { hashOf } from '../sync/sha256.ts';
import { FsError } from './files.ts';
import type { LocalEntry, StoredFiles } from './stored-files.ts';
import { uniquePaths } from './unique-paths.ts';

/**
 * Moves files from one owner to another at sign-in, one by one: written there, read back, then removed here. What is
 * there already in equal content is not doubled; a different file of the same name gets a conflict name.
 * Each file gets the same new id whenever and wherever this runs, so that a crash or a second tab that does the
 * same makes no second copy.
 *
 * @returns how many files were moved, and how many had to stay because the storage is full or their content damaged.
 */
export function adoptFiles(from: StoredFiles, to: StoredFiles, device: string): { moved: number; stayed: number } {
  const sources = [...from.replica.entries().values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const newIds = new Map(sources.map((entry) => [entry.id, hashOf(`adopted ${entry.id}`).slice(0, 16)]));
  const there = to.replica.entries();
  const known = new Set([...there.keys(), ...to.replica.removed()]);
  const arriving: LocalEntry[] = [];
  for (const entry of sources) {
    const id = newIds.get(entry.id) ?? '';
    if (!known.has(id)) arriving.push({ ...entry, id });
  }
  const paths = uniquePaths([...there.values(), ...arriving], { isPreferred: ({ id }) => there.has(id), device });
  let moved = 0;
  let stayed = 0;
  for (const entry of sources) {
    const id = newIds.get(entry.id) ?? '';
    try {
      if (!known.has(id) && !paths.merged.has(id)) {
        const content = entry.kind === 'file' ? from.replica.content(entry.id) : undefined;
        if (entry.kind === 'file' && content === undefined) {
          stayed++;
          continue;
        }
        to.replica.put({ ...entry, id, path: paths.moved.get(id) ?? entry.path }, content, undefined, null);
        if (entry.kind === 'file') moved++;
      }
      from.replica.drop(entry.id, entry.tag, false);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (entry.kind === 'file') stayed++;
    }
  }
  // A file of the account that stood where a directory of these has to be.
  for (const [id, path] of paths.moved) {
    const entry = there.get(id);
    if (entry !== undefined) to.replica.put({ ...entry, path }, undefined, entry.tag, to.replica.origins().get(id) ?? null);
  }
  return { moved, stayed };
}
