import type { FileHistory } from '@/lib/client/file-history.ts';
import { isWithin } from '@/lib/core/fs/path.ts';
import type { CommandContext } from '@/lib/core/shell/command.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { changesBetween, sortChanges } from '@/lib/core/sync/history-path.ts';
import type { Change } from '@/lib/core/sync/history.ts';
import type { TreeEntry } from '@/lib/core/sync/tree.ts';
import { complain } from './account-tools.ts';
import { diffText, type DiffSide } from './diff-text.ts';
import { pickConflict } from './pick-conflict.ts';
import { describeChange } from './sync-log.ts';
import { parseSeq, print, resolveSynced, shortPath, withPast, type SyncVerb } from './sync-verb.ts';

export const syncDiff: SyncVerb = {
  name: 'diff',
  summary: 'What differs between two commits, or between one and now',
  usage: 'sync diff [A[..B]] [PATH] | sync diff --conflict NUMBER|FILE',
  help: 'sync diff                   what is here and not in your account yet\n'
    + 'sync diff 12                from commit 12 to now\n'
    + 'sync diff 12..15 notes.md   from one commit to another, one file or directory\n'
    + 'sync diff --conflict 1      a conflict copy, by its number in `sync conflicts` or its name, against the file that kept the name',
  async run(tools, context, args) {
    const options = parseOptions(args, { short: 'c:', long: { conflict: 'c' } });
    const copy = options.value('c');
    if (copy !== undefined) {
      if (options.operands.length > 0) throw new UsageError('name only the copy, as in: sync diff --conflict 1');
      return diffConflict(context, copy);
    }
    const operands = [...options.operands];
    const range = operands[0] === undefined ? null : /^(\d+)(?:\.\.(\d*))?$/.exec(operands[0]);
    if (range !== null) operands.shift();
    const [typed, ...more] = operands;
    if (more.length > 0) throw new UsageError('use it as in: sync diff 12..15 notes.md');
    const scope = typed === undefined ? undefined : resolveSynced(context, typed);
    const from = range === null ? undefined : parseSeq(range[1] ?? '');
    const to = range?.[2] === undefined || range[2] === '' ? undefined : parseSeq(range[2]);
    return withPast(tools, context, async (past) => {
      const older = from === undefined ? past.synced.base().tree : await past.history.treeAt(from);
      const newer = to === undefined ? localTree(past) : await past.history.treeAt(to);
      const changes = changesBetween(older, newer).filter(({ before, after }) =>
        scope === undefined || [before, after].some((state) => state !== undefined && isWithin(scope, state.path)));
      await printChanges(context, past, changes, { older: from === undefined ? 'account' : String(from), newer: to === undefined ? undefined : String(to) });
      return 0;
    });
  },
};

/** What is in this browser, as a tree; what it cannot read stays out. */
function localTree({ synced }: FileHistory): Map<string, TreeEntry> {
  const tree = new Map<string, TreeEntry>();
  for (const [id, { kind, path, mode, hash, size }] of synced.replica.entries()) tree.set(id, { kind, path, mode, hash, size, at: 0 });
  return tree;
}

/** @param names.newer undefined: what is in this browser now. */
export async function printChanges(
  context: CommandContext, past: FileHistory, changes: readonly Change[], names: { older: string; newer: string | undefined },
): Promise<void> {
  const contentOf = async (id: string, { hash, at }: TreeEntry, isHere: boolean): Promise<Uint8Array | undefined> => {
    const here = isHere ? past.synced.replica.content(id) : undefined;
    if (here !== undefined || at === 0) return here;
    for await (const [, bytes] of past.reader.contentsOf([{ hash, at }])) return bytes;
    return undefined;
  };
  const sideOf = async (id: string, state: TreeEntry | undefined, name: string, isHere: boolean): Promise<DiffSide> => ({
    label: state === undefined ? name : `${name}:${shortPath(state.path)}`,
    mode: state?.mode ?? 0,
    content: state === undefined ? undefined : await contentOf(id, state, isHere),
  });
  for (const change of sortChanges(changes)) {
    const { id, before, after } = change;
    if (before?.kind === 'directory' || after?.kind === 'directory') {
      await print(context, `${describeChange(change)}/\n`);
      continue;
    }
    if (before !== undefined && after !== undefined && before.path !== after.path) await print(context, `${describeChange(change)}\n`);
    const from = await sideOf(id, before, names.older, false);
    const to = await sideOf(id, after, names.newer ?? 'here', names.newer === undefined);
    await print(context, diffText(from, to, context));
    await context.breathe();
  }
}

async function diffConflict(context: CommandContext, typed: string): Promise<number> {
  const conflict = await pickConflict(context, typed);
  if (typeof conflict === 'string') return complain(context, conflict);
  const { files } = context;
  const sideOf = (path: string): DiffSide => {
    const stat = files.stat(path);
    const isFile = stat?.kind === 'file';
    return { label: shortPath(path), content: isFile ? files.read(path) : undefined, mode: isFile ? stat.mode : 0 };
  };
  const [mine, kept] = [sideOf(conflict.copy), sideOf(conflict.original)];
  if (kept.content === undefined) return complain(context, `${shortPath(conflict.original)} is not there any more, so there is nothing to compare; \`mv\` gives the copy its name.`);
  await print(context, diffText(kept, mine, context));
  return 0;
}
