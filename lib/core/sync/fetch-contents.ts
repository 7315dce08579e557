import * as limits from '../limits.ts';
import type { Base } from './base.ts';
import { parseCommit, type ParsedCommit } from './commit.ts';
import { openContentPack } from './content-pack.ts';
import { callFrom, request, stop } from './exchange.ts';
import type { Answer, Effect, RoundContext } from './round-context.ts';
import { hashOf } from './sha256.ts';
import type { SnapshotPack } from './snapshot.ts';
import type { Pack } from './transport.ts';
import type { TreeEntry } from './tree.ts';

/** Contents that a round has at hand, by hash, and where a snapshot says that others lie. */
export interface Shelf {
  bytes: Map<string, Uint8Array>;
  packed: Map<string, SnapshotPack>;
}

export function requireCommit(bytes: Uint8Array): ParsedCommit {
  const parsed = parseCommit(bytes);
  if (!parsed.ok) throw stop(parsed.reason);
  return parsed.value;
}

/** Gets contents from the packs of a snapshot or by the commits that brought them; what these do not have stays absent. */
export function* fetchContents(
  context: RoundContext, remote: Base, entries: readonly TreeEntry[], { bytes: contents, packed }: Shelf,
): Generator<Effect, void, Answer> {
  const missing = () => entries.filter((entry) => !contents.has(entry.hash));
  const packs = new Set(missing().flatMap((entry) => packed.get(entry.hash) ?? []));
  const commits = new Set(missing().filter((entry) => packed.has(entry.hash)).map((entry) => entry.at));
  if (packs.size > 0 && packs.size < commits.size) {
    const needed = new Set(missing().map((entry) => entry.hash));
    const got = yield* fetchPacks(context, remote, [...packs].map((pack) => pack.hash));
    for (const pack of packs) {
      const bytes = got.get(pack.hash);
      // One that is not what the snapshot says is left alone: the commits have everything.
      const opened = bytes === undefined ? undefined : openContentPack(pack, bytes);
      for (const [hash, content] of opened ?? []) if (needed.has(hash)) contents.set(hash, content);
    }
  }

  const seqs = new Set(missing().map((entry) => entry.at));
  const split = new Map<string, string[]>();
  while (seqs.size > 0) {
    const reply = yield* request({ ...callFrom(context, remote), want: { seqs: [...seqs].slice(0, limits.syncWantMax), packs: [] } });
    if (reply.wanted.commits.length === 0) throw stop('damaged');
    for (const entry of reply.wanted.commits) {
      const commit = requireCommit(entry.bytes);
      if (commit.seq !== entry.seq || commit.repo !== remote.repo || !seqs.delete(entry.seq)) throw stop('damaged');
      for (const [hash, where] of commit.contents) {
        if (where instanceof Uint8Array) contents.set(hash, where);
        else split.set(hash, where);
      }
    }
  }
  for (const { hash } of missing()) {
    const names = split.get(hash);
    if (contents.has(hash) || names === undefined) continue;
    const got = yield* fetchPacks(context, remote, names);
    const parts = names.map((name) => got.get(name));
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
    let at = 0;
    for (const part of parts) {
      if (part === undefined) throw stop('damaged');
      whole.set(part, at);
      at += part.length;
    }
    if (hashOf(whole) !== hash) throw stop('damaged');
    contents.set(hash, whole);
  }
}

/** By name; one that the store does not have, or has altered, is absent. */
function* fetchPacks(context: RoundContext, remote: Base, names: readonly string[]): Generator<Effect, Map<string, Uint8Array>, Answer> {
  const got = new Map<string, Uint8Array>();
  let rest: readonly string[] = [...new Set(names)];
  while (rest.length > 0) {
    const reply = yield* request({ ...callFrom(context, remote), want: { seqs: [], packs: rest.slice(0, limits.syncWantMax) } });
    const sent = new Set(reply.wanted.packs.map((pack: Pack) => pack.hash));
    for (const pack of reply.wanted.packs) if (hashOf(pack.bytes) === pack.hash) got.set(pack.hash, pack.bytes);
    const next = rest.filter((name) => !sent.has(name));
    if (next.length === rest.length) break;
    rest = next;
  }
  return got;
}
