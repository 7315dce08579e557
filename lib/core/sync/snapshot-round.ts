import * as limits from '../limits.ts';
import { makeContentPacks } from './content-pack.ts';
import { callFrom, ReceiptRefused, request, RoundEnd } from './exchange.ts';
import type { Round, RoundContext } from './round-context.ts';
import { formatSnapshot, parseSnapshot, type SnapshotPack } from './snapshot.ts';
import type { SyncCall } from './transport.ts';

/** Raw bytes gathered for one pack; it is deflated in one go, and the page does nothing else meanwhile. */
const PACK_RAW_BYTES = 2 * 1024 * 1024;

/**
 * Keeps the tree of the last exchange once more, with the contents of small files, so that a new device need not read the
 * whole log. Runs after a round, when nobody waits. Packs of the snapshot before are used again while at least half
 * of what is in them is still of use, so that in the long run each content is sent about twice, not every time.
 * Nothing depends on it: when it fails, a later one is made.
 */
export function* snapshotRound(context: RoundContext): Round {
  const { bases, replica, page } = context;
  const base = bases.load();
  if (base.seq === 0 || base.repo === undefined || base.receipt === undefined) return { result: 'synced' };
  const isConfirmed = page.confirmed?.seq === base.seq && page.confirmed.parent === base.parent;
  const call: SyncCall = { ...callFrom(context, base), ...(isConfirmed ? { checked: true } : {}) };
  try {
    const { wanted } = yield* request({ ...callFrom(context, base), want: { seqs: [], packs: [], snapshot: base.seq } });
    const before = wanted.snapshot === undefined ? undefined : parseSnapshot(wanted.snapshot.bytes);
    const newest = wanted.snapshot !== undefined && before?.ok === true && before.value.repo === base.repo ? before.value : undefined;
    if (newest !== undefined && base.seq - newest.seq < limits.snapshotEvery) {
      page.owesSnapshot = false;
      return { result: 'synced' };
    }
    const head = { repo: base.repo, seq: base.seq, commit: base.parent, tree: base.tree };
    // Some ten thousand long paths are too much for one object: then nothing is sent for it either.
    if (formatSnapshot({ ...head, packs: [] }) === undefined) {
      page.owesSnapshot = false;
      return { result: 'synced' };
    }
    const small = new Map<string, string>();
    for (const [id, entry] of base.tree) {
      if (entry.kind === 'file' && entry.size > 0 && entry.size <= limits.snapshotFileMaxBytes) small.set(entry.hash, id);
    }
    const packs: SnapshotPack[] = [];
    for (const pack of page.distrustsSnapshots === true ? [] : newest?.packs ?? []) {
      const bytesOf = (contents: SnapshotPack['contents']): number => contents.reduce((sum, { size }) => sum + size, 0);
      const live = pack.contents.filter(({ hash }) => small.has(hash));
      if (live.length === 0 || bytesOf(live) * 2 < bytesOf(pack.contents)) continue;
      packs.push(pack);
      for (const { hash } of live) small.delete(hash);
    }
    let gathered: Uint8Array[] = [];
    let bytes = 0;
    const rest = [...small];
    const local = replica.entries();
    for (const [index, [hash, id]] of rest.entries()) {
      // Changed since, or lost: it is in the log all the same, and its commit has it.
      const content = local.get(id)?.hash === hash ? replica.content(id) : undefined;
      if (content !== undefined) {
        gathered.push(content);
        bytes += content.length;
      }
      if (gathered.length === 0 || (bytes < PACK_RAW_BYTES && index < rest.length - 1)) continue;
      for (const { pack, ...made } of makeContentPacks(gathered)) {
        yield* request({ ...call, packs: [pack] });
        packs.push(made);
      }
      gathered = [];
      bytes = 0;
      yield { kind: 'breathe' };
    }
    const snapshot = formatSnapshot({ ...head, packs });
    if (snapshot !== undefined) yield* request({ ...call, snapshot });
    page.owesSnapshot = false;
    return { result: 'synced' };
  } catch (error) {
    if (error instanceof RoundEnd) return error.outcome;
    if (error instanceof ReceiptRefused) return { result: 'failed' };
    throw error;
  }
}
