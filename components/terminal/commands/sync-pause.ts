import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { requirePerson, say } from './account-tools.ts';
import type { SyncVerb } from './sync-verb.ts';

export const syncPause: SyncVerb = {
  name: 'pause',
  summary: 'Stop syncing by itself in this browser, until resume',
  usage: 'sync pause',
  help: 'sync pause    nothing is sent or fetched by itself, in any tab, also after a reload; `sync` still exchanges once',
  async run(tools, context, args) {
    if (parseOptions(args, { short: '' }).operands.length > 0) throw new UsageError('use it as in: sync pause');
    if ((await requirePerson(tools, context)) === undefined) return 1;
    tools.workspace.pause();
    await say(context, 'Sync is paused in this browser; `sync resume` goes on, `sync` exchanges once.');
    return 0;
  },
};

export const syncResume: SyncVerb = {
  name: 'resume',
  summary: 'Sync by itself again',
  usage: 'sync resume',
  help: 'sync resume   and what waits is pushed at once',
  async run(tools, context, args) {
    if (parseOptions(args, { short: '' }).operands.length > 0) throw new UsageError('use it as in: sync resume');
    if ((await requirePerson(tools, context)) === undefined) return 1;
    tools.workspace.resume();
    await say(context, 'Files are exchanged by themselves again.');
    return 0;
  },
};
