import type { SyncStatus } from '@/lib/client/workspace.ts';
import type { Command } from '@/lib/core/shell/command.ts';
import { complain, orInterrupted, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';

export const syncCommand = (tools: AccountTools): Command => ({
  name: 'sync',
  section: 'sync',
  summary: 'Exchange files with your account now, or say how it stands',
  usage: 'sync [status]',
  help: 'Files are exchanged by themselves a moment after each change; this does it at once and waits.',
  async run(context) {
    const [verb] = context.args;
    if (verb !== undefined && verb !== 'status') return complain(context, 'Use `sync` or `sync status`.');
    const { workspace } = tools;
    if (workspace.person === undefined) {
      return complain(context, 'You are not signed in, so files stay in this browser; type `login` or `signup`.');
    }
    const status = verb === 'status' ? workspace.status : await orInterrupted(context.signal, workspace.syncNow());
    await say(context, syncSentence(status));
    return status.state === 'synced' ? 0 : 1;
  },
});

/** How the files stand towards the account. */
export function syncSentence(status: SyncStatus): string {
  const files = status.pending === 1 ? '1 file waits' : `${status.pending} files wait`;
  const waiting = status.pending === 0 ? 'Nothing waits to be pushed.' : `${files} to be pushed.`;
  switch (status.state) {
    case 'synced': return 'Everything is in your account.';
    case 'pending': case 'syncing': return `Sync is under way. ${waiting}`;
    case 'offline': return `Selkie cannot be reached. ${waiting}`;
    case 'signed-out': return `Your session has ended; type \`login\`. ${waiting}`;
    case 'unavailable': case 'stopped': return `${status.message ?? 'Sync waits for the server.'} ${waiting}`;
  }
}
