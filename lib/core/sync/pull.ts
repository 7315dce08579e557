import * as limits from '../limits.ts';
import { mergeAndApply } from './apply-merge.ts';
import type { Base } from './base.ts';
import type { ParsedCommit } from './commit.ts';
import { callFrom, request, stop, type OkReply } from './exchange.ts';
import { requireCommit, type Shelf } from './fetch-contents.ts';
import type { Answer, Effect, RoundContext } from './round-context.ts';
import { hashOf } from './sha256.ts';
import { parseSnapshot, type Snapshot } from './snapshot.ts';
import type { LogEntry, SyncCall } from './transport.ts';
import { applyInPlace, rootHash, type TreeEntry } from './tree.ts';

const MAX_CALLS = 500;

interface Reading extends Base {
  tree: Map<string, TreeEntry>;
}

/**
 * Reads up to the head, then merges once: what happened in between is nobody's conflict. Commits are taken in as they
 * come, and of their contents only what the tree still has is held. The tree is compared with the root hash at the
 * end of each reply, not at each commit: ten thousand comparisons of ten thousand files would take minutes.
 *
 * @returns the base that this leaves, and whether the head was seen in a listing.
 */
export function* pull(context: RoundContext, start: Base, first: OkReply, shelf: Shelf): Generator<Effect, { base: Base; listed: boolean }, Answer> {
  const { bases, page } = context;
  let base = start;
  let remote: Reading = { ...start, tree: new Map(start.tree) };
  let reply = first;
  let read = 0;
  for (let calls = 0; ; calls++) {
    if (calls > MAX_CALLS) throw stop('damaged');
    let { entries } = reply;
    if (reply.jump !== undefined) {
      const landed = land(reply.jump, entries[0], remote);
      if (landed === undefined) {
        page.distrustsSnapshots = true;
        reply = yield* request(callFrom(context, remote));
        if (reply.jump !== undefined || reply.entries.length === 0) throw stop('damaged');
        ({ entries } = reply);
      } else {
        remote = landed.reading;
        for (const pack of landed.snapshot.packs) for (const { hash } of pack.contents) shelf.packed.set(hash, pack);
        shelve(landed.commit, shelf);
        entries = entries.slice(1);
      }
    }
    let root: string | undefined;
    for (const entry of entries) {
      const commit = requireCommit(entry.bytes);
      if (commit.seq !== remote.seq + 1 || commit.parent !== remote.parent) throw stop('damaged');
      if (remote.repo !== undefined && commit.repo !== remote.repo) throw stop('other-repository');
      if (!applyInPlace(remote.tree, commit.operations, commit.seq)) throw stop('damaged');
      // A commit of ours whose reply was lost: the local files come from it already.
      const isOwn = remote.seq === base.seq && bases.wasSent(commit.seq, commit.id);
      remote = { repo: commit.repo, seq: commit.seq, parent: hashOf(entry.bytes), receipt: undefined, tree: remote.tree };
      ({ root } = commit);
      shelve(commit, shelf);
      for (const merge of commit.merges) bases.dropKept(merge);
      if (isOwn) {
        if (rootHash(remote.tree) !== root) throw stop('damaged');
        base = { ...remote, tree: new Map(remote.tree) };
      }
      read++;
    }
    if (root !== undefined && rootHash(remote.tree) !== root) throw stop('damaged');
    remote = { ...remote, receipt: reply.receipt };
    const live = new Set([...remote.tree.values()].map((entry) => entry.hash));
    for (const hash of shelf.bytes.keys()) if (!live.has(hash)) shelf.bytes.delete(hash);
    context.progress?.({ what: 'reading', done: remote.seq - start.seq, total: Math.max(reply.head, remote.seq) - start.seq });
    if (!reply.more) break;
    // Asked once: where there is no snapshot now there is none a moment later.
    reply = yield* request({ ...callFrom(context, remote), ...(calls === 0 && first.committed !== undefined ? mayJump(context, remote) : {}) });
    if (reply.head < remote.seq) throw stop('rolled-back');
    if (reply.entries.length === 0) break;
  }
  // Nobody has kept the tree for a long time: then we do, afterwards.
  if (read >= limits.snapshotEvery) page.owesSnapshot = true;
  yield* mergeAndApply(context, remote, base, shelf, start);
  bases.save(remote);
  bases.clearSent(remote.seq);
  return { base: remote, listed: reply.listed };
}

/**
 * Whether a snapshot may stand for the commits after `seq`. Not while one of them may be ours, its reply lost: only by
 * reading it is it known as ours.
 */
export function mayJump({ bases, page }: RoundContext, { seq }: { seq: number }): Pick<SyncCall, 'mayJump'> {
  return page.distrustsSnapshots === true || bases.hasSent(seq + 1) ? {} : { mayJump: true };
}

function shelve(commit: ParsedCommit, shelf: Shelf): void {
  for (const [hash, where] of commit.contents) if (where instanceof Uint8Array) shelf.bytes.set(hash, where);
}

/** Where a snapshot leads; undefined when it is not what the commit says of itself. */
function land(
  { snapshot: object, have }: NonNullable<OkReply['jump']>, entry: LogEntry | undefined, from: Reading,
): { reading: Reading; snapshot: Snapshot; commit: ParsedCommit } | undefined {
  // The commit that this browser holds must still be there, unaltered: then all after it continue its own history.
  if (from.seq > 0 && (have === undefined || hashOf(have) !== from.parent)) throw stop('damaged');
  if (entry === undefined || entry.seq !== object.seq || entry.seq <= from.seq) return undefined;
  const commit = requireCommit(entry.bytes);
  if (commit.seq !== entry.seq) throw stop('damaged');
  if (from.repo !== undefined && commit.repo !== from.repo) throw stop('other-repository');
  const parsed = parseSnapshot(object.bytes);
  if (!parsed.ok) return undefined;
  const snapshot = parsed.value;
  const parent = hashOf(entry.bytes);
  if (snapshot.seq !== entry.seq || snapshot.repo !== commit.repo || snapshot.commit !== parent) return undefined;
  if (rootHash(snapshot.tree) !== commit.root) return undefined;
  const reading = { repo: commit.repo, seq: commit.seq, parent, receipt: undefined, tree: snapshot.tree };
  return { reading, snapshot, commit };
}
