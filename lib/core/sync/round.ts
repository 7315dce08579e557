import { FsError } from '../fs/files.ts';
import type { Origin } from '../fs/file-version.ts';
import type { Replica } from '../fs/stored-files.ts';
import type { Base } from './base.ts';
import { parseCommit, type ParsedCommit } from './commit.ts';
import { mergeText } from './merge-text.ts';
import { contestedIds, mergeTrees, type MergeInput, type Step } from './merge-trees.ts';
import { nextCommit, type NextCommit } from './next-commit.ts';
import { base64url, hashOf } from './sha256.ts';
import { limits } from '../limits.ts';
import { applyOperations, pendingOperations, rootHash, type TreeEntry } from './tree.ts';
import type { Pack, SyncCall, SyncReply } from './transport.ts';

/**
 * One round of sync: push what is pending, pull what is new, merge, until both sides are equal.
 *
 *   push first    a commit for slot have+1 goes out without asking; with no rival that is one request
 *   slot taken    pull up to the head, merge, apply, push the rest into the next slot
 *   no answer     undecided: what the slot holds tells by its commit id whether it was ours
 *
 * A generator: every wait is a `yield`, so that a test can stop it, crash it or put anything in between. Files are
 * applied one by one, each in a synchronous step that first compares the version with the planned one; what
 * has changed meanwhile is planned again. The base is written after all of them.
 * Rejected: an async function with injected promises; its interleavings are the scheduler's, not the test's.
 */
export type Effect = { kind: 'call'; call: SyncCall } | { kind: 'breathe' };
/** What came back from a call; undefined when it failed, was lost, or was not a reply. */
export type Answer = SyncReply | undefined;

export interface BaseStore {
  load(): Base;
  /** @throws FsError ENOSPC */
  save(base: Base): void;
  /** Remembers, before a commit is sent, that it may come to be, so that it is known as ours even after a crash. */
  noteSent(seq: number, id: string): void;
  wasSent(seq: number, id: string): boolean;
  /** Slots up to `seq` are decided. */
  clearSent(seq: number): void;
}

export interface RoundContext {
  forUser: string;
  device: string;
  replica: Replica;
  bases: BaseStore;
  /** Milliseconds since the epoch; only written into commits. */
  now: () => number;
  random: (bytes: number) => Uint8Array;
  notice: (sentence: string) => void;
  /** The judging parts; a test plants mistakes here, and the simulation must notice. */
  parts?: Partial<RoundParts>;
}

export interface RoundParts {
  mergeTrees: typeof mergeTrees;
  pendingOperations: typeof pendingOperations;
  isOwnCommit: (bases: BaseStore, seq: number, id: string) => boolean;
  applyStep: typeof applyStep;
  saveBaseFirst: boolean;
}

export type RoundResult =
  | { result: 'synced' }
  | { result: 'absent' }
  /** No answer at all: no network, or the reply was lost. */
  | { result: 'failed' }
  | { result: 'unavailable'; retryAfterSeconds: number; message: string }
  /** Going on would risk data; nothing was dropped. */
  | { result: 'stopped'; message: string };

export type Round = Generator<Effect, RoundResult, Answer>;

const MAX_CALLS = 500;

/** Ends a round from anywhere inside it. */
class RoundEnd extends Error {
  constructor(readonly outcome: RoundResult) {
    super(outcome.result);
  }
}

const stop = (message: string): RoundEnd => new RoundEnd({ result: 'stopped', message });
const DAMAGED = 'The stored history of your files is damaged; syncing has stopped and your files here are untouched.';
const NEWER = 'Your files were synced by a newer version of Selkie; reload this page to go on.';

export function* syncRound(context: RoundContext): Round {
  try {
    return yield* runRound(context);
  } catch (error) {
    if (error instanceof RoundEnd) return error.outcome;
    if (error instanceof FsError && error.code === 'ENOSPC') {
      return { result: 'stopped', message: 'The storage of this browser is full; remove some files and run sync again.' };
    }
    throw error;
  }
}

function* runRound(context: RoundContext): Round {
  const { replica, bases } = context;
  const parts: RoundParts = {
    mergeTrees, pendingOperations, applyStep, saveBaseFirst: false,
    isOwnCommit: (store, seq, id) => store.wasSent(seq, id), ...context.parts,
  };
  let base = bases.load();
  for (const sentence of replica.settle(base.seq)) context.notice(sentence);
  const notesAtStart = replica.removed();
  const seqAtStart = base.seq;
  const contents = new Map<string, Uint8Array>();
  const storedPacks = new Set<string>();
  let newReceiptAsked = false;
  // On a first visit the account may hold a history already: look before sending a megabyte. And names that a pull
  // left contested when it was cut off are the merge's to settle.
  let mayPush = base.seq > 0 && !replica.hasContestedNames();
  let next = mayPush ? prepare(context, parts, base) : undefined;

  for (let calls = 0; calls < MAX_CALLS; calls++) {
    const commit = mayPush ? next : undefined;
    const call: SyncCall = { forUser: context.forUser, have: base.seq };
    if (base.repo !== undefined) call.repo = base.repo;
    if (base.receipt !== undefined) call.receipt = base.receipt;
    if (commit !== undefined) {
      const missing = commit.packs.find((pack) => !storedPacks.has(pack.hash));
      if (missing !== undefined) {
        const stored = yield* request({ ...call, packs: [missing] });
        storedPacks.add(missing.hash);
        if (stored.head > base.seq) mayPush = false;
        continue;
      }
      call.commit = commit.bytes;
      bases.noteSent(base.seq + 1, commit.id);
    }
    let reply: OkReply;
    try {
      reply = yield* request(call);
    } catch (error) {
      // The server's key for receipts has changed: it gives a new one to a call that only reads.
      if (!(error instanceof ReceiptRefused) || newReceiptAsked) throw error instanceof ReceiptRefused ? stop(DAMAGED) : error;
      newReceiptAsked = true;
      const { receipt: _, ...rest } = base;
      base = { ...rest, receipt: undefined };
      mayPush = false;
      continue;
    }
    if (reply.head < base.seq) throw stop(ROLLED_BACK);
    if (commit !== undefined && reply.committed === 'undecided') {
      throw new RoundEnd({ result: 'unavailable', retryAfterSeconds: 1, message: 'The store is busy; trying again.' });
    }
    if (commit !== undefined && reply.committed === 'yes') {
      const seq = base.seq + 1;
      base = { repo: commit.repo, seq, parent: hashOf(commit.bytes), receipt: reply.receipt, tree: commit.tree };
      bases.save(base);
      bases.clearSent(seq);
    } else if (reply.entries.length > 0) {
      base = yield* pull(context, parts, base, reply, contents);
    } else {
      if (reply.receipt !== undefined && reply.receipt !== base.receipt) {
        base = { ...base, receipt: reply.receipt };
        if (base.repo !== undefined) bases.save(base);
      }
      if (hasLost(replica, base) || replica.hasContestedNames()) yield* mergeAndApply(context, parts, base, base, contents);
    }
    mayPush = true;
    next = prepare(context, parts, base);
    if (next === undefined && reply.head <= base.seq) {
      // A removal note of a file that never got into the log is needed until every commit sent before it is
      // decided; the slot that was open when the round began now is.
      if (base.seq > seqAtStart) {
        for (const id of notesAtStart) if (!base.tree.has(id)) replica.forgetRemoval(id);
      }
      return { result: 'synced' };
    }
  }
  return { result: 'unavailable', retryAfterSeconds: 1, message: 'There is much to sync; going on.' };
}

/** Whether files of the base are absent here without ever having been removed. */
function hasLost(replica: Replica, base: Base): boolean {
  const local = replica.entries();
  const removed = replica.removed();
  for (const id of base.tree.keys()) if (!local.has(id) && !removed.has(id)) return true;
  return false;
}

const ROLLED_BACK = 'The store holds less than this browser has seen of it; syncing has stopped and your files here are untouched.';
type OkReply = Extract<SyncReply, { status: 'ok' }>;

class ReceiptRefused extends Error {}

function* request(call: SyncCall): Generator<Effect, OkReply, Answer> {
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
      throw reply.code === 'receipt' ? new ReceiptRefused() : stop(reply.message);
  }
}

/** The next commit; undefined when nothing is pending, or nothing that could be read. */
function prepare(context: RoundContext, parts: RoundParts, base: Base): NextCommit | undefined {
  const { replica } = context;
  const operations = parts.pendingOperations(base.tree, replica.entries(), replica.removed());
  if (operations.length === 0) return undefined;
  const repo = base.repo ?? base64url(context.random(16));
  return nextCommit({
    base, operations, repo, id: base64url(context.random(16)),
    content: (id) => replica.content(id), device: context.device, atMs: context.now(),
  });
}

/** Reads up to the head, then merges once: what happened in between is nobody's conflict. */
function* pull(
  context: RoundContext, parts: RoundParts, start: Base, first: OkReply, contents: Map<string, Uint8Array>,
): Generator<Effect, Base, Answer> {
  let base = start;
  let remote: Base = start;
  let reply = first;
  for (let calls = 0; ; calls++) {
    for (const entry of reply.entries) {
      const commit = requireCommit(entry.bytes);
      if (commit.seq !== remote.seq + 1 || commit.parent !== remote.parent) throw stop(DAMAGED);
      if (remote.repo !== undefined && commit.repo !== remote.repo) throw stop(OTHER_REPOSITORY);
      const tree = applyOperations(remote.tree, commit.operations, commit.seq);
      if (tree === undefined || rootHash(tree) !== commit.root) throw stop(DAMAGED);
      for (const [hash, where] of commit.contents) if (where instanceof Uint8Array) contents.set(hash, where);
      // A commit of ours whose reply was lost: the local files come from it already.
      const isOwn = remote === base && parts.isOwnCommit(context.bases, commit.seq, commit.id);
      remote = { repo: commit.repo, seq: commit.seq, parent: hashOf(entry.bytes), receipt: undefined, tree };
      if (isOwn) base = remote;
    }
    remote = { ...remote, receipt: reply.receipt };
    if (!reply.more) break;
    if (calls > MAX_CALLS) throw stop(DAMAGED);
    const call: SyncCall = { forUser: context.forUser, have: remote.seq };
    if (remote.repo !== undefined) call.repo = remote.repo;
    if (remote.receipt !== undefined) call.receipt = remote.receipt;
    reply = yield* request(call);
    if (reply.entries.length === 0) {
      if (reply.head < remote.seq) throw stop(ROLLED_BACK);
      break;
    }
  }
  if (parts.saveBaseFirst) context.bases.save(remote);
  yield* mergeAndApply(context, parts, remote, base, contents);
  context.bases.save(remote);
  context.bases.clearSent(remote.seq);
  return remote;
}

const OTHER_REPOSITORY = 'The store holds another history than this browser has seen; syncing has stopped and your files here are untouched.';

function requireCommit(bytes: Uint8Array): ParsedCommit {
  const parsed = parseCommit(bytes);
  if (!parsed.ok) throw stop(parsed.reason === 'newer' ? NEWER : DAMAGED);
  return parsed.value;
}

/** Brings the local files to what local, remote and base together say; ends when there is nothing left to do. */
function* mergeAndApply(
  context: RoundContext, parts: RoundParts, remote: Base, { seq: baseSeq, tree: baseTree }: Pick<Base, 'seq' | 'tree'>, contents: Map<string, Uint8Array>,
): Generator<Effect, void, Answer> {
  const { replica } = context;
  const base = new Map(baseTree);
  for (const [id, { seq, at, path, mode, hash }] of replica.origins()) {
    // Applied by a round that did not get as far as writing its base.
    if (seq > baseSeq) base.set(id, { kind: hash === '' ? 'directory' : 'file', path, mode, hash, size: 0, at });
  }
  const told = new Set<string>();
  for (let pass = 0; pass < 20; pass++) {
    const local = replica.entries();
    const input = { base, local, removed: replica.removed(), remote: remote.tree, device: context.device };
    const contested = contestedIds(input);
    const isMissing = (entry: TreeEntry | undefined): entry is TreeEntry => entry !== undefined && !contents.has(entry.hash);
    yield* fetchContents(context, remote, contested.flatMap((id) => [base.get(id), remote.tree.get(id)]).filter(isMissing), contents);

    const mergeContent: MergeInput['mergeContent'] = (id, b, l, r) => {
      const [from, to] = [b && contents.get(b.hash), contents.get(r.hash)];
      const ours = local.get(id)?.tag === l.tag ? replica.content(id) : undefined;
      return from && to && ours && hashOf(ours) === l.hash ? within(mergeText(from, ours, to)) : undefined;
    };
    const { steps, notices } = parts.mergeTrees({ ...input, mergeContent });
    if (steps.length === 0) return;
    const needed = steps.flatMap((step) => {
      const entry = step.step === 'put' && step.kind === 'file' && typeof step.content === 'string' ? remote.tree.get(step.id) : undefined;
      return isMissing(entry) ? [entry] : [];
    });
    yield* fetchContents(context, remote, needed, contents);
    let isDone = true;
    for (const [index, step] of steps.entries()) {
      if (index % 16 === 0) yield { kind: 'breathe' };
      if (!parts.applyStep(replica, step, contents, context.now(), originOf(remote, step.id))) {
        isDone = false;
        continue;
      }
      if (step.step === 'copy') continue;
      // From here on this file's local version comes from the remote one: later edits are edits of that.
      const entry = remote.tree.get(step.id);
      if (entry === undefined) base.delete(step.id);
      else base.set(step.id, entry);
    }
    for (const sentence of notices) {
      if (!told.has(sentence)) context.notice(sentence);
      told.add(sentence);
    }
    if (isDone) return;
  }
  // Somebody writes faster than we apply: another round will do.
  throw new RoundEnd({ result: 'unavailable', retryAfterSeconds: 1, message: 'Files are changing; trying again.' });
}

function originOf({ seq, tree }: Base, id: string): Origin | null {
  const entry = tree.get(id);
  return entry === undefined ? null : { seq, at: entry.at, path: entry.path, mode: entry.mode, hash: entry.hash };
}

function within(merged: Uint8Array | undefined): Uint8Array | undefined {
  return merged !== undefined && merged.length <= limits.fileMaxBytes ? merged : undefined;
}

/** One guarded step; false when the file is no longer what was planned for. */
export function applyStep(replica: Replica, step: Step, contents: ReadonlyMap<string, Uint8Array>, mtimeMs: number, origin: Origin | null): boolean {
  switch (step.step) {
    case 'copy': {
      const content = replica.content(step.from);
      if (content === undefined || replica.entries().get(step.from)?.tag !== step.expect) return false;
      const { id, path, mode } = step;
      return replica.put({ id, kind: 'file', path, mode, mtimeMs }, content, undefined, null);
    }
    case 'put': {
      const { id, kind, path, mode } = step;
      const content = kind === 'directory' ? undefined : typeof step.content === 'string' ? contents.get(step.content) : step.content;
      if (kind === 'file' && typeof step.content === 'string' && content === undefined) return false;
      return replica.put({ id, kind, path, mode, mtimeMs }, content, step.expect, origin);
    }
    case 'drop':
      return replica.drop(step.id, step.expect, step.note);
  }
}

/** Gets contents by the commits that brought them; what cannot be had stays absent. */
function* fetchContents(
  context: RoundContext, remote: Base, entries: readonly TreeEntry[], contents: Map<string, Uint8Array>,
): Generator<Effect, void, Answer> {
  const call = (want: { seqs: number[]; packs: string[] }): SyncCall => ({
    forUser: context.forUser, have: remote.seq, want,
    ...(remote.repo === undefined ? {} : { repo: remote.repo }),
    ...(remote.receipt === undefined ? {} : { receipt: remote.receipt }),
  });
  const seqs = [...new Set(entries.filter((entry) => !contents.has(entry.hash)).map((entry) => entry.at))];
  const split = new Map<string, string[]>();
  while (seqs.length > 0) {
    const reply = yield* request(call({ seqs: seqs.slice(0, limits.syncWantMax), packs: [] }));
    if (reply.wanted.commits.length === 0) throw stop(DAMAGED);
    for (const entry of reply.wanted.commits) {
      const commit = requireCommit(entry.bytes);
      if (commit.seq !== entry.seq || commit.repo !== remote.repo) throw stop(DAMAGED);
      for (const [hash, where] of commit.contents) {
        if (where instanceof Uint8Array) contents.set(hash, where);
        else split.set(hash, where);
      }
      seqs.splice(seqs.indexOf(entry.seq), 1);
    }
  }
  for (const { hash } of entries) {
    const names = split.get(hash);
    if (contents.has(hash) || names === undefined) continue;
    const got = new Map<string, Pack>();
    for (let missing = names; missing.length > 0; missing = names.filter((name) => !got.has(name))) {
      const reply = yield* request(call({ seqs: [], packs: missing.slice(0, limits.syncWantMax) }));
      if (reply.wanted.packs.length === 0) throw stop(DAMAGED);
      for (const pack of reply.wanted.packs) {
        if (hashOf(pack.bytes) !== pack.hash) throw stop(DAMAGED);
        got.set(pack.hash, pack);
      }
    }
    const whole = new Uint8Array(names.reduce((sum, name) => sum + (got.get(name)?.bytes.length ?? 0), 0));
    let at = 0;
    for (const name of names) {
      const part = got.get(name)?.bytes ?? new Uint8Array(0);
      whole.set(part, at);
      at += part.length;
    }
    if (hashOf(whole) !== hash) throw stop(DAMAGED);
    contents.set(hash, whole);
  }
}
