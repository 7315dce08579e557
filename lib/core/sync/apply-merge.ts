import { FsError } from '../fs/files.ts';
import type { Origin } from '../fs/file-version.ts';
import type { Replica } from '../fs/stored-files.ts';
import * as limits from '../limits.ts';
import type { Base } from './base.ts';
import type { AutomaticMerge } from './commit.ts';
import { RoundEnd, stop } from './exchange.ts';
import { fetchContents, type Shelf } from './fetch-contents.ts';
import { readIgnoreRules } from './ignore-rules.ts';
import { lackingIds, leaveOut } from './lacking.ts';
import { mergeText } from './merge-text.ts';
import { contestedIds, mergeTrees, type MergeInput, type Step } from './merge-trees.ts';
import { outlivedFiles } from './outlived-files.ts';
import type { Answer, Effect, RoundContext } from './round-context.ts';
import { hashOf } from './sha256.ts';
import type { TreeEntry } from './tree.ts';

/**
 * Brings the local files to what local, remote and base together say; ends when there is nothing left to do. Files
 * are applied one by one, each in a synchronous step that first compares the version with the planned one; what has
 * changed meanwhile is planned again.
 *
 * @param stored the base as this round left it in the browser.
 */
export function* mergeAndApply(
  context: RoundContext, remote: Base, { seq: baseSeq, tree: baseTree }: Pick<Base, 'seq' | 'tree'>, shelf: Shelf, stored: Pick<Base, 'seq' | 'parent'> = remote,
): Generator<Effect, void, Answer> {
  const { replica, bases } = context;
  const base = new Map(baseTree);
  for (const [id, origin] of replica.origins()) {
    const { seq } = origin;
    // Applied by a round that did not get as far as writing its base.
    if (seq > baseSeq) base.set(id, entryAt(origin));
  }
  for (const [id, origin] of outlivedFiles(replica, { seq: baseSeq, tree: baseTree })) base.set(id, entryAt(origin));
  const contents = shelf.bytes;
  const told = new Set<string>();
  let hasMadeRoom = false;
  for (let pass = 0; pass < 20; pass++) {
    // What went to make room another tab may have removed at that moment. It saw nothing newer, so that is planned for too, before
    // the base moves on: against the new one its note would read as the removal of what has come since.
    if (hasMadeRoom) replica.lookAgain();
    const local = replica.entries();
    const removed = replica.removed();
    const input = { base, local, removed, remote: remote.tree, device: context.device };
    const isMissing = (entry: TreeEntry | undefined): entry is TreeEntry => entry !== undefined && !contents.has(entry.hash);
    yield* fetchContents(context, remote, contestedIds(input).flatMap((id) => [base.get(id), remote.tree.get(id)]).filter(isMissing), shelf);

    const rules = readIgnoreRules(replica, remote.tree, context.page.rules);
    const merges = new Map<string, AutomaticMerge>();
    const mergeContent: MergeInput['mergeContent'] = (id, b, l, r) => {
      const [from, to] = [b && contents.get(b.hash), contents.get(r.hash)];
      const ours = local.get(id)?.tag === l.tag ? replica.content(id) : undefined;
      if (!from || !to || !ours || hashOf(ours) !== l.hash) return undefined;
      // What it was before would go into the log, and this file is not to leave the browser.
      if (rules.isIgnored(l.path, 'file')) return undefined;
      const merged = mergeText(from, ours, to);
      if (merged === undefined || merged.length > limits.fileMaxBytes) return undefined;
      const merge = { id, path: l.path, local: l.hash, theirs: r.hash };
      if (hashOf(merged) === l.hash) return merged;
      // Without room for what it was before, both versions become files.
      if (!bases.keep(merge, ours)) return undefined;
      merges.set(id, merge);
      return merged;
    };
    const merge = mergeTrees({ ...input, mergeContent });
    const lacking = lackingIds(context.page, local);
    const steps = merge.steps.filter((step) => step.step !== 'put' || local.has(step.id) || removed.has(step.id) || !lacking.has(step.id));
    if (steps.length === 0) return;
    const needed = steps.flatMap((step) => {
      const entry = step.step === 'put' && step.kind === 'file' && typeof step.content === 'string' ? remote.tree.get(step.id) : undefined;
      return isMissing(entry) ? [entry] : [];
    });
    yield* fetchContents(context, remote, needed, shelf);
    if (needed.some(isMissing)) {
      // A commit that does not hold what the tree says, be it by a snapshot that lied: not once more in this page.
      context.page.distrustsSnapshots = true;
      throw stop('damaged');
    }
    let isDone = true;
    const left = new Set<string>();
    for (const [index, step] of steps.entries()) {
      if (index % 16 === 0) {
        context.progress?.({ what: 'pulling', done: index, total: steps.length });
        yield { kind: 'breathe' };
        // Without locks another tab may have exchanged more than this round knows of, and what was removed since would come back.
        const { seq, parent } = bases.load();
        if (seq !== stored.seq || parent !== stored.parent) throw new RoundEnd({ result: 'unavailable', retryAfterSeconds: 1, message: 'Another tab is syncing; trying again.' });
      }
      const merged = step.step === 'put' && step.content instanceof Uint8Array ? merges.get(step.id) : undefined;
      let isApplied = false;
      try {
        isApplied = applyStep(replica, step, contents, context.now(), originOf(remote, step.id));
      } catch (error) {
        if (error instanceof FsError && merged !== undefined) bases.dropKept(merged);
        if (!(error instanceof FsError) || error.code !== 'ENOSPC' || step.step !== 'put') throw error;
        const there = local.get(step.id);
        if (there === undefined) {
          // Removed here and edited there: the edit wins, also where there is no room for it.
          replica.forgetRemoval(step.id);
          left.add(step.id);
          continue;
        }
        // What was exchanged is in the log: without it there may be room for what follows it, and else it is fetched another time.
        const known = base.get(step.id);
        if (known?.hash !== there.hash || known.path !== there.path || known.mode !== there.mode) throw error;
        replica.drop(step.id, there.tag, false);
        hasMadeRoom = true;
      }
      if (!isApplied) {
        isDone = false;
        continue;
      }
      if (step.step === 'copy') continue;
      // From here on this file's local version comes from the remote one: later edits are edits of that.
      const entry = remote.tree.get(step.id);
      if (entry === undefined) base.delete(step.id);
      else base.set(step.id, entry);
    }
    for (const sentence of merge.notices) {
      if (!told.has(sentence)) context.notice(sentence);
      told.add(sentence);
    }
    if (left.size > 0) leaveOut(context, remote.tree, left);
    if (isDone) return;
  }
  // Somebody writes faster than we apply: another round will do.
  throw new RoundEnd({ result: 'unavailable', retryAfterSeconds: 1, message: 'Files are changing; trying again.' });
}

function entryAt({ at, path, mode, hash }: Origin): TreeEntry {
  return { kind: hash === '' ? 'directory' : 'file', path, mode, hash, size: 0, at };
}

function originOf({ seq, tree }: Base, id: string): Origin | null {
  const entry = tree.get(id);
  return entry === undefined ? null : { seq, at: entry.at, path: entry.path, mode: entry.mode, hash: entry.hash };
}

/** One guarded step; false when the file is no longer what was planned for. */
export function applyStep(replica: Replica, step: Step, contents: ReadonlyMap<string, Uint8Array>, mtimeMs: number, origin: Origin | null): boolean {
  switch (step.step) {
    case 'copy': {
      const content = replica.content(step.from);
      if (content === undefined || replica.entries().get(step.from)?.tag !== step.expect) return false;
      const { id, path, mode } = step;
      return replica.put({ id, kind: 'file', path, mode, mtimeMs }, content, undefined, null);
    }
    case 'put': {
      const { id, kind, path, mode } = step;
      const content = kind === 'directory' ? undefined : typeof step.content === 'string' ? contents.get(step.content) : step.content;
      if (kind === 'file' && typeof step.content === 'string' && content === undefined) return false;
      return replica.put({ id, kind, path, mode, mtimeMs }, content, step.expect, origin);
    }
    case 'drop':
      return replica.drop(step.id, step.expect, step.note);
    case 'melt': {
      const twin = replica.entries().get(step.into);
      const content = twin?.kind === 'file' ? replica.content(twin.id) : undefined;
      if (twin === undefined || (twin.kind === 'file' && content === undefined)) return false;
      // There for a moment, so that there is something whose removal can be noted.
      if (!replica.put({ ...twin, id: step.id }, content, undefined, origin)) return false;
      return replica.drop(step.id, replica.entries().get(step.id)?.tag ?? '', true);
    }
  }
}
