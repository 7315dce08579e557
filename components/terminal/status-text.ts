import type { SyncStatus } from '@/lib/client/workspace.ts';

/** The row under the terminal: who on the left, a dot and words on the right. */
export interface StatusText {
  who: string;
  text: string;
  /** Colour of the dot; the words say the same. */
  tone: 'good' | 'busy' | 'warn' | 'quiet';
}

/** `note` is a standing sentence (storage is memory only, a stopped sync); it is shown as it is. */
export function statusText(status: SyncStatus, email: string | undefined): StatusText {
  const who = email ?? 'signed out';
  const waiting = status.pending > 0 ? `${status.pending} to push` : undefined;
  switch (status.state) {
    case 'synced': return { who, text: status.message ?? 'synced', tone: status.message === undefined ? 'good' : 'warn' };
    case 'pending': case 'syncing': return { who, text: workOf(status.progress) ?? waiting ?? 'syncing', tone: 'busy' };
    case 'paused': return { who, text: join('paused', waiting), tone: 'quiet' };
    case 'offline': return { who, text: join('offline', waiting), tone: 'warn' };
    case 'unavailable': return { who, text: join(status.message ?? 'sync waits for the server', waiting), tone: 'warn' };
    case 'stopped': return { who, text: join(status.message ?? 'sync has stopped', waiting), tone: 'warn' };
    case 'signed-out':
      if (email === undefined) return { who: 'signed out', text: status.message ?? 'files stay in this browser', tone: 'quiet' };
      return { who, text: join('signed out, type login', waiting), tone: 'warn' };
  }
}

const WORDS = { reading: 'reading commit', pushing: 'pushing', pulling: 'fetching' } as const;

/** While files are being brought in, those that are here already are not in the base yet and would count as waiting. */
const workOf = (progress: SyncStatus['progress']): string | undefined =>
  progress && `${WORDS[progress.what]} ${progress.done.toLocaleString('en')} of ${progress.total.toLocaleString('en')}`;

const join = (...parts: (string | undefined)[]) => parts.filter((part) => part !== undefined).join(' · ');
