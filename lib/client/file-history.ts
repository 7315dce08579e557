import 'client-only';
import { openHistory, type History } from '@/lib/core/sync/history.ts';
import { openCommitReader, type CommitReader } from '@/lib/core/sync/history-reader.ts';
import { parseSyncReply } from '@/lib/core/sync/sync-call.ts';
import type { SyncCall, SyncReply } from '@/lib/core/sync/transport.ts';
import type { Base } from '@/lib/core/sync/base.ts';
import { createBaseStore } from '@/lib/core/sync/base-store.ts';
import type { Synced } from './workspace.ts';

/** With what the last exchange left. */
export interface SyncedFiles extends Synced {
  base(): Base;
}

/**
 * The history of one owner's files. It is read when somebody asks, from this browser's base backwards, and what was
 * read is kept as long as the page lives, so that the next question costs one request.
 */
export interface FileHistory {
  readonly synced: SyncedFiles;
  readonly history: History;
  readonly reader: CommitReader;
}

/** For one question: nothing is asked of the server after `signal`. */
export interface Asking {
  signal: { readonly aborted: boolean };
  onProgress: (done: number, total: number) => void;
  /** Forgets what was read before: the store turned out to hold another history, as after a rejoin. */
  isAnew?: boolean;
}

const CALL_TIMEOUT_MS = 30_000;

export const withBase = (synced: Synced): SyncedFiles => ({ ...synced, base: () => synced.bases(createBaseStore).load() });

/** @param options.synced whose files are open now. @param options.after runs work later; returns what cancels it. */
export function fileHistories(options: {
  synced: () => Synced | undefined;
  after: (ms: number, work: () => void) => () => void;
}): (asking: Asking) => FileHistory | undefined {
  let known: { past: FileHistory; replica: Synced['replica'] } | undefined;
  let current: Asking | undefined;
  return (asking) => {
    const opened = options.synced();
    if (opened === undefined) return undefined;
    const synced = withBase(opened);
    current = asking;
    // Files that were closed and opened again, or another person's, have a history of their own.
    if (known?.replica === synced.replica && asking.isAnew !== true) return known.past;
    const call = async (wanted: SyncCall): Promise<SyncReply | undefined> => {
      if (current?.signal.aborted === true) return undefined;
      return parseSyncReply(await inTime(synced.sync(wanted), options.after));
    };
    const reader = openCommitReader({ forUser: synced.owner, call });
    const { seq, tree, parent } = synced.base();
    const history = openHistory({ reader, known: { seq, tree, ...(seq === 0 ? {} : { parent }) }, onProgress: (done, total) => current?.onProgress(done, total) });
    known = { past: { synced, history, reader }, replica: synced.replica };
    return known.past;
  };
}

/** The answer, or undefined when it takes too long. */
export function inTime<T>(work: Promise<T>, after: (ms: number, work: () => void) => () => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = after(CALL_TIMEOUT_MS, () => resolve(undefined));
    work.then(resolve, reject).finally(cancel);
  });
}
