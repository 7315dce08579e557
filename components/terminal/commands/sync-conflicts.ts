import { HOME } from '@/lib/core/fs/places.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { conflictsAmong } from '@/lib/core/sync/history-conflicts.ts';
import { entriesBelow } from '@/lib/core/zip/entries-below.ts';
import { say } from './account-tools.ts';
import { inQuotes, shortPath, type SyncVerb } from './sync-verb.ts';

export const syncConflicts: SyncVerb = {
  name: 'conflicts',
  summary: 'Files that were changed in two places at once and wait for you',
  usage: 'sync conflicts',
  help: "sync conflicts                  each copy, the file that kept the name, and the device the copy is from\n"
    + "sync diff --conflict FILE       what differs between the two\n"
    + 'sync resolve FILE               settle it: both versions and the one they come from, side by side\n'
    + 'rm FILE                         or simply remove the copy, or `mv` it over the other',
  async run(_tools, context, args) {
    if (parseOptions(args, { short: '' }).operands.length > 0) throw new UsageError('use it as in: sync conflicts');
    const paths: string[] = [];
    for (const { path, kind } of entriesBelow(context.files, HOME)) {
      if (kind === 'file') paths.push(path);
      await context.breathe();
    }
    const conflicts = conflictsAmong(paths);
    for (const { copy, original, device } of conflicts) {
      const isThere = context.files.stat(original)?.kind === 'file';
      await say(context, `${shortPath(copy)}  ${isThere ? `beside ${shortPath(original)}` : `${shortPath(original)} is gone`}  from ${device}`);
    }
    const [first] = conflicts;
    if (first === undefined) await say(context, 'No file waits for you: nothing is in conflict.');
    else if (context.isTerminalOutput) await say(context, `\`sync diff --conflict ${inQuotes(first.copy)}\` shows what differs, \`sync resolve ${inQuotes(first.copy)}\` settles it.`);
    return 0;
  },
};
