import 'client-only';
import * as limits from '@/lib/core/limits.ts';
import { foldOperations } from '@/lib/core/sync/history.ts';
import { LogUnreadable, openCommitReader, type LoggedCommit } from '@/lib/core/sync/history-reader.ts';
import { parseSyncReply } from '@/lib/core/sync/sync-call.ts';
import type { SyncTransport } from '@/lib/core/sync/transport.ts';
import { rootHash, type TreeEntry } from '@/lib/core/sync/tree.ts';
import { addHistory, addTree } from '@/lib/core/zip/add-files.ts';
import { openZip, ZIP_MAX_ENTRIES } from '@/lib/core/zip/write-zip.ts';
import { inTime } from './file-history.ts';

/**
 * Everything of an account as one zip, made in the browser from what the store holds: the server only hands out objects
 * of the log, as it does for syncing, and keeps nothing. What this browser has not pushed yet is not in it.
 */
export type AccountExport =
  | { outcome: 'done'; zip: Blob; files: number; isHistoryWhole: boolean }
  | { outcome: 'empty' }
  | { outcome: 'stopped' }
  /** `absent`: there is no session any more. */
  | { outcome: 'failed'; reason: LogUnreadable['reason']; message: string };

export interface ExportProgress {
  what: 'reading' | 'packing';
  done: number;
  total: number;
}

/** So much is kept as single pieces before it is handed to the browser, which may put it on the disk. */
const PIECE_BYTES = 8 * 1024 * 1024;

export async function exportAccount(options: {
  forUser: string;
  sync: SyncTransport['sync'];
  isWithHistory: boolean;
  nowMs: number;
  after: (ms: number, work: () => void) => () => void;
  signal: { readonly aborted: boolean };
  onProgress: (progress: ExportProgress) => void;
}): Promise<AccountExport> {
  const { forUser, sync, isWithHistory, nowMs, after, signal, onProgress } = options;
  const reader = openCommitReader({
    forUser,
    call: async (call) => (signal.aborted ? undefined : parseSyncReply(await inTime(sync(call), after))),
  });
  const pieces: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let waitingBytes = 0;
  const flush = (): void => {
    pieces.push(new Blob(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  const zip = openZip((chunk) => {
    waiting.push(chunk.slice());
    waitingBytes += chunk.length;
    if (waitingBytes >= PIECE_BYTES) flush();
  });

  const tree = new Map<string, TreeEntry>();
  const times: number[] = [];
  let root = '';
  /** The last answer may have come after the person said stop. */
  const requireGoing = (): void => {
    if (signal.aborted) throw new LogUnreadable('offline', 'Stopped.');
  };
  const onCommit = ({ seq, operations, atMs, head, root: newRoot }: LoggedCommit): void => {
    requireGoing();
    if (foldOperations(tree, operations, seq) === undefined) throw new LogUnreadable('stopped', DAMAGED);
    times[seq] = atMs;
    root = newRoot;
    onProgress({ what: 'reading', done: seq, total: head });
  };
  try {
    const history = isWithHistory ? await addHistory(zip, reader, { nowMs, maxEntries: ZIP_MAX_ENTRIES - 2 * limits.treeMaxEntries, onCommit }) : 'whole';
    if (!isWithHistory) for await (const commit of reader.commits(1)) onCommit(commit);
    if (times.length === 0) return { outcome: 'empty' };
    if (rootHash(tree) !== root) throw new LogUnreadable('stopped', DAMAGED);
    const files = [...tree.values()].filter(({ kind }) => kind === 'file').length;
    await addTree(zip, tree, reader, { mtimeMs: (seq) => times[seq] ?? nowMs, onProgress: (done) => onProgress({ what: 'packing', done, total: files }) });
    requireGoing();
    zip.end();
    flush();
    return { outcome: 'done', zip: new Blob(pieces, { type: 'application/zip' }), files, isHistoryWhole: history === 'whole' };
  } catch (error) {
    if (signal.aborted) return { outcome: 'stopped' };
    if (error instanceof LogUnreadable) return { outcome: 'failed', reason: error.reason, message: error.message };
    throw error;
  }
}

const DAMAGED = 'The stored history of your files is damaged, so not everything can be downloaded; the terminal of a browser that has your files can still export them.';
