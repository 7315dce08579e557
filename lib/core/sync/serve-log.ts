import * as limits from '../limits.ts';
import { COMMIT, parseEnvelope, SNAPSHOT, type Envelope } from './envelope.ts';
import { hashOf } from './sha256.ts';
import type { LogEntry, Pack, RefusalCode, SyncCall, SyncReply } from './transport.ts';

/**
 * The server's half of sync, over a port: S3 in production, memory in the simulation, so that the very same
 * decisions are tested against every fault. It never looks inside a commit or snapshot; the envelope's header must
 * fit the call, and the receipt proves that the caller was given the parent by this server.
 *
 *   a reading call     lists the newest keys: another head, or a gap below it, is seen here; where anything has changed, and
 *                      on a page's first call, the commit that the caller holds is compared, and those it wrote since
 *   a checked write    puts slot have+1 at once: one request of the store for one edit
 *   any other write    lists first
 *   412                the slot is read: our own commit (a lost reply), or one to merge with
 *
 * Between the listing that a checked write leans on and the put, the store may be emptied or put back from an old
 * copy, and others may have gone on from there; the put then makes a commit above a hole, or one that follows no
 * other. Nothing is lost by that: it overwrites nothing, and the files are in the browser that wrote them. And nobody goes
 * on from there unknowingly: that browser's next listing looks back as far as its last one and compares, and every
 * other browser finds that a commit is missing or does not follow. Likewise
 * a store that was emptied and has grown to the very same number between two looks of one page is noticed when the
 * page is shown again or opened, or with the next commit: to compare at each look would double the cost of looking.
 */
export interface LogStore {
  /** Seqs of the newest commits, newest first, at most `count`; shorter only when there are no more. */
  newest(count: number): Promise<number[]>;
  /** undefined: surely not there. Everything unsure throws `StoreUnavailable`. */
  read(seq: number): Promise<Uint8Array | undefined>;
  /** Create-only. `undecided`: a rival is under way, or no answer came. */
  create(seq: number, bytes: Uint8Array): Promise<CreateOutcome>;
  readPack(hash: string): Promise<Uint8Array | undefined>;
  createPack(hash: string, bytes: Uint8Array): Promise<CreateOutcome>;
  /** Seqs of the newest snapshots at or below `atMost`, newest first, at most `count`. */
  newestSnapshots(atMost: number, count: number): Promise<number[]>;
  readSnapshot(seq: number): Promise<Uint8Array | undefined>;
  createSnapshot(seq: number, bytes: Uint8Array): Promise<CreateOutcome>;
}

export type CreateOutcome = 'created' | 'exists' | 'undecided';

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

type OkReply = Extract<SyncReply, { status: 'ok' }>;

/** Ends a call with a refusal from anywhere inside it. */
class Refusal extends Error {
  constructor(readonly code: RefusalCode, message: string) {
    super(message);
  }
}

/** @throws StoreUnavailable */
export async function serveLog(store: LogStore, signer: ReceiptSigner, user: string, call: SyncCall): Promise<SyncReply> {
  try {
    return await serve(bounded(store), signer, user, call);
  } catch (error) {
    if (error instanceof Refusal) return { status: 'refused', code: error.code, message: error.message };
    throw error;
  }
}

/** An object that is larger than any of ours is not one of ours: as damaged as an empty one, and that fits a reply. */
function bounded(store: LogStore): LogStore {
  const fitting = async (reading: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> => {
    const bytes = await reading;
    return bytes !== undefined && bytes.length > limits.commitMaxBytes ? new Uint8Array(0) : bytes;
  };
  return {
    ...store,
    read: (seq) => fitting(store.read(seq)),
    readPack: (hash) => fitting(store.readPack(hash)),
    readSnapshot: (seq) => fitting(store.readSnapshot(seq)),
  };
}

async function serve(store: LogStore, signer: ReceiptSigner, user: string, call: SyncCall): Promise<OkReply> {
  if (call.forUser !== user) throw new Refusal('other-user', OTHER_USER);
  for (const pack of call.packs ?? []) {
    if (hashOf(pack.bytes) !== pack.hash) throw new Refusal('invalid-call', 'A file arrived altered; run sync again.');
  }
  const header = call.commit === undefined ? undefined : requireHeader(call, call.commit, signer, user);
  if (call.snapshot !== undefined) requireSnapshot(call, call.snapshot, signer, user);

  const isWrite = call.commit !== undefined || call.packs !== undefined || call.snapshot !== undefined;
  const isReading = call.mayJump === true || (!isWrite && call.want === undefined);
  const sinceListed = Math.max(0, call.have - (call.listed?.seq ?? call.have));
  const isDirect = isWrite && call.checked === true && sinceListed <= limits.syncLookBackMax;
  const isListing = isReading || (isWrite && !isDirect);
  const listedHead = isListing ? await requireHead(store, call.have, Math.min(sinceListed, limits.syncLookBackMax + 1) + LIST_KEYS) : undefined;
  const head = listedHead ?? call.have;
  // Another history may have come to the same number or beyond: seen here, before anything is written or read after it.
  const isAsBefore = call.checked === true && head === call.have && sinceListed === 0;
  if (isListing && !isAsBefore && call.have > 0 && call.holds !== undefined) await requireHeld(store, call, call.holds);
  const isListed = { listed: isListing };

  const stored = await Promise.all((call.packs ?? []).map((pack) => store.createPack(pack.hash, pack.bytes)));
  if (stored.includes('undecided')) throw new StoreUnavailable(1);
  // Only a cache: when it is not kept this time, somebody else makes the next one.
  if (call.snapshot !== undefined) await store.createSnapshot(call.have, call.snapshot);

  let committed: 'yes' | 'taken' | 'undecided' | undefined;
  if (call.commit !== undefined && header !== undefined) {
    if (head > call.have) committed = 'taken';
    else {
      const outcome = await store.create(header.seq, call.commit);
      if (outcome === 'created') {
        const receipt = signer.sign(user, header.repo, header.seq, hashOf(call.commit));
        return { status: 'ok', head: header.seq, ...isListed, committed: 'yes', entries: [], more: false, receipt, wanted: await wanted(store, call) };
      }
      committed = outcome === 'exists' ? 'taken' : 'undecided';
    }
  }

  const jump = isReading && call.mayJump === true && head - call.have >= limits.snapshotEvery ? await findJump(store, call.have, head) : undefined;
  // What has been created since the head was asked for comes along, if it is ours or anybody's.
  const last = committed !== undefined ? Math.max(head, call.have + 1) : isReading ? head : call.have;
  const from = jump === undefined ? call.have + 1 : jump.snapshot.seq;
  const entries = await readEntries(store, from, last, head, jump === undefined ? 0 : jump.snapshot.bytes.length + (jump.have?.length ?? 0));

  if (header !== undefined && call.commit !== undefined && entries[0] !== undefined) {
    const slot = parseEnvelope(entries[0].bytes);
    // A lost reply or a request that came twice: the slot is taken by this very commit.
    if (slot.ok && slot.value.id === header.id && slot.value.repo === header.repo) {
      const receipt = signer.sign(user, header.repo, header.seq, hashOf(entries[0].bytes));
      return {
        status: 'ok', head: Math.max(head, header.seq), ...isListed, committed: 'yes', entries: [], more: head > header.seq,
        receipt, wanted: await wanted(store, call),
      };
    }
    committed = 'taken';
  } else if (committed === 'taken') {
    // Taken, and yet not to be read: whoever asks again will know.
    committed = 'undecided';
  }

  const newest = entries.at(-1);
  let receipt = call.receipt;
  if (newest !== undefined) {
    receipt = signReceipt(signer, user, call, newest);
  } else if (receipt === undefined && call.have > 0 && (isListing || isWrite)) {
    const bytes = await store.read(call.have);
    if (bytes === undefined) throw new Refusal('damaged', DAMAGED);
    receipt = signReceipt(signer, user, call, { seq: call.have, bytes });
  }
  const end = newest?.seq ?? call.have;
  return {
    status: 'ok', head: Math.max(head, end), ...isListed, entries, more: (isReading || committed !== undefined) && end < head,
    wanted: await wanted(store, call),
    ...(committed === undefined ? {} : { committed }), ...(receipt === undefined ? {} : { receipt }), ...(jump === undefined ? {} : { jump }),
  };
}

const READ_AHEAD = 16;
/** The head and the one below it: a gap between them is a store that was put back. */
const LIST_KEYS = 2;
const OTHER_USER = 'These files belong to another person than the one who is signed in; sign in as that person to sync them.';
const DAMAGED = 'The stored history of your files is damaged; syncing has stopped and your files here are untouched.';
const NEWER = 'Your files were synced by a newer version of Selkie; reload this page to go on.';
const OTHER = 'The store holds another history than this browser has seen; syncing has stopped and your files here are untouched; `sync rejoin` goes on from what both have.';
const ROLLED_BACK = 'The store holds less than this browser has seen of it; syncing has stopped and your files here are untouched; `sync rejoin` goes on from what both have.';
const HOLE = 'The stored history of your files has a hole, as if the store had been put back to an old state; syncing has stopped and your files here are untouched; `sync rejoin` goes on from what both have.';

/** The commit must follow what the caller was given. */
function requireHeader(call: SyncCall, commit: Uint8Array, signer: ReceiptSigner, user: string): Envelope {
  const parsed = parseEnvelope(commit, COMMIT);
  if (!parsed.ok) throw new Refusal('invalid-call', 'The commit is not of a form this server knows; reload the page.');
  const { repo, seq, parent } = parsed.value;
  if (seq !== call.have + 1 || (call.repo !== undefined && repo !== call.repo)) {
    throw new Refusal('invalid-call', 'The commit does not follow what this browser holds; run sync again.');
  }
  if (call.have > 0) requireReceipt(call, signer, user, repo, parent);
  return parsed.value;
}

/** Only one who holds the commit at `have` may say what the tree is there. */
function requireSnapshot(call: SyncCall, snapshot: Uint8Array, signer: ReceiptSigner, user: string): void {
  const parsed = parseEnvelope(snapshot, SNAPSHOT);
  if (!parsed.ok || parsed.value.seq !== call.have || parsed.value.repo !== call.repo) {
    throw new Refusal('invalid-call', 'The snapshot does not fit what this browser holds; reload the page.');
  }
  requireReceipt(call, signer, user, parsed.value.repo, parsed.value.parent);
}

function requireReceipt({ receipt = '', have }: SyncCall, signer: ReceiptSigner, user: string, repo: string, hash: string): void {
  if (!signer.verify(receipt, user, repo, have, hash)) {
    throw new Refusal('receipt', 'This server has to confirm first what this browser holds; run sync again.');
  }
}

/** The head as listed; a store that lost something is refused here. */
async function requireHead(store: LogStore, have: number, count: number): Promise<number> {
  const seqs = await store.newest(count);
  const head = seqs[0] ?? 0;
  if (head < have) throw new Refusal('rolled-back', ROLLED_BACK);
  if (seqs.length < Math.min(count, head) || seqs.some((seq, index) => seq !== head - index)) throw new Refusal('rolled-back', HOLE);
  return head;
}

/** The commit at `have`, and those written since the last listing, are still the ones that the caller knows. */
async function requireHeld(store: LogStore, { have, repo, listed = { seq: have, hash: '' } }: SyncCall, holds: string): Promise<void> {
  const first = Math.max(1, listed.seq, have - limits.syncLookBackMax - 1);
  const seqs = Array.from({ length: have - first + 1 }, (_, index) => first + index);
  const objects = await Promise.all(seqs.map((seq) => store.read(seq)));
  let before = listed.seq === first ? listed.hash : '';
  for (const [index, bytes] of objects.entries()) {
    if (bytes === undefined) throw new Refusal('rolled-back', HOLE);
    const parsed = parseEnvelope(bytes, COMMIT);
    if (!parsed.ok) throw new Refusal(parsed.reason === 'newer' ? 'reload' : 'damaged', parsed.reason === 'newer' ? NEWER : DAMAGED);
    const hash = hashOf(bytes);
    const isKnown = index === 0 ? before === '' || hash === before : parsed.value.parent === before;
    if (!isKnown || (seqs[index] === have && hash !== holds)) {
      throw new Refusal(parsed.value.repo === repo ? 'rolled-back' : 'other-repository', OTHER);
    }
    before = hash;
  }
}

/** A snapshot that saves reading many commits, if there is one. */
async function findJump(store: LogStore, have: number, head: number): Promise<OkReply['jump']> {
  const [seq] = await store.newestSnapshots(head, 1);
  if (seq === undefined || seq - have < limits.snapshotEvery / 2) return undefined;
  const [bytes, own] = await Promise.all([store.readSnapshot(seq), have === 0 ? undefined : store.read(have)]);
  if (bytes === undefined) return undefined;
  if (have > 0 && own === undefined) throw new Refusal('damaged', DAMAGED);
  return { snapshot: { seq, bytes }, ...(own === undefined ? {} : { have: own }) };
}

/** Commits in order without gaps, as many as fit one reply. */
async function readEntries(store: LogStore, first: number, last: number, head: number, usedBytes: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let bytes = usedBytes;
  // A few at first: what is large shows by it, and then they are not all read to be thrown away.
  for (let from = first, step = 4; from <= last; from += step, step = ahead(bytes, from - first)) {
    const seqs = Array.from({ length: Math.min(step, last - from + 1) }, (_, index) => from + index);
    const objects = await Promise.all(seqs.map((seq) => store.read(seq)));
    for (const [index, object] of objects.entries()) {
      const seq = seqs[index] ?? 0;
      if (object === undefined) {
        if (seq <= head) throw new Refusal('damaged', DAMAGED);
        return entries;
      }
      bytes += object.length;
      if (entries.length >= limits.syncReplyMaxEntries || (entries.length > 0 && bytes > limits.syncReplyMaxBytes)) return entries;
      entries.push({ seq, bytes: object });
    }
  }
  return entries;
}

/** How many objects to read at once when `count` of them had `bytes`. */
function ahead(bytes: number, count: number): number {
  const fitting = Math.floor(((limits.syncReplyMaxBytes - bytes) * count) / Math.max(1, bytes));
  return Math.max(1, Math.min(READ_AHEAD, fitting));
}

function signReceipt(signer: ReceiptSigner, user: string, call: SyncCall, { seq, bytes }: LogEntry): string {
  const parsed = parseEnvelope(bytes, COMMIT);
  if (!parsed.ok) {
    if (parsed.reason === 'damaged') throw new Refusal('damaged', DAMAGED);
    throw new Refusal('reload', NEWER);
  }
  if (call.repo !== undefined && parsed.value.repo !== call.repo) throw new Refusal('other-repository', OTHER);
  return signer.sign(user, parsed.value.repo, seq, hashOf(bytes));
}

/** What was asked for by name, as much as fits one reply; the caller asks again for the rest. */
async function wanted(store: LogStore, call: SyncCall): Promise<OkReply['wanted']> {
  const commits: LogEntry[] = [];
  const packs: Pack[] = [];
  if (call.want === undefined) return { commits, packs };
  let snapshot: LogEntry | undefined;
  let bytes = 0;
  if (call.want.snapshot !== undefined) {
    const [seq] = await store.newestSnapshots(call.want.snapshot, 1);
    const object = seq === undefined ? undefined : await store.readSnapshot(seq);
    if (seq !== undefined && object !== undefined) snapshot = { seq, bytes: object };
    bytes += object?.length ?? 0;
  }
  const isFull = (): boolean => bytes > limits.syncReplyMaxBytes - limits.commitMaxBytes;
  const gather = async <K>(names: readonly K[], read: (name: K) => Promise<Uint8Array | undefined>, add: (name: K, object: Uint8Array) => void) => {
    const rest = [...new Set(names)];
    for (let from = 0, step = 4; from < rest.length && !isFull(); from += step, step = ahead(bytes, from)) {
      const some = rest.slice(from, from + step);
      const objects = await Promise.all(some.map(read));
      for (const [index, object] of objects.entries()) {
        if (object === undefined || isFull()) continue;
        add(some[index] as K, object);
        bytes += object.length;
      }
    }
  };
  await gather(call.want.seqs, (seq) => store.read(seq), (seq, object) => commits.push({ seq, bytes: object }));
  await gather(call.want.packs, (hash) => store.readPack(hash), (hash, object) => packs.push({ hash, bytes: object }));
  return { commits, packs, ...(snapshot === undefined ? {} : { snapshot }) };
}
