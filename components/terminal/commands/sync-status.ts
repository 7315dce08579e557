import { HOME } from '@/lib/core/fs/places.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { changesBetween } from '@/lib/core/sync/history-path.ts';
import { pendingOperations, type TreeEntry } from '@/lib/core/sync/tree.ts';
import { withBase, type SyncedFiles } from '@/lib/client/file-history.ts';
import type { Change } from '@/lib/core/sync/history.ts';
import { say, timeOf } from './account-tools.ts';
import { describeChange } from './sync-log.ts';
import { print, shortPath, type SyncVerb } from './sync-verb.ts';
import { syncSentence } from './sync-sentence.ts';

/** Pending files that are named; the rest is counted. */
const NAMED_FILES = 50;

export const syncStatus: SyncVerb = {
  name: 'status',
  summary: 'How the files stand: what waits, what is ignored, last exchange, room',
  usage: 'sync status',
  help: 'sync status   asks nobody; works offline\n'
    + '\n'
    + 'A: new here, M: changed, D: removed, R: renamed. `sync diff` shows the changes line by line.',
  async run({ workspace }, context, args) {
    if (parseOptions(args, { short: '' }).operands.length > 0) throw new UsageError('use it as in: sync status');
    const { status } = workspace;
    const synced = workspace.synced === undefined ? undefined : withBase(workspace.synced);
    await say(context, syncSentence(status));
    if (synced !== undefined) {
      const ignored = workspace.ignored();
      const changes = pendingChanges(synced, ignored);
      for (const change of changes.slice(0, NAMED_FILES)) await print(context, `  ${describeChange(change)}\n`);
      if (changes.length > NAMED_FILES) await print(context, `  and ${changes.length - NAMED_FILES} more\n`);
      for (const path of ignored.slice(0, NAMED_FILES)) await print(context, `  I ${shortPath(path)}\n`);
      if (ignored.length > NAMED_FILES) await print(context, `  and ${ignored.length - NAMED_FILES} more ignored ones\n`);
      const { lastMs, retryAtMs } = workspace.exchange;
      const next = retryAtMs === undefined ? '' : `; next attempt in ${Math.max(1, Math.ceil((retryAtMs - context.now()) / 1000))} seconds`;
      await say(context, `Last exchange: ${lastMs === undefined ? 'none yet in this browser' : `${timeOf(lastMs)} UTC`}${next}. Newest commit here: ${synced.base().seq}.`);
      await say(context, `This device writes as ${synced.device}; \`sync devices\` lists all.`);
    }
    const { usedBytes, totalBytes, entries, maxEntries } = context.files.space(HOME);
    await say(context, `Room in this browser: ${kilobytes(usedBytes)} of ${kilobytes(totalBytes)} KB used, ${entries.toLocaleString('en')}${maxEntries === undefined ? '' : ` of ${maxEntries.toLocaleString('en')}`} entries.`);
    return status.state === 'synced' ? 0 : 1;
  },
};

const kilobytes = (bytes: number): string => Math.round(bytes / 1024).toLocaleString('en');

/** What a push would tell the log, as changes of files. */
export function pendingChanges(synced: SyncedFiles, notSent: readonly string[]): Change[] {
  const base = synced.base().tree;
  const local = synced.replica.entries();
  const ignored = new Set(notSent);
  const ids = new Set(pendingOperations(base, local, synced.replica.removed()).map(({ id }) => id));
  const here = new Map<string, TreeEntry>();
  const there = new Map<string, TreeEntry>();
  for (const id of ids) {
    const entry = local.get(id);
    const before = base.get(id);
    if (entry !== undefined && before === undefined && ignored.has(entry.path)) continue;
    if (entry !== undefined) here.set(id, { ...entry, at: 0 });
    if (before !== undefined) there.set(id, before);
  }
  return changesBetween(there, here);
}
