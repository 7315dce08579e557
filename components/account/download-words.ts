import type { AccountExport, ExportProgress } from '@/lib/client/export-account.ts';

/** What a download is doing now. */
export function progressWords({ what, done, total }: ExportProgress): string {
  const numbers = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  return what === 'reading' ? `Reading the history: ${numbers} commits` : `Packing: ${numbers} files`;
}

/** How it ended. */
export function downloadWords(made: AccountExport, name: string): string {
  switch (made.outcome) {
    case 'done': {
      const files = made.files === 1 ? '1 file' : `${made.files.toLocaleString('en')} files`;
      const rest = made.isHistoryWhole ? '' : ' The history has more parts than a zip can name; its beginning is in it, the rest is left out.';
      return `Saved as ${name}, with ${files}.${rest}`;
    }
    case 'empty': return 'There is nothing in your account yet.';
    case 'stopped': return 'Stopped; nothing was saved.';
    case 'failed':
      return made.reason === 'offline' ? 'Selkie can’t be reached, so nothing was saved. Try again when you are online.' : `Nothing was saved. ${made.message}`;
  }
}
