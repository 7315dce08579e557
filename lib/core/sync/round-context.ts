import type { Replica } from '../fs/stored-files.ts';
import type { BaseStore } from './base-store.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import type { Lacking } from './lacking.ts';
import type { SyncCall, SyncReply } from './transport.ts';

export type Effect = { kind: 'call'; call: SyncCall } | { kind: 'breathe' };
/** What came back from a call; undefined when it failed, was lost, or was not a reply. */
export type Answer = SyncReply | undefined;

export interface RoundContext {
  forUser: string;
  device: string;
  replica: Replica;
  bases: BaseStore;
  /** What the page remembers from one round to the next; nothing of it has to survive. */
  page: RoundMemory;
  /** Milliseconds since the epoch; only written into commits. */
  now: () => number;
  random: (bytes: number) => Uint8Array;
  notice: (sentence: string) => void;
  progress?: (progress: Progress) => void;
}

export interface RoundMemory {
  /** This very commit was the head of a listing, or was put after one by this page. */
  confirmed?: { seq: number; parent: string };
  /** Files and base with which a round ended well: while they are the same there is nothing to send, fetch or settle. */
  quiet?: { revision: number; seq: number; parent: string };
  /** A snapshot turned out not to be what the log says: this page reads the log itself. */
  distrustsSnapshots?: boolean;
  /** A commit of this page crossed the border after which the tree is to be kept once more. */
  owesSnapshot?: boolean;
  rules?: IgnoreRules;
  lacking?: Lacking;
}

/** How far a long exchange is. */
export interface Progress {
  /** Commits of the log, files sent, files brought in. */
  what: 'reading' | 'pushing' | 'pulling';
  done: number;
  total: number;
}

export type StopReason =
  /** The store lacks what this browser has seen, holds another history, or objects that are not what was written. */
  | 'rolled-back' | 'other-repository' | 'damaged'
  /** The page is older than what wrote the log, or than the server. */
  | 'newer'
  /** No room in this browser. */
  | 'full'
  /** The server refuses for another reason. */
  | 'refused'
  /** Ours. */
  | 'mistake';

export type RoundResult =
  | { result: 'synced' }
  | { result: 'absent' }
  /** No answer at all: no network, or the reply was lost. */
  | { result: 'failed' }
  | { result: 'unavailable'; retryAfterSeconds: number; message: string }
  /** Going on would risk data; nothing was dropped. */
  | { result: 'stopped'; reason: StopReason; message: string };

export type Round = Generator<Effect, RoundResult, Answer>;
