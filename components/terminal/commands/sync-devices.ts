import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import type { HistoryEntry } from '@/lib/core/sync/history.ts';
import { plainText } from '../plain-text.ts';
import { timeOf } from './account-tools.ts';
import { print, withPast, type SyncVerb } from './sync-verb.ts';

export const syncDevices: SyncVerb = {
  name: 'devices',
  summary: 'Which devices have written, and when last',
  usage: 'sync devices',
  help: 'sync devices   name, newest commit, its time in UTC by that device’s clock, number of commits\n'
    + '\n'
    + 'Browsers of one kind on one kind of system have the same name. `sessions` tells where you are signed in.',
  async run(tools, context, args) {
    if (parseOptions(args, { short: '' }).operands.length > 0) throw new UsageError('use it as in: sync devices');
    return withPast(tools, context, async ({ history, synced }) => {
      const devices = new Map<string, { newest: HistoryEntry; commits: number }>();
      for await (const entry of history.newestFirst()) {
        const known = devices.get(entry.device);
        if (known === undefined) devices.set(entry.device, { newest: entry, commits: 1 });
        else known.commits += 1;
      }
      for (const [device, { newest, commits }] of devices) {
        const mark = device === synced.device ? '  (like this one)' : '';
        await print(context, `${plainText(device).padEnd(18)}  ${String(newest.seq).padStart(5)}  ${timeOf(newest.atMs)}  ${commits === 1 ? '1 commit' : `${commits} commits`}${mark}\n`);
      }
      if (devices.size === 0) await print(context, 'No device has pushed anything yet.\n');
      return 0;
    });
  },
};
