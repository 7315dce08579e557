import { deflateSync } from 'fflate';
import * as v from 'valibot';
import { isEntryMode } from '../fs/link-mode.ts';
import { isPath, isWithin } from '../fs/path.ts';
import { HOME } from '../fs/places.ts';
import * as limits from '../limits.ts';
import { ENCODING_DEFLATE, formatEnvelope, parseEnvelope, SNAPSHOT, type Parsed } from './envelope.ts';
import { inflateExactly } from './inflate-exactly.ts';
import { hashOf, isHash } from './sha256.ts';
import type { Tree, TreeEntry } from './tree.ts';

/**
 * The whole tree after one commit, and where to find the contents of small files many at a time. It is a cache that a
 * client made: whoever reads it compares the tree with the root hash of that commit, and every content with its own
 * hash. What does not fit is ignored, and the log is read instead.
 *
 *   envelope 'SELS' | { tree: [[id, kind, path, mode, hash, size, at], …], packs: [[pack hash, [content, …]], …] }
 *
 * A content in a pack is the index of an entry that has it, or `[hash, size]` when no file has it any more.
 */
export interface Snapshot {
  repo: string;
  seq: number;
  /** Hash of the commit at `seq`. */
  commit: string;
  tree: Map<string, TreeEntry>;
  packs: SnapshotPack[];
}

export interface SnapshotPack {
  hash: string;
  contents: { hash: string; size: number }[];
}

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const hash = v.pipe(text, v.check((value) => isHash(value)));
const schema = v.object({
  tree: v.pipe(v.array(v.tuple([
    v.pipe(text, v.regex(/^[\w-]{1,64}$/)), v.picklist([0, 1]),
    v.pipe(text, v.check((path) => path !== HOME && isWithin(HOME, path) && isPath(path))),
    v.pipe(v.number(), v.check((mode) => isEntryMode(mode))), text, count, count,
  ])), v.maxLength(limits.treeMaxEntries * 2)),
  packs: v.array(v.tuple([hash, v.array(v.union([count, v.tuple([hash, count])]))])),
});

/** undefined when the tree is too large for one object; then the log alone has to do. */
export function formatSnapshot({ repo, seq, commit, tree, packs }: Omit<Snapshot, 'tree'> & { tree: Tree }): Uint8Array | undefined {
  const index = new Map<string, number>();
  const entries = [...tree].map(([id, entry], at) => {
    if (entry.kind === 'file') index.set(entry.hash, at);
    return [id, entry.kind === 'file' ? 0 : 1, entry.path, entry.mode, entry.hash, entry.size, entry.at];
  });
  const raw = new TextEncoder().encode(JSON.stringify({
    tree: entries,
    packs: packs.map((pack) => [pack.hash, pack.contents.map((content) => index.get(content.hash) ?? [content.hash, content.size])]),
  }));
  const header = { repo, seq, parent: commit, id: hashOf(raw).slice(0, 22), length: raw.length };
  const bytes = formatEnvelope(header, ENCODING_DEFLATE, deflateSync(raw, { level: 6 }), { kind: SNAPSHOT });
  return raw.length <= limits.unpackedMaxBytes && bytes.length <= limits.commitMaxBytes ? bytes : undefined;
}

export function parseSnapshot(bytes: Uint8Array): Parsed<Snapshot> {
  const damaged = { ok: false, reason: 'damaged' } as const;
  const envelope = parseEnvelope(bytes, SNAPSHOT);
  if (!envelope.ok) return envelope;
  const { repo, seq, parent, body, length, encoding } = envelope.value;
  const raw = encoding === ENCODING_DEFLATE ? inflateExactly(body, length) : body;
  if (raw === undefined) return damaged;
  let input: unknown;
  try {
    input = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    return damaged;
  }
  const parsed = v.safeParse(schema, input);
  if (!parsed.success) return damaged;
  const tree = new Map<string, TreeEntry>();
  for (const [id, kind, path, mode, name, size, at] of parsed.output.tree) {
    if (kind === 0 ? !isHash(name) || size > limits.fileMaxBytes : name !== '' || mode > 0o777) return damaged;
    if (at > seq || tree.has(id)) return damaged;
    tree.set(id, { kind: kind === 0 ? 'file' : 'directory', path, mode, hash: name, size, at });
  }
  const entries = parsed.output.tree;
  const packs: SnapshotPack[] = [];
  for (const [name, list] of parsed.output.packs) {
    const contents: SnapshotPack['contents'] = [];
    for (const item of list) {
      const content = typeof item === 'number' ? { hash: entries[item]?.[4] ?? '', size: entries[item]?.[5] ?? 0 } : { hash: item[0], size: item[1] };
      if (!isHash(content.hash)) return damaged;
      contents.push(content);
    }
    packs.push({ hash: name, contents });
  }
  return { ok: true, value: { repo, seq, commit: parent, tree, packs } };
}
