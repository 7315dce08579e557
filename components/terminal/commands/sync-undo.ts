import type { FileHistory } from '@/lib/client/file-history.ts';
import { FsError } from '@/lib/core/fs/files.ts';
import { HISTORY_DIRECTORY } from '@/lib/core/fs/places.ts';
import type { CommandContext } from '@/lib/core/shell/command.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { hasChanges, planUndo, type UndoPlan } from '@/lib/core/sync/history-undo.ts';
import type { HistoryEntry } from '@/lib/core/sync/history.ts';
import { complain, remark, say } from './account-tools.ts';
import { carryOut, printSteps } from './carry-out.ts';
import { headOf, parseSeq, print, shortPath, withPast, type SyncVerb } from './sync-verb.ts';

export const syncUndo: SyncVerb = {
  name: 'undo',
  summary: 'Take back what the newest commit did, or another one',
  usage: 'sync undo [N] [--dry-run]',
  help: 'sync undo             takes back the newest commit, whichever device made it; once more brings it back\n'
    + 'sync undo 12          takes back what commit 12 did, file by file; a file that changed since is left and named\n'
    + 'sync undo --dry-run   only says what it would do\n'
    + '\n'
    + 'A text that was merged by itself comes back as both versions: the one of the device that merged under its name,\n'
    + 'the other one beside it as a conflict copy.',
  async run(tools, context, args) {
    const options = parseOptions(args, { short: 'n', long: { 'dry-run': 'n' } });
    const [typed, ...more] = options.operands;
    if (more.length > 0) throw new UsageError('name one commit, as in: sync undo 12');
    const asked = typed === undefined ? undefined : parseSeq(typed);
    await untilAborted(context.signal, tools.workspace.syncNow());
    return withPast(tools, context, async (past, progress) => {
      const entry = asked === undefined ? await newestWithChanges(past) : await past.history.entry(asked);
      if (entry === undefined) return complain(context, 'Nothing has been pushed yet, so there is nothing to take back.');
      const plan = await planFor(past, entry);
      for (const { path, why } of plan.skipped) await remark(context, `${shortPath(path)} ${REASONS[why]}`);
      if (plan.steps.length === 0) {
        await say(context, `Nothing is left to take back of ${entry.seq}.`);
        return 1;
      }
      await print(context, `${options.has('n') ? 'Would take' : 'Taking'} back ${headOf(entry).trimStart()}\n`);
      await printSteps(context, plan.steps);
      for (const sentence of plan.notices) await remark(context, sentence);
      if (options.has('n')) return 0;
      return carryOut(tools, context, past, progress, plan.steps).catch((error: unknown) => full(context, error));
    });
  },
};

const REASONS: Readonly<Record<UndoPlan['skipped'][number]['why'], string>> = {
  changed: 'has changed since, so it is left as it is.',
  removed: 'has been removed since; `sync restore` brings it back.',
  gone: 'is gone already.',
  back: 'is back already.',
};

/** The lines a person entered are written down every minute; nobody who says `undo` means those. */
function isOnlyShellHistory({ changes }: HistoryEntry): boolean {
  return changes.every(({ before, after }) => {
    const entry = after ?? before;
    if (entry === undefined) return true;
    return entry.path.startsWith(`${HISTORY_DIRECTORY}/`) || (entry.kind === 'directory' && `${HISTORY_DIRECTORY}/`.startsWith(`${entry.path}/`));
  });
}

async function newestWithChanges({ history }: FileHistory): Promise<HistoryEntry | undefined> {
  for await (const entry of history.newestFirst()) if (hasChanges(entry) && !isOnlyShellHistory(entry)) return entry;
  return undefined;
}

async function planFor({ history, synced }: FileHistory, entry: HistoryEntry): Promise<UndoPlan> {
  const devices = new Map<number, string>();
  for (const { id, before } of entry.changes) {
    const isMerged = entry.merges.some((merge) => merge.id === id);
    if (isMerged && before !== undefined) devices.set(before.at, (await history.entry(before.at)).device);
  }
  return planUndo({ local: synced.replica.entries(), entry, device: synced.device, deviceOf: (seq) => devices.get(seq) });
}

function full(context: CommandContext, error: unknown): Promise<1> {
  if (!(error instanceof FsError)) throw error;
  return complain(context, `This browser is full, so not all of it could be taken back: ${error.message}; remove some files and run it again.`);
}
