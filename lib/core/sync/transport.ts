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
  /**
   * In this page's life a reply has confirmed that `have` is the head: the server may write without listing first, and
   * when a listing says the same again it compares nothing.
   */
  checked?: boolean;
  /**
   * The head in the last listing this browser heard of, when that is below `have`: the next listing looks back as far,
   * and the commits since then are compared.
   */
  listed?: { seq: number; hash: string };
  /** Hash of the commit at `have`, for the server to compare. */
  holds?: string;
  /** Instead of a long row of commits, a snapshot and the commits after it may be sent. */
  mayJump?: boolean;
  /** The snapshot of the tree at `have`, to be kept if there is none. */
  snapshot?: Uint8Array;
  /** File bytes that a commit will name; created before the commit that names them is sent. */
  packs?: Pack[];
  /** Older commits and packs to send along (bases of a merge, contents of a pull). */
  want?: Want;
}

export interface Want {
  seqs: number[];
  packs: string[];
  /** The newest snapshot at or below this seq. */
  snapshot?: number;
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
      /** Seq of the newest commit that this answer knows of; 0 for an empty log. */
      head: number;
      /** Whether `head` comes from a listing of the store, without a gap as far back as it looked. */
      listed: boolean;
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
      /** `mayJump` was taken: `entries` begin with the commit of this snapshot instead of with `have + 1`. */
      jump?: {
        snapshot: LogEntry;
        /** The object at `have`, by which the caller sees that this is still its own history; absent for 0. */
        have?: Uint8Array;
      };
      wanted: { commits: LogEntry[]; packs: Pack[]; snapshot?: LogEntry };
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
  /** The store's newest commit is older than one this browser has seen, or commits are missing below it. */
  | 'rolled-back'
  /** An object of the log is not what was written. */
  | 'damaged'
  /** The store ignores conditional writes. */
  | 'unsafe-store'
  /** The page is older than the server. */
  | 'reload';
