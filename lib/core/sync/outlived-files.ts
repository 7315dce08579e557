import type { Origin } from '../fs/file-version.ts';
import type { Replica } from '../fs/stored-files.ts';
import type { Base } from './base.ts';

/**
 * Files that are here as a pull brought them, and that the log had and removed between that pull and `base`; with the
 * version they are. Where browsers have no locks, two tabs may apply pulls at once, and one brings a file whose removal
 * the other has seen to already. Nobody wrote these, so they are no new files, though the log has them not.
 *
 * No absence decides here: the log had the file at `origin.seq`, and nothing but a removal takes it out again.
 */
export function outlivedFiles(replica: Replica, { seq, tree }: Pick<Base, 'seq' | 'tree'>): Map<string, Origin> {
  const found = new Map<string, Origin>();
  const unknown = [...replica.entries().values()].filter(({ id }) => !tree.has(id));
  if (unknown.length === 0) return found;
  const origins = replica.origins();
  for (const { id, path, mode, hash } of unknown) {
    const origin = origins.get(id);
    if (origin === undefined || origin.isEdited === true || origin.seq > seq) continue;
    if (origin.path === path && origin.mode === mode && origin.hash === hash) found.set(id, origin);
  }
  return found;
}
