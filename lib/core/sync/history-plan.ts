import { editedOrigin } from '../fs/file-version.ts';
import { baseName } from '../fs/path.ts';
import type { LocalEntry, Replica } from '../fs/stored-files.ts';
import { uniquePaths } from '../fs/unique-paths.ts';

/**
 * From what some files should be to guarded steps. Pure; restore and undo both say what they wish and come here, so
 * that there is one place that keeps names apart and one that writes.
 */
export interface Wish {
  kind: 'file' | 'directory';
  path: string;
  mode: number;
  /** Of the content; empty for a directory. */
  hash: string;
  /** Seq of the commit that holds the content. */
  at: number;
}

export type FileStep =
  /** `content`: undefined keeps what is there. `expect`: the version that was planned for; undefined: none. */
  | { step: 'put'; id: string; kind: 'file' | 'directory'; path: string; mode: number; content: { hash: string; at: number } | undefined; expect: string | undefined; from: string | undefined }
  | { step: 'drop'; id: string; path: string; expect: string };

export interface FilePlan {
  steps: FileStep[];
  /** What a person has to be told about names. */
  notices: string[];
}

/**
 * @param options.wishes by file id; undefined: it should be gone.
 * @param options.prefer who keeps a name that both want.
 * @param options.device for the name of the other one.
 */
export function planSteps({ local, wishes, prefer, device }: {
  local: ReadonlyMap<string, LocalEntry>;
  wishes: ReadonlyMap<string, Wish | undefined>;
  prefer: 'wishes' | 'present';
  device: string;
}): FilePlan {
  const target = new Map<string, Wish>();
  for (const [id, wish] of wishes) if (wish !== undefined) target.set(id, wish);
  const untouched = [...local.values()].filter(({ id }) => !wishes.has(id));
  const { moved, merged } = uniquePaths(
    [...untouched, ...[...target].map(([id, wish]) => ({ id, ...wish }))],
    { isPreferred: ({ id }) => wishes.has(id) === (prefer === 'wishes'), device },
  );
  const notices: string[] = [];
  for (const [id, path] of moved) {
    const there = target.get(id) ?? local.get(id);
    if (there === undefined) continue;
    notices.push(`${there.path} is the name of another file too; one of them is now ${baseName(path)}.`);
    target.set(id, { kind: there.kind, path, mode: there.mode, hash: there.hash, at: target.get(id)?.at ?? 0 });
  }
  const gone = new Set<string>();
  for (const [id, keeper] of merged) if (wishes.has(id) || wishes.has(keeper)) gone.add(id);

  const steps: FileStep[] = [];
  for (const [id, { kind, path, mode, hash, at }] of target) {
    const l = local.get(id);
    if (gone.has(id) || (l !== undefined && l.path === path && l.mode === mode && l.hash === hash)) continue;
    const content = kind === 'directory' || l?.hash === hash ? undefined : { hash, at };
    steps.push({ step: 'put', id, kind, path, mode, content, expect: l?.tag, from: l?.path });
  }
  for (const [id, { path, tag }] of local) {
    if (gone.has(id) || (wishes.has(id) && !target.has(id))) steps.push({ step: 'drop', id, path, expect: tag });
  }
  return { steps, notices };
}

/** What `steps` need that is not here. */
export function contentsNeeded(steps: readonly FileStep[]): { hash: string; at: number }[] {
  return steps.flatMap((step) => (step.step === 'put' && step.content !== undefined ? [step.content] : []));
}

/**
 * Does the steps in one go, without a pause in which a tab or a pull could come between; each only if the file is
 * still the one that was planned for. What is removed has its note, so that the removal reaches the log.
 * @returns the steps that were done, and the paths of files that had changed meanwhile and were left.
 * @throws FsError ENOSPC; what was done until then is whole.
 */
export function applySteps(
  replica: Replica, steps: readonly FileStep[], contents: ReadonlyMap<string, Uint8Array>, nowMs: number,
): { done: FileStep[]; left: string[] } {
  const done: FileStep[] = [];
  const left: string[] = [];
  const origins = replica.origins();
  for (const step of steps) {
    if (step.step === 'drop') {
      if (replica.drop(step.id, step.expect, true)) done.push(step);
      else left.push(step.path);
      continue;
    }
    const { id, kind, path, mode, expect } = step;
    const content = step.content === undefined ? undefined : contents.get(step.content.hash);
    const isReady = step.content === undefined || content !== undefined;
    const isDone = isReady && replica.put({ id, kind, path, mode, mtimeMs: nowMs }, content, expect, editedOrigin(origins.get(id)));
    if (isDone) done.push(step);
    else left.push(path);
  }
  return { done, left };
}
