import type { SyncStatus } from '@/lib/client/workspace.ts';

/** How the files stand towards the account. */
export function syncSentence(status: SyncStatus): string {
  const files = status.pending === 1 ? '1 file waits' : `${status.pending} files wait`;
  const waiting = status.pending === 0 ? 'Nothing waits to be pushed.' : `${files} to be pushed.`;
  switch (status.state) {
    case 'synced': return status.message === undefined ? 'Everything is in your account.' : `Everything here is in your account. ${status.message}`;
    case 'pending': return waiting;
    case 'syncing': return `Sync is under way. ${waiting}`;
    case 'paused': return `Sync is paused in this browser; \`sync resume\` goes on, \`sync\` exchanges once. ${waiting}`;
    case 'offline': return `Selkie cannot be reached. ${waiting}`;
    case 'signed-out': return `Your session has ended; type \`login\`. ${waiting}`;
    case 'unavailable': case 'stopped': return `${status.message ?? 'Sync waits for the server.'} ${waiting}`;
  }
}
