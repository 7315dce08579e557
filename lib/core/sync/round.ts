import { mergeAndApply } from './apply-merge.ts';
import type { Base } from './base.ts';
import { callFrom, ReceiptRefused, request, RoundEnd, stop, storageEnd, type OkReply } from './exchange.ts';
import type { Shelf } from './fetch-contents.ts';
import { readIgnoreRules } from './ignore-rules.ts';
import { lackingIds } from './lacking.ts';
import { nextCommit, type NextCommit } from './next-commit.ts';
import { outlivedFiles } from './outlived-files.ts';
import { mayJump, pull } from './pull.ts';
import type { Round, RoundContext, RoundResult } from './round-context.ts';
import { base64url, hashOf } from './sha256.ts';
import * as limits from '../limits.ts';
import { pendingOperations } from './tree.ts';
import type { SyncCall } from './transport.ts';

/**
 * One round of sync: push what is pending, pull what is new, merge, until both sides are equal.
 *
 *   push first    a commit for slot have+1 goes out without asking; with no rival that is one request
 *   slot taken    pull up to the head, merge, apply, push the rest into the next slot
 *   no answer     undecided: what the slot holds tells by its commit id whether it was ours
 *
 * A generator: every wait is a `yield`, so that a test can stop it, crash it or put anything in between. The base is
 * written after all files.
 * Rejected: an async function with injected promises; its interleavings are the scheduler's, not the test's.
 */
const MAX_CALLS = 500;

export function* syncRound(context: RoundContext): Round {
  let outcome: RoundResult | undefined;
  try {
    outcome = yield* runRound(context);
    return outcome;
  } catch (error) {
    if (error instanceof RoundEnd) return error.outcome;
    if (error instanceof ReceiptRefused) {
      // Twice in one round: servers with different keys, while one version replaces another. The next look compares the commit itself.
      return { result: 'unavailable', retryAfterSeconds: 1, message: 'The server is just being replaced; trying again.' };
    }
    const end = storageEnd(error);
    if (end !== undefined) return end;
    throw error;
  } finally {
    // After an outage the store may be another one: look before writing.
    if (outcome?.result !== 'synced') delete context.page.confirmed;
  }
}

function* runRound(context: RoundContext): Round {
  const { replica, bases, page } = context;
  let base = bases.load();
  // Looking at ten thousand files with every poll would be felt.
  const isQuiet = page.quiet?.revision === replica.revision() && page.quiet.seq === base.seq && page.quiet.parent === base.parent;
  if (!isQuiet) for (const sentence of replica.settle(base.seq)) context.notice(sentence);
  const notesAtStart = replica.removed();
  const seqAtStart = base.seq;
  let newestSeen = base.seq;
  if (!isQuiet) for (const { seq } of replica.origins().values()) newestSeen = Math.max(newestSeen, seq);
  const shelf: Shelf = { bytes: new Map(), packed: new Map() };
  const storedPacks = new Set<string>();
  let newReceiptAsked = false;
  let taken = 0;
  let pushed = 0;
  // On a first visit the account may hold a history already: look before sending a megabyte. And names that a pull
  // left contested when it was cut off are the merge's to settle.
  let mayPush = base.seq > 0 && (isQuiet || !replica.hasContestedNames());
  let next = mayPush && !isQuiet ? prepare(context, base) : undefined;

  for (let calls = 0; calls < MAX_CALLS; calls++) {
    const commit = mayPush ? next?.commit : undefined;
    const isConfirmed = page.confirmed?.seq === base.seq && page.confirmed.parent === base.parent;
    const listed = bases.listed();
    const call: SyncCall = { ...callFrom(context, base), ...(listed !== undefined && listed.seq < base.seq ? { listed } : {}) };
    if (commit === undefined) Object.assign(call, mayJump(context, base));
    if (isConfirmed) call.checked = true;
    if (base.seq > 0) call.holds = base.parent;
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
      // It gives a new one to a call that only reads.
      if (!(error instanceof ReceiptRefused) || newReceiptAsked) throw error;
      newReceiptAsked = true;
      const { receipt: _, ...rest } = base;
      base = { ...rest, receipt: undefined };
      mayPush = false;
      continue;
    }
    if (reply.head < base.seq || (reply.listed && reply.head < newestSeen)) throw stop('rolled-back');
    if (commit !== undefined && reply.committed === 'undecided') {
      throw new RoundEnd({ result: 'unavailable', retryAfterSeconds: 1, message: 'The store is busy; trying again.' });
    }
    if (commit !== undefined && reply.committed === 'yes') {
      const seq = base.seq + 1;
      if (reply.listed) bases.noteListed(base.seq, base.parent);
      base = { repo: commit.repo, seq, parent: hashOf(commit.bytes), receipt: reply.receipt, tree: commit.tree };
      bases.save(base);
      bases.clearSent(seq);
      for (const merge of commit.merges) bases.dropKept(merge);
      if (reply.head === seq && (isConfirmed || reply.listed)) page.confirmed = { seq, parent: base.parent };
      if (seq % limits.snapshotEvery === 0) page.owesSnapshot = true;
      pushed += commit.operations.length;
      context.progress?.({ what: 'pushing', done: pushed, total: pushed - commit.operations.length + (next?.pending ?? 0) });
    } else if (reply.entries.length > 0) {
      const pulled = yield* pull(context, base, reply, shelf);
      ({ base } = pulled);
      if (pulled.listed) {
        confirm(context, base);
      } else if (isConfirmed && ++taken === 1) {
        // The rival's commit follows ours, and is the newest one as far as anybody knows; the next put will tell.
        page.confirmed = { seq: base.seq, parent: base.parent };
      }
    } else {
      if (reply.listed && reply.head === base.seq) confirm(context, base);
      if (reply.receipt !== undefined && reply.receipt !== base.receipt) {
        base = { ...base, receipt: reply.receipt };
        if (base.repo !== undefined) bases.save(base);
      }
      if (isQuiet && reply.head === base.seq && page.quiet?.revision === replica.revision()) return { result: 'synced' };
    }
    // A pull has seen to it already.
    const isSettled = reply.entries.length > 0 && reply.committed !== 'yes';
    if (!isSettled && (hasLost(context, base) || replica.hasContestedNames() || outlivedFiles(replica, base).size > 0)) yield* mergeAndApply(context, base, base, shelf);
    mayPush = true;
    next = prepare(context, base);
    if (next === undefined && reply.head <= base.seq) {
      // A removal note of a file that never got into the log is needed until every commit sent before it is
      // decided; the slot that was open when the round began now is.
      if (base.seq > seqAtStart) {
        for (const id of notesAtStart) if (!base.tree.has(id)) replica.forgetRemoval(id);
      }
      page.quiet = { revision: replica.revision(), seq: base.seq, parent: base.parent };
      return { result: 'synced' };
    }
  }
  return { result: 'unavailable', retryAfterSeconds: 1, message: 'There is much to sync; going on.' };
}

/** The store's newest commit is `base`, and a listing has said so. */
function confirm({ page, bases }: RoundContext, { seq, parent }: Base): void {
  page.confirmed = { seq, parent };
  const listed = bases.listed();
  if (listed?.seq !== seq || listed.hash !== parent) bases.noteListed(seq, parent);
}

/** Whether files of the base are absent here without ever having been removed. */
function hasLost({ replica, page }: RoundContext, base: Base): boolean {
  const local = replica.entries();
  const removed = replica.removed();
  const lacking = lackingIds(page, local);
  for (const id of base.tree.keys()) if (!local.has(id) && !removed.has(id) && !lacking.has(id)) return true;
  return false;
}

/** The next commit; undefined when nothing is pending, or nothing that could be read. */
function prepare(context: RoundContext, base: Base): { commit: NextCommit; pending: number } | undefined {
  const { replica, bases, page } = context;
  page.rules = readIgnoreRules(replica, base.tree, page.rules);
  const outlived = outlivedFiles(replica, base);
  const operations = pendingOperations(base.tree, replica.entries(), replica.removed(), page.rules.isIgnored).filter(({ id }) => !outlived.has(id));
  const kept = bases.kept().flatMap((merge) => {
    const bytes = bases.keptContent(merge);
    return bytes === undefined ? [] : [{ merge, bytes }];
  });
  if (operations.length === 0 && kept.length === 0) return undefined;
  const repo = base.repo ?? base64url(context.random(16));
  const commit = nextCommit({
    base, operations, kept, repo, id: base64url(context.random(16)),
    content: (id) => replica.content(id), device: context.device, atMs: context.now(),
  });
  return commit && { commit, pending: operations.length };
}
