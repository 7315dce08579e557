import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { requirePerson, requireTerminal, say } from './account-tools.ts';
import { syncSentence } from './sync-sentence.ts';
import type { SyncVerb } from './sync-verb.ts';

const WORD = 'rejoin';

export const syncRejoin: SyncVerb = {
  name: 'rejoin',
  summary: 'Go on after the store was put back, emptied or damaged',
  usage: 'sync rejoin',
  help: 'sync rejoin   when sync has stopped because the store is not what this browser has seen\n'
    + '\n'
    + 'Nothing is removed: what is here and what is there are put together as on a first visit. Files that differ are kept\n'
    + 'in both versions, and files that were removed on one side come back.',
  async run(tools, context, args) {
    if (parseOptions(args, { short: '' }).operands.length > 0) throw new UsageError('use it as in: sync rejoin');
    const { workspace } = tools;
    if ((await requirePerson(tools, context)) === undefined) return 1;
    if (workspace.status.state !== 'stopped') {
      await say(context, `There is no need: ${syncSentence(workspace.status)}`);
      return 1;
    }
    const terminal = await requireTerminal(context);
    if (terminal === undefined) return 1;
    await say(context, workspace.status.message ?? 'Sync has stopped.');
    await say(context, 'Rejoining puts together what is here and what is there: nothing is removed, files that differ are kept in both versions, files removed on one side come back.');
    if ((await terminal.ask(`Type \`${WORD}\` to do it: `)).trim() !== WORD) {
      await say(context, 'Nothing was done.');
      return 1;
    }
    const status = await untilAborted(context.signal, workspace.rejoin());
    await say(context, syncSentence(status));
    if (status.state === 'synced') await say(context, '`sync conflicts` lists what is now there in two versions.');
    return status.state === 'synced' ? 0 : 1;
  },
};
