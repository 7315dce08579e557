import type { FileHistory } from '@/lib/client/file-history.ts';
import { FsError } from '@/lib/core/fs/files.ts';
import { isWithin } from '@/lib/core/fs/path.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import type { CommandContext } from '@/lib/core/shell/command.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { commitsOf } from '@/lib/core/sync/history-path.ts';
import { planRestore } from '@/lib/core/sync/history-restore.ts';
import { seqAt, splitPathAndWhen, type When } from '@/lib/core/sync/history-when.ts';
import type { HistoryEntry } from '@/lib/core/sync/history.ts';
import { complain, remark, say, type AccountTools } from './account-tools.ts';
import { carryOut, printSteps } from './carry-out.ts';
import type { Progress } from './progress.ts';
import { headOf, print, resolveSynced, shortPath, withPast, type SyncVerb } from './sync-verb.ts';

export const syncRestore: SyncVerb = {
  name: 'restore',
  summary: 'A file, a directory or everything as it was at a commit or a time',
  usage: 'sync restore PATH[@WHEN] | sync restore --all @WHEN  [--dry-run]',
  help: 'sync restore notes.md                  the version before the newest one; a removed file comes back\n'
    + 'sync restore notes.md@12               as it was after commit 12\n'
    + 'sync restore docs@2026-11-20           a directory as it was at the end of that day (times are UTC)\n'
    + 'sync restore notes.md@"2 hours ago"    or: 30 minutes ago, 3 days ago, 2026-11-20T14:30\n'
    + 'sync restore --all @12 --dry-run       only says what it would do\n'
    + '\n'
    + 'What is pushed already can always be had again: `sync undo` takes a restore back. What is not in your account yet is never replaced.',
  async run(tools, context, args) {
    const options = parseOptions(args, { short: 'an', long: { all: 'a', 'dry-run': 'n' } });
    const asked = parseTarget(context, options.operands, options.has('a'));
    // What is not in the log yet goes there first, so that nothing is replaced that could not be had again.
    await untilAborted(context.signal, tools.workspace.syncNow());
    return withPast(tools, context, (past, progress) => restore(tools, context, past, progress, { ...asked, isDryRun: options.has('n') }));
  },
};

interface Asked {
  scope: string;
  /** undefined: before the newest commit that touched it. */
  when: When | undefined;
}

function parseTarget(context: CommandContext, operands: readonly string[], isAll: boolean): Asked {
  const [first = '', second, ...more] = operands;
  if (isAll) {
    const { path, when } = splitPathAndWhen(first.startsWith('@') ? first : `@${first}`, context.now());
    if (first === '' || second !== undefined || path !== '' || when === undefined) {
      throw new UsageError('say as at when, as in: sync restore --all @12, or --all @2026-11-20');
    }
    return { scope: HOME, when };
  }
  // A quoted time may come as a word of its own.
  const joined = second?.startsWith('@') === true ? `${first}${second}` : first;
  if (first === '' || more.length > 0 || (second !== undefined && joined === first)) {
    throw new UsageError('name one path, as in: sync restore notes.md@12');
  }
  const { path, when } = splitPathAndWhen(joined, context.now());
  if (path === '') throw new UsageError('name a path before the @, or use --all for everything');
  const scope = resolveSynced(context, path);
  if (when === undefined && joined.includes('@') && joined !== first) {
    throw new UsageError(`${JSON.stringify(second?.slice(1))} is no time; use a number of a commit, 2026-11-20, 2026-11-20T14:30 or "2 hours ago"`);
  }
  return { scope, when };
}

async function restore(
  tools: AccountTools, context: CommandContext, past: FileHistory, progress: Progress, { scope, when, isDryRun }: Asked & { isDryRun: boolean },
): Promise<number> {
  const { history, synced } = past;
  const name = scope === HOME ? 'everything' : shortPath(scope);
  const seq = when === undefined ? await versionBefore(history.newestFirst(), scope) : await seqAt(when, history.newestFirst());
  if (seq === undefined) {
    return complain(context, when === undefined
      ? `There is no older version of ${name}; \`sync log ${name}\` tells what there is.`
      : 'Nothing had been pushed by then; `sync log --all` shows the oldest commit last.');
  }
  const target = await history.treeAt(seq);
  const entry = await history.entry(seq);
  const base = synced.base();
  const plan = planRestore({ local: synced.replica.entries(), logged: base.tree, target, scope, device: synced.device });
  if (plan === 'nothing-then') return complain(context, `There was no ${name} at ${seq}; \`sync log ${name}\` tells when there was.`);
  if ('inTheWay' in plan) return complain(context, `${shortPath(plan.inTheWay)} is a file now, so nothing can be put below it; rename it first.`);
  for (const path of plan.kept) await remark(context, `${shortPath(path)} is not in your account yet, so it is kept.`);
  if (plan.steps.length === 0) {
    await say(context, `Nothing to do: ${name} is as it was at ${seq}.`);
    return plan.kept.length === 0 ? 0 : 1;
  }
  await print(context, `${isDryRun ? 'Would make' : 'Making'} ${name} as at ${headOf(entry).trimStart()}\n`);
  await printSteps(context, plan.steps);
  for (const sentence of plan.notices) await remark(context, sentence);
  if (isDryRun) return 0;
  const outcome = await carryOut(tools, context, past, progress, plan.steps).catch((error: unknown) => {
    if (error instanceof FsError) return complain(context, `This browser is full, so not all of it could be restored: ${error.message}; remove some files and run it again.`);
    throw error;
  });
  return plan.kept.length === 0 ? outcome : 1;
}

/** Of the newest commit after which `scope` was not as it is now, or there: the one before. */
async function versionBefore(newestFirst: AsyncIterable<HistoryEntry>, scope: string): Promise<number | undefined> {
  for await (const { seq, changes } of commitsOf(newestFirst, scope)) {
    if (changes.some(({ before }) => before !== undefined && isWithin(scope, before.path))) return seq - 1;
  }
  return undefined;
}
