import { isWithin } from '../fs/path.ts';
import { HOME } from '../fs/places.ts';
import type { LocalEntry } from '../fs/stored-files.ts';
import { planSteps, type FilePlan, type Wish } from './history-plan.ts';
import { hashOf } from './sha256.ts';
import { contentKey, type Tree, type TreeEntry } from './tree.ts';

/**
 * What makes a path, or everything, as it was at a commit. A version that is not in the log is never replaced or
 * removed: such a file stays, and gives way by a conflict name when its name is needed.
 *
 *   the same file, still below the path     gets back its name, mode and content
 *   the same file, moved out of the path    stays where it is; what it was comes back beside it as a new file
 *   another file at that name               keeps its identity and gets the old content
 *   a file that was not there then          is removed (it is in the log; `sync undo` brings it back)
 */
export interface RestorePlan extends FilePlan {
  /** Paths with work that is not in the log; left as they are. */
  kept: string[];
}

export type RestoreRefusal = 'nothing-then' | { inTheWay: string };

/**
 * @param options.logged the tree that the log has now.
 * @param options.scope a file or directory; `HOME` means everything.
 */
export function planRestore({ local, logged, target, scope, device }: {
  local: ReadonlyMap<string, LocalEntry>;
  logged: Tree;
  target: Tree;
  scope: string;
  device: string;
}): RestorePlan | RestoreRefusal {
  const wanted = [...target].filter(([, entry]) => isWithin(scope, entry.path));
  if (wanted.length === 0 && scope !== HOME) return 'nothing-then';
  const above = [...local.values()].find(({ kind, path }) => kind === 'file' && path !== scope && isWithin(path, scope));
  if (above !== undefined) return { inTheWay: above.path };

  const inScope = [...local.values()].filter(({ path }) => isWithin(scope, path));
  const claimed = new Map<string, TreeEntry>();
  const rest: [string, TreeEntry][] = [];
  for (const [id, entry] of wanted) {
    const there = local.get(id);
    if (there !== undefined && there.kind === entry.kind && isWithin(scope, there.path)) claimed.set(id, entry);
    else rest.push([id, entry]);
  }
  const byPath = new Map(inScope.filter(({ id }) => !claimed.has(id)).map((entry) => [entry.path, entry]));
  const kept: string[] = [];
  const wishes = new Map<string, Wish | undefined>();
  for (const [id, entry] of rest) {
    const there = byPath.get(entry.path);
    if (there !== undefined && there.kind === entry.kind && isLogged(there, logged)) claimed.set(there.id, entry);
    else wishes.set(freeId(id, entry, local), wishOf(entry));
  }
  for (const there of inScope) {
    const entry = claimed.get(there.id);
    if (entry !== undefined && isSame(there, entry)) continue;
    if (!isLogged(there, logged)) {
      kept.push(there.path);
      continue;
    }
    // What was not there then is removed only where a directory, or everything, is restored.
    wishes.set(there.id, entry === undefined ? undefined : wishOf(entry));
  }
  return { ...planSteps({ local, wishes, prefer: 'wishes', device }), kept: kept.sort() };
}

/** Whether this very version is in the log. */
export function isLogged(there: LocalEntry, logged: Tree): boolean {
  const entry = logged.get(there.id);
  return entry !== undefined && entry.kind === there.kind && contentKey(entry) === contentKey(there);
}

function isSame(there: LocalEntry, entry: TreeEntry): boolean {
  return there.kind === entry.kind && there.path === entry.path && there.mode === entry.mode && there.hash === entry.hash;
}

export function wishOf({ kind, path, mode, hash, at }: TreeEntry): Wish {
  return { kind, path, mode, hash, at };
}

/** The file's own id when it is free, so that its history goes on; else one that a second run makes again. */
function freeId(id: string, entry: TreeEntry, local: ReadonlyMap<string, LocalEntry>): string {
  for (let round = 0, free = id; ; round++) {
    const there = local.get(free);
    if (there === undefined) return free;
    free = hashOf(`restored ${id} ${entry.hash} ${entry.path} ${round}`).slice(0, 16);
  }
}
