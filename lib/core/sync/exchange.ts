import { FsError } from '../fs/files.ts';
import type { Base } from './base.ts';
import type { Answer, Effect, RoundContext, RoundResult, StopReason } from './round-context.ts';
import type { SyncCall, SyncReply } from './transport.ts';

/** Ends a round from anywhere inside it. */
export class RoundEnd extends Error {
  constructor(readonly outcome: RoundResult) {
    super(outcome.result);
  }
}

/** The server's key for receipts has changed. */
export class ReceiptRefused extends Error {}

const SENTENCES: Readonly<Partial<Record<StopReason, string>>> = {
  damaged: 'The stored history of your files is damaged; syncing has stopped and your files here are untouched.',
  newer: 'Your files were synced by a newer version of Selkie; reload this page to go on.',
  'rolled-back': 'The store holds less than this browser has seen of it; syncing has stopped and your files here are untouched; `sync rejoin` goes on from what both have.',
  'other-repository': 'The store holds another history than this browser has seen; syncing has stopped and your files here are untouched; `sync rejoin` goes on from what both have.',
};

export function stop(reason: StopReason, message = SENTENCES[reason] ?? 'Syncing has stopped; your files here are untouched.'): RoundEnd {
  return new RoundEnd({ result: 'stopped', reason, message });
}

/** What an error of this browser's own storage makes of a round; undefined: it is none. */
export function storageEnd(error: unknown): RoundResult | undefined {
  if (!(error instanceof FsError)) return undefined;
  if (error.code === 'ENOSPC') return stop('full', 'The storage of this browser is full; remove some files and try again.').outcome;
  // Another tab changed a file between two of our steps. What was done of this round stands, and another one finishes it.
  return error.code === 'EIO' ? { result: 'unavailable', retryAfterSeconds: 1, message: 'Files are changing; trying again.' } : undefined;
}

export type OkReply = Extract<SyncReply, { status: 'ok' }>;

/** What every call of one who holds `base` says. */
export function callFrom(context: RoundContext, base: Pick<Base, 'seq' | 'repo' | 'receipt'>): SyncCall {
  return {
    forUser: context.forUser, have: base.seq,
    ...(base.repo === undefined ? {} : { repo: base.repo }),
    ...(base.receipt === undefined ? {} : { receipt: base.receipt }),
  };
}

export function* request(call: SyncCall): Generator<Effect, OkReply, Answer> {
  const reply = yield { kind: 'call', call };
  if (reply === undefined) throw new RoundEnd({ result: 'failed' });
  switch (reply.status) {
    case 'ok':
      return reply;
    case 'absent':
      throw new RoundEnd({ result: 'absent' });
    case 'unavailable':
      throw new RoundEnd({ result: 'unavailable', retryAfterSeconds: reply.retryAfterSeconds, message: reply.message });
    case 'refused':
      if (reply.code === 'receipt') throw new ReceiptRefused();
      throw stop(reasonOf(reply.code), reply.message);
  }
}

function reasonOf(code: Extract<SyncReply, { status: 'refused' }>['code']): StopReason {
  switch (code) {
    case 'rolled-back': case 'other-repository': case 'damaged':
      return code;
    case 'reload':
      return 'newer';
    default:
      return 'refused';
  }
}
