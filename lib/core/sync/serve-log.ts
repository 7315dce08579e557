import { limits } from '../limits.ts';
import { parseEnvelope } from './envelope.ts';
import { hashOf } from './sha256.ts';
import type { LogEntry, Pack, RefusalCode, SyncCall, SyncReply } from './transport.ts';

/**
 * The server's half of sync, over a port: S3 in production, memory in the simulation, so that the very same
 * decisions are tested against every fault. It never looks inside a commit; the envelope's header must
 * fit the call, and the receipt proves that the caller was given the parent by this server.
 *
 * The head is asked for before anything is created. Rejected: creating at once, which saves one request of the
 * store a push but would continue a log that somebody emptied or put back from an old copy.
 */
export interface LogStore {
  /** Seq of the newest commit; 0 for none. */
  head(): Promise<number>;
  /** undefined: surely not there. Everything unsure throws `StoreUnavailable`. */
  read(seq: number): Promise<Uint8Array | undefined>;
  /** Create-only. `undecided`: a rival is under way, or no answer came. */
  create(seq: number, bytes: Uint8Array): Promise<'created' | 'exists' | 'undecided'>;
  readPack(hash: string): Promise<Uint8Array | undefined>;
  createPack(hash: string, bytes: Uint8Array): Promise<'created' | 'exists' | 'undecided'>;
}

/** The store gave no answer that can be relied on. */
export class StoreUnavailable extends Error {
  constructor(readonly retryAfterSeconds = 5) {
    super('The store does not answer.');
    this.name = 'StoreUnavailable';
  }
}

/** Says and proves that this server has seen object `hash` at `seq` of `repo` of `user`. */
export interface ReceiptSigner {
  sign(user: string, repo: string, seq: number, hash: string): string;
  verify(receipt: string, user: string, repo: string, seq: number, hash: string): boolean;
}

const refused = (code: RefusalCode, message: string): SyncReply => ({ status: 'refused', code, message });

/** @throws StoreUnavailable */
export async function serveLog(store: LogStore, signer: ReceiptSigner, user: string, call: SyncCall): Promise<SyncReply> {
  if (call.forUser !== user) {
    return refused('other-user', 'These files belong to another person than the one who is signed in; sign in as that person to sync them.');
  }
  for (const pack of call.packs ?? []) {
    if (hashOf(pack.bytes) !== pack.hash) return refused('invalid-call', 'A file arrived altered; run sync again.');
  }
  const head = await store.head();
  if (head < call.have) {
    return refused('rolled-back', 'The store holds less than this browser has seen of it; syncing has stopped and your files here are untouched.');
  }
  for (const pack of call.packs ?? []) {
    if (await store.createPack(pack.hash, pack.bytes) === 'undecided') throw new StoreUnavailable(1);
  }

  let committed: 'yes' | 'taken' | 'undecided' | undefined;
  let header: { repo: string; id: string } | undefined;
  if (call.commit !== undefined) {
    const parsed = parseEnvelope(call.commit);
    if (!parsed.ok) return refused('invalid-call', 'The commit is not of a form this server knows; reload the page.');
    const { repo, seq, parent } = parsed.value;
    header = parsed.value;
    if (seq !== call.have + 1 || (call.repo !== undefined && repo !== call.repo)) {
      return refused('invalid-call', 'The commit does not follow what this browser holds; run sync again.');
    }
    const { receipt = '' } = call;
    if (call.have > 0 && !signer.verify(receipt, user, repo, call.have, parent)) {
      return refused('receipt', 'This server has to confirm first what this browser holds; run sync again.');
    }
    if (head > call.have) committed = 'taken';
    else {
      const outcome = await store.create(seq, call.commit);
      if (outcome === 'created') {
        const own = signer.sign(user, repo, seq, hashOf(call.commit));
        return { status: 'ok', head: seq, committed: 'yes', entries: [], more: false, receipt: own, wanted: await wanted(store, call) };
      }
      committed = outcome === 'exists' ? 'taken' : 'undecided';
    }
  }

  // What has been created since the head was asked for comes along, if it is ours or anybody's.
  const isReading = call.commit !== undefined || (call.packs === undefined && call.want === undefined);
  const last = !isReading ? call.have : committed === undefined ? head : Math.max(head, call.have + 1);
  const entries: LogEntry[] = [];
  let bytes = 0;
  let isFull = false;
  for (let from = call.have + 1; from <= last && !isFull; from += READ_AHEAD) {
    const seqs = Array.from({ length: Math.min(READ_AHEAD, last - from + 1) }, (_, index) => from + index);
    const objects = await Promise.all(seqs.map((seq) => store.read(seq)));
    for (const [index, object] of objects.entries()) {
      const seq = seqs[index] ?? 0;
      if (object === undefined) {
        if (seq <= head) return refused('damaged', DAMAGED);
        break;
      }
      bytes += object.length;
      isFull = entries.length >= limits.syncReplyMaxEntries || (entries.length > 0 && bytes > limits.syncReplyMaxBytes);
      if (isFull) break;
      entries.push({ seq, bytes: object });
    }
  }

  if (committed !== undefined && entries[0] !== undefined) {
    const slot = parseEnvelope(entries[0].bytes);
    // A lost reply or a request that came twice: the slot is taken by this very commit.
    if (slot.ok && slot.value.id === header?.id && slot.value.repo === header.repo && call.commit !== undefined) {
      const own = signer.sign(user, header.repo, call.have + 1, hashOf(entries[0].bytes));
      return {
        status: 'ok', head: Math.max(head, call.have + 1), committed: 'yes', entries: [], more: head > call.have + 1,
        receipt: own, wanted: await wanted(store, call),
      };
    }
    committed = 'taken';
  }

  const newest = entries.at(-1);
  let receipt = call.receipt;
  if (newest !== undefined) {
    const parsed = parseEnvelope(newest.bytes);
    if (!parsed.ok) {
      if (parsed.reason === 'damaged') return refused('damaged', DAMAGED);
      return refused('reload', 'Your files were synced by a newer version of Selkie; reload this page to go on.');
    }
    if (call.repo !== undefined && parsed.value.repo !== call.repo) return refused('other-repository', OTHER);
    receipt = signer.sign(user, parsed.value.repo, newest.seq, hashOf(newest.bytes));
  } else if (receipt === undefined && call.have > 0) {
    const object = await store.read(call.have);
    const parsed = object === undefined ? undefined : parseEnvelope(object);
    if (object === undefined || parsed?.ok !== true) return refused('damaged', DAMAGED);
    if (call.repo !== undefined && parsed.value.repo !== call.repo) return refused('other-repository', OTHER);
    receipt = signer.sign(user, parsed.value.repo, call.have, hashOf(object));
  }
  const end = newest?.seq ?? call.have;
  return {
    status: 'ok', head: Math.max(head, end), entries, more: isReading && end < head, wanted: await wanted(store, call),
    ...(committed === undefined ? {} : { committed }), ...(receipt === undefined ? {} : { receipt }),
  };
}

const READ_AHEAD = 16;
const DAMAGED = 'The stored history of your files is damaged; syncing has stopped and your files here are untouched.';
const OTHER = 'The store holds another history than this browser has seen; syncing has stopped and your files here are untouched.';

/** What was asked for by name, as much as fits one reply; the caller asks again for the rest. */
async function wanted(store: LogStore, call: SyncCall): Promise<{ commits: LogEntry[]; packs: Pack[] }> {
  const commits: LogEntry[] = [];
  const packs: Pack[] = [];
  let bytes = 0;
  for (const seq of new Set(call.want?.seqs)) {
    if (bytes > limits.syncReplyMaxBytes - limits.commitMaxBytes) break;
    const object = await store.read(seq);
    if (object === undefined) continue;
    commits.push({ seq, bytes: object });
    bytes += object.length;
  }
  for (const hash of new Set(call.want?.packs)) {
    if (bytes > limits.syncReplyMaxBytes - limits.commitMaxBytes) break;
    const object = await store.readPack(hash);
    if (object === undefined) continue;
    packs.push({ hash, bytes: object });
    bytes += object.length;
  }
  return { commits, packs };
}
