import { conflictName } from '../fs/conflict-name.ts';
import type { LocalEntry } from '../fs/stored-files.ts';
import type { AutomaticMerge } from './commit.ts';
import type { Change, HistoryEntry } from './history.ts';
import { planSteps, type FilePlan, type Wish } from './history-plan.ts';
import { wishOf } from './history-restore.ts';
import { hashOf } from './sha256.ts';
import { contentKey, type TreeEntry } from './tree.ts';

/**
 * What takes back the doing of one commit, file by file; content, name and mode each for itself. A file that has
 * changed since is left and told: going on with newer work is not ours to stop. What an undo does is a commit
 * as any other, so undoing it brings everything back.
 *
 * A text that a device merged by itself comes back as the two versions it was made from: what that device had under
 * the name, what the log had beside it as a conflict copy, which is what would lie there had it not been merged.
 */
export interface UndoPlan extends FilePlan {
  skipped: { path: string; why: 'changed' | 'removed' | 'back' | 'gone' }[];
}

/** @param options.deviceOf the device that wrote a commit, for the name of the copy; undefined when that is not known. */
export function planUndo({ local, entry, device, deviceOf }: {
  local: ReadonlyMap<string, LocalEntry>;
  entry: HistoryEntry;
  device: string;
  deviceOf: (seq: number) => string | undefined;
}): UndoPlan {
  const skipped: UndoPlan['skipped'] = [];
  const wishes = new Map<string, Wish | undefined>();
  const merges = new Map(entry.merges.map((merge) => [merge.id, merge]));
  for (const { id, before, after } of entry.changes) {
    const there = local.get(id);
    if (after === undefined) {
      if (before === undefined) continue;
      if (there === undefined) wishes.set(id, wishOf(before));
      else skipped.push({ path: there.path, why: 'back' });
    } else if (there === undefined) {
      skipped.push({ path: after.path, why: before === undefined ? 'gone' : 'removed' });
    } else if (!hasContentOf(there, after) && !(before !== undefined && hasContentOf(before, after))) {
      skipped.push({ path: there.path, why: 'changed' });
    } else if (before === undefined) {
      wishes.set(id, undefined);
    } else {
      const merge = merges.get(id);
      const wish = takenBack(there, before, after);
      if (merge === undefined || hasContentOf(before, after)) {
        wishes.set(id, wish);
        continue;
      }
      wishes.set(id, { ...wish, hash: merge.local, at: entry.seq });
      const copy = copyOf(merge, before, wish.path, local, deviceOf(before.at) ?? device);
      if (copy !== undefined) wishes.set(copy.id, copy.wish);
    }
  }
  return { ...planSteps({ local, wishes, prefer: 'present', device }), skipped };
}

/** Whether a commit did anything that a person could take back. */
export function hasChanges({ changes }: { changes: readonly Change[] }): boolean {
  return changes.some(({ before, after }) => before !== undefined || after !== undefined);
}

type Content = Pick<TreeEntry, 'kind' | 'hash' | 'mode'>;

/** A link's target and a file's text are never the same content. */
function hasContentOf(one: Content, other: Content): boolean {
  return one.kind === other.kind && contentKey(one) === contentKey(other);
}

/** Each of the three where it still is what the commit left. */
function takenBack(there: LocalEntry, before: TreeEntry, after: TreeEntry): Wish {
  const content = hasContentOf(before, after) ? there : before;
  // A link brings its mode along with its target.
  const isOtherType = hasContentOf(before, { ...after, hash: before.hash }) === false;
  return {
    kind: there.kind,
    path: there.path === after.path ? before.path : there.path,
    mode: isOtherType || there.mode === after.mode ? before.mode : there.mode,
    hash: content.hash,
    at: before.at,
  };
}

/** The version of the log, beside what the merging device had. */
function copyOf(
  merge: AutomaticMerge, before: TreeEntry, path: string, local: ReadonlyMap<string, LocalEntry>, device: string,
): { id: string; wish: Wish } | undefined {
  if (before.hash !== merge.theirs || merge.theirs === merge.local) return undefined;
  const byPath = new Map([...local.values()].map((entry) => [entry.path, entry]));
  const name = conflictName(path, device, merge.theirs, (candidate) => {
    const occupant = byPath.get(candidate);
    return occupant === undefined ? 'free' : occupant.hash === merge.theirs ? 'same' : 'taken';
  });
  if (byPath.get(name) !== undefined) return undefined;
  for (let round = 0; ; round++) {
    const id = hashOf(`unmerged ${merge.id} ${merge.theirs} ${round}`).slice(0, 16);
    if (!local.has(id)) return { id, wish: { kind: 'file', path: name, mode: before.mode, hash: merge.theirs, at: before.at } };
  }
}
