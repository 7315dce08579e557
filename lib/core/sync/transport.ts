/**
 * The one call between a browser and the store of its person. `lib/core` owns the shape, the app implements it
 * as a server action and hands it in. All fields are plain values and `Uint8Array`s, which actions carry.
 */
export interface SyncTransport {
  /** May reject (no network); everything else is an answer. */
  sync(call: SyncCall): Promise<SyncReply>;
}

export interface SyncCall {
  /** Whose files these are; the server refuses the call under anybody else's session. */
  forUser: string;
  /** The repository this browser has seen; absent before the first exchange. */
  repo?: string;
  /** Seq of the last commit this browser holds; 0 for none. */
  have: number;
  /** The server's own word that it holds `have`; needed to commit after it. */
  receipt?: string;
  /** The object for slot `have + 1`. */
  commit?: Uint8Array;
  /** File bytes that a commit will name; created before the commit that names them is sent. */
  packs?: Pack[];
  /** Older commits and packs to send along (bases of a merge, contents of a pull). */
  want?: { seqs: number[]; packs: string[] };
}

export interface Pack {
  /** `hashOf(bytes)` */
  hash: string;
  bytes: Uint8Array;
}

export interface LogEntry {
  seq: number;
  bytes: Uint8Array;
}

export type SyncReply =
  | {
      status: 'ok';
      /** Seq of the newest commit; 0 for an empty log. */
      head: number;
      /**
       * What became of `commit`. `taken`: another commit has the slot, see `entries`. `undecided`: the store did
       * not say; ask again before anything else. Absent when there was none.
       */
      committed?: 'yes' | 'taken' | 'undecided';
      /** The commits after `have`, in order, without gaps. */
      entries: LogEntry[];
      /** There are more after the last of `entries`. */
      more: boolean;
      /** For the last of `entries`, the committed one, or `have`. */
      receipt?: string;
      wanted: { commits: LogEntry[]; packs: Pack[] };
    }
  /** No session. Nothing was done. */
  | { status: 'absent' }
  | { status: 'unavailable'; retryAfterSeconds: number; message: string }
  | { status: 'refused'; code: RefusalCode; message: string };

export type RefusalCode =
  /** The call is for another person than the session's. */
  | 'other-user'
  | 'invalid-call'
  | 'too-large'
  /** The receipt is not (any longer) valid: ask for a new one by a call without a commit. */
  | 'receipt'
  | 'other-repository'
  /** The store's newest commit is older than one this browser has seen. */
  | 'rolled-back'
  /** An object of the log is not what was written. */
  | 'damaged'
  /** The store ignores conditional writes. */
  | 'unsafe-store'
  /** The page is older than the server. */
  | 'reload';
