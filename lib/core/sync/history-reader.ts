import * as limits from '../limits.ts';
import { parseCommit, type ParsedCommit } from './commit.ts';
import { hashOf } from './sha256.ts';
import { parseSnapshot } from './snapshot.ts';
import type { SyncCall, SyncReply } from './transport.ts';
import type { Tree } from './tree.ts';

/**
 * Reads a person's log as it lies in the store, over the very call that syncs. It writes nothing, and believes
 * nothing: every commit must follow its parent, every content must have its hash.
 */
export interface CommitReader {
  /**
   * The commits `from` to `to` in order, both included; without `to` all there are, which may be none.
   * @param parent hash of the commit before `from`, when that is known.
   * @throws LogUnreadable when one is missing or damaged.
   */
  commits(from: number, to?: number, parent?: string): AsyncGenerator<LoggedCommit>;
  /** Contents by hash and the commit that brought them; each hash once, in no promised order. @throws LogUnreadable */
  contentsOf(wanted: Iterable<{ hash: string; at: number }>): AsyncGenerator<[string, Uint8Array]>;
  /** One pack whole. @throws LogUnreadable */
  pack(hash: string): Promise<Uint8Array>;
  /** The newest tree at or before `seq` that can be had without the commits that led to it; a cache, not to be believed unchecked. */
  snapshotBefore?(seq: number): Promise<{ seq: number; tree: Tree } | undefined>;
}

export interface LoggedCommit extends ParsedCommit {
  /** As it lies in the store. */
  object: Uint8Array;
  /** Seq of the newest commit, as the store said with this one. */
  head: number;
}

export type UnreadableReason = 'absent' | 'offline' | 'unavailable' | 'stopped';

/** The log cannot be read now, or is not what was written; the message is a sentence for the person. */
export class LogUnreadable extends Error {
  constructor(readonly reason: UnreadableReason, message: string) {
    super(message);
    this.name = 'LogUnreadable';
  }
}

const DAMAGED = 'The stored history of your files is damaged there; nothing was changed.';
const NEWER = 'That part of the history was written by a newer version of Selkie; reload this page to read it.';
/** Contents that were read are kept up to this many bytes, the newest ones. */
const CACHE_BYTES = 8 * 1024 * 1024;

type OkReply = Extract<SyncReply, { status: 'ok' }>;

/** @param options.call one exchange with the server; undefined, or a rejection, when there was no answer. */
export function openCommitReader(options: {
  forUser: string;
  call: (call: SyncCall) => Promise<SyncReply | undefined>;
}): CommitReader {
  const { forUser } = options;
  const cache = new Map<string, Uint8Array>();
  let cachedBytes = 0;

  const keep = (hash: string, bytes: Uint8Array): void => {
    if (cache.has(hash)) return;
    cache.set(hash, bytes);
    cachedBytes += bytes.length;
    for (const [oldest, { length }] of cache) {
      if (cachedBytes <= CACHE_BYTES) break;
      cache.delete(oldest);
      cachedBytes -= length;
    }
  };

  const ask = async (call: Omit<SyncCall, 'forUser'>): Promise<OkReply> => {
    const reply = await options.call({ forUser, ...call }).catch(() => undefined);
    switch (reply?.status) {
      case undefined:
        throw new LogUnreadable('offline', 'Selkie cannot be reached, and the history is kept in your account; try again when you are online.');
      case 'ok': return reply;
      case 'absent': throw new LogUnreadable('absent', 'Your session has ended; type `login`.');
      case 'unavailable': throw new LogUnreadable('unavailable', reply.message);
      case 'refused': throw new LogUnreadable('stopped', reply.message);
    }
  };

  const parse = (object: Uint8Array, seq: number): ParsedCommit => {
    const parsed = parseCommit(object);
    if (!parsed.ok) throw new LogUnreadable('stopped', parsed.reason === 'newer' ? NEWER : DAMAGED);
    if (parsed.value.seq !== seq) throw new LogUnreadable('stopped', DAMAGED);
    for (const [hash, where] of parsed.value.contents) if (where instanceof Uint8Array) keep(hash, where);
    return parsed.value;
  };

  const reader: CommitReader = {
    async *commits(from, to = Number.MAX_SAFE_INTEGER, known) {
      let parent = from === 1 ? '' : known;
      let repo: string | undefined;
      for (let next = from; next <= to;) {
        const { entries, head } = await ask({ have: next - 1 });
        if (entries.length === 0) {
          if (to === Number.MAX_SAFE_INTEGER) return;
          throw new LogUnreadable('stopped', DAMAGED);
        }
        for (const { seq, bytes } of entries) {
          if (next > to) return;
          const commit = parse(bytes, next);
          const follows = (parent === undefined || commit.parent === parent) && (repo === undefined || commit.repo === repo);
          if (seq !== next || !follows) throw new LogUnreadable('stopped', DAMAGED);
          parent = hashOf(bytes);
          repo = commit.repo;
          next++;
          yield { ...commit, object: bytes, head };
        }
      }
    },

    async *contentsOf(wanted) {
      const missing = new Map<number, Set<string>>();
      const asked = new Set<string>();
      for (const { hash, at } of wanted) {
        if (asked.has(hash)) continue;
        asked.add(hash);
        const known = cache.get(hash);
        if (known !== undefined) yield [hash, known];
        else missing.set(at, (missing.get(at) ?? new Set()).add(hash));
      }
      while (missing.size > 0) {
        const { wanted: got } = await ask({ have: 0, want: { seqs: [...missing.keys()].slice(0, limits.syncWantMax), packs: [] } });
        if (got.commits.length === 0) throw new LogUnreadable('stopped', DAMAGED);
        for (const { seq, bytes } of got.commits) {
          const commit = parse(bytes, seq);
          for (const hash of missing.get(seq) ?? []) {
            const where = commit.contents.get(hash);
            if (where === undefined) throw new LogUnreadable('stopped', DAMAGED);
            yield [hash, where instanceof Uint8Array ? where : await joined(where, hash)];
          }
          missing.delete(seq);
        }
      }
    },

    async snapshotBefore(seq) {
      const { wanted } = await ask({ have: 0, want: { seqs: [], packs: [], snapshot: seq } });
      const parsed = wanted.snapshot === undefined ? undefined : parseSnapshot(wanted.snapshot.bytes);
      return parsed?.ok === true ? { seq: parsed.value.seq, tree: parsed.value.tree } : undefined;
    },

    async pack(hash) {
      const { wanted } = await ask({ have: 0, want: { seqs: [], packs: [hash] } });
      const [pack] = wanted.packs;
      if (pack === undefined || hashOf(pack.bytes) !== hash) throw new LogUnreadable('stopped', DAMAGED);
      return pack.bytes;
    },
  };

  /** A file that was too large for its commit. */
  const joined = async (packs: readonly string[], hash: string): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for (const name of packs) parts.push(await reader.pack(name));
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    if (hashOf(whole) !== hash) throw new LogUnreadable('stopped', DAMAGED);
    keep(hash, whole);
    return whole;
  };

  return reader;
}
