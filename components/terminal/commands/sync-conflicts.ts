import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { say } from './account-tools.ts';
import { openConflicts } from './pick-conflict.ts';
import { shortPath, type SyncVerb } from './sync-verb.ts';

export const syncConflicts: SyncVerb = {
  name: 'conflicts',
  summary: 'Files that were changed in two places at once and wait for you',
  usage: 'sync conflicts',
  help: 'sync conflicts                  each copy, the file that kept the name, and the device the copy is from\n'
    + 'sync diff --conflict 1          what differs between the two; the number, or the name of the copy\n'
    + 'sync resolve 1                  settle it: both versions and the one they come from, side by side\n'
    + 'rm FILE                         or simply remove the copy, or `mv` it over the other',
  async run(_tools, context, args) {
    if (parseOptions(args, { short: '' }).operands.length > 0) throw new UsageError('use it as in: sync conflicts');
    const conflicts = await openConflicts(context);
    for (const [index, { copy, original, device }] of conflicts.entries()) {
      const isThere = context.files.stat(original)?.kind === 'file';
      await say(context, `${index + 1}  ${shortPath(copy)}  ${isThere ? `beside ${shortPath(original)}` : `${shortPath(original)} is gone`}  from ${device}`);
    }
    if (conflicts.length === 0) await say(context, 'No file waits for you: nothing is in conflict.');
    else if (context.isTerminalOutput) await say(context, '`sync diff --conflict 1` shows what differs, `sync resolve 1` settles it.');
    return 0;
  },
};
