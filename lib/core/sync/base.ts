import * as v from 'valibot';
import { isHash } from './sha256.ts';
import { checksum } from './base-seq.ts';
import { isRepoId } from './envelope.ts';
import type { TreeEntry } from './tree.ts';

/**
 * What the last exchange with the store left: the commit up to which this browser holds everything, and the
 * tree there. It is written last of all, so it is never ahead of the files; when it is behind, a round finds
 * the files already as they should be. It is a cache: without it everything is pulled and compared again.
 */
export interface Base {
  /** Absent before the first commit. */
  repo: string | undefined;
  /** 0: nothing yet. */
  seq: number;
  /** Hash of the object at `seq`; empty at 0. */
  parent: string;
  receipt: string | undefined;
  tree: ReadonlyMap<string, TreeEntry>;
}

export const EMPTY_BASE: Base = { repo: undefined, seq: 0, parent: '', receipt: undefined, tree: new Map() };

const FORMAT = 1;
const string = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const schema = v.tuple([
  v.literal(FORMAT),
  v.pipe(string, v.check((value) => isRepoId(value))),
  count,
  v.pipe(string, v.check((value) => isHash(value))),
  v.nullable(string),
  v.array(v.tuple([string, v.picklist([0, 1]), string, count, string, count, count])),
]);

/**
 * `checksum|JSON`. Whoever pushes computes the next root hash from this tree: one letter altered in it would make a
 * commit that no other device can follow.
 */
export function formatBase(base: Base): string {
  const entries = [...base.tree].map(([id, { kind, path, mode, hash, size, at }]) =>
    [id, kind === 'file' ? 0 : 1, path, mode, hash, size, at]);
  const value = JSON.stringify([FORMAT, base.repo, base.seq, base.parent, base.receipt ?? null, entries]);
  return `${checksum(value)}|${value}`;
}

/** `EMPTY_BASE` for what is absent or not understood. */
export function parseBase(value: string | undefined): Base {
  if (value === undefined) return EMPTY_BASE;
  // One from before there were checksums begins with its JSON.
  const cut = value.startsWith('[') ? 0 : value.indexOf('|') + 1;
  const text = value.slice(cut);
  if (cut > 0 && value.slice(0, cut - 1) !== checksum(text)) return EMPTY_BASE;
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return EMPTY_BASE;
  }
  const parsed = v.safeParse(schema, input);
  if (!parsed.success) return EMPTY_BASE;
  const [, repo, seq, parent, receipt, entries] = parsed.output;
  const tree = new Map<string, TreeEntry>();
  for (const [id, kind, path, mode, hash, size, at] of entries) {
    tree.set(id, { kind: kind === 0 ? 'file' : 'directory', path, mode, hash, size, at });
  }
  return { repo, seq, parent, receipt: receipt ?? undefined, tree };
}
