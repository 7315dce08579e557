import { deflateSync } from 'fflate';
import * as limits from '../limits.ts';
import { formatCommit, type AutomaticMerge } from './commit.ts';
import { hashOf } from './sha256.ts';
import { applyOperations, rootHash, type Operation, type TreeEntry } from './tree.ts';
import type { Base } from './base.ts';
import type { Pack } from './transport.ts';

/** Room for header and manifest of a commit that carries one file. */
const OVERHEAD = 4096;
const PACK_BYTES = limits.commitMaxBytes - OVERHEAD;

export interface NextCommit {
  repo: string;
  bytes: Uint8Array;
  id: string;
  /** The tree after it. */
  tree: Map<string, TreeEntry>;
  /** To be stored before the commit is sent. */
  packs: Pack[];
  operations: readonly Operation[];
  merges: AutomaticMerge[];
}

/** What a text was here before it was merged by itself. */
export interface KeptText {
  merge: AutomaticMerge;
  bytes: Uint8Array;
}

/**
 * As many of the pending operations as fit into one commit after `base`; undefined when none can be committed
 * (the contents are gone or damaged). Takes them in order; halves the list until it fits. Texts from before an automatic
 * merge go first, if need be in a commit of their own: they are in no file any more.
 *
 * @param options.content the bytes of a file by its id; undefined when unreadable, the file then waits.
 */
export function nextCommit(options: {
  base: Base;
  operations: readonly Operation[];
  kept?: readonly KeptText[];
  content: (id: string) => Uint8Array | undefined;
  repo: string;
  id: string;
  device: string;
  atMs: number;
}): NextCommit | undefined {
  const { base, repo, id, device, atMs } = options;
  const contents = new Map<string, Uint8Array | string[]>();
  const packs = new Map<string, Pack[]>();
  const chosen: Operation[] = [];
  let rawBytes = 0;
  for (const operation of options.operations) {
    if (chosen.length >= limits.commitMaxOperations || rawBytes > limits.commitRawBytes) break;
    if (operation.op === 'put' && !contents.has(operation.hash)) {
      const bytes = options.content(operation.id);
      if (bytes === undefined || hashOf(bytes) !== operation.hash) continue;
      if (isTooLargeForCommit(bytes)) {
        const parts = split(bytes);
        packs.set(operation.hash, parts);
        contents.set(operation.hash, parts.map((part) => part.hash));
      } else {
        // Packs travel by themselves: only inline bytes count.
        if (chosen.length > 0 && rawBytes + bytes.length > limits.commitRawBytes) break;
        contents.set(operation.hash, bytes);
        rawBytes += bytes.length;
      }
    }
    chosen.push(operation);
  }
  const kept: KeptText[] = [];
  let keptBytes = 0;
  for (const text of options.kept ?? []) {
    if (kept.length > 0 && keptBytes + text.bytes.length > limits.mergeMaxBytes) break;
    kept.push(text);
    keptBytes += text.bytes.length;
  }
  const merges = kept.map(({ merge }) => merge);
  const seq = base.seq + 1;
  for (let take = chosen.length; take > 0 || kept.length > 0; take = Math.floor(take / 2)) {
    const operations = chosen.slice(0, take);
    const tree = applyOperations(base.tree, operations, seq);
    if (tree === undefined) return undefined;
    const used = new Map<string, Uint8Array | string[]>(kept.map(({ merge, bytes }) => [merge.local, bytes]));
    for (const operation of operations) {
      const content = operation.op === 'put' ? contents.get(operation.hash) : undefined;
      if (operation.op === 'put' && content !== undefined) used.set(operation.hash, content);
    }
    const commit = { device, atMs, root: rootHash(tree), operations, contents: used, merges };
    const bytes = formatCommit({ repo, seq, parent: base.parent, id }, commit);
    if (bytes === undefined) {
      if (take === 0) break;
      continue;
    }
    const needed = [...used.keys()].flatMap((hash) => packs.get(hash) ?? []);
    return { repo, bytes, id, tree, packs: needed, operations, merges };
  }
  return undefined;
}

function isTooLargeForCommit(bytes: Uint8Array): boolean {
  if (bytes.length <= PACK_BYTES) return false;
  const packed = deflateSync(bytes, { level: 3 }).length;
  return packed > PACK_BYTES || bytes.length > limits.unpackedMaxRatio * packed;
}

function split(bytes: Uint8Array): Pack[] {
  const parts: Pack[] = [];
  for (let at = 0; at < bytes.length; at += PACK_BYTES) {
    const part = bytes.slice(at, at + PACK_BYTES);
    parts.push({ hash: hashOf(part), bytes: part });
  }
  return parts;
}
