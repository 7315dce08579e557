import { deflateSync } from 'fflate';
import * as v from 'valibot';
import { isEntryMode, isLinkMode } from '../fs/link-mode.ts';
import { isPath, isWithin } from '../fs/path.ts';
import { HOME } from '../fs/places.ts';
import * as limits from '../limits.ts';
import {
  ENCODING_DEFLATE, ENCODING_STORED, formatEnvelope, parseEnvelope,
  type Envelope, type EnvelopeHeader, type Parsed,
} from './envelope.ts';
import { inflateExactly } from './inflate-exactly.ts';
import { hashOf, isHash } from './sha256.ts';
import type { Operation } from './tree.ts';

/**
 * The inside of a commit: `manifest length u32 | manifest (JSON) | contents one after the other`, packed whole.
 * A file too large for a commit is named by the packs that hold it, in order.
 */
export interface Commit {
  device: string;
  /** Milliseconds since the epoch by that device's clock; for `history`, nothing decides by it. */
  atMs: number;
  /** Root hash of the tree after this commit. */
  root: string;
  operations: Operation[];
  /** By content hash: the bytes, or the hashes of the packs that make them up. */
  contents: Map<string, Uint8Array | string[]>;
  /** Texts that this device merged by itself before this commit; what each was here is among the contents. */
  merges?: AutomaticMerge[];
}

/** A file whose two versions were merged by line: what it was on this device, and what came from the other one. */
export interface AutomaticMerge {
  id: string;
  path: string;
  local: string;
  theirs: string;
}

export type ParsedCommit = Envelope & Commit & { merges: AutomaticMerge[] };

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const path = v.pipe(v.string(), v.check((text) => text !== HOME && isWithin(HOME, text) && isPath(text)));
const mode = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777));
const fileMode = v.pipe(v.number(), v.check((value) => isEntryMode(value)));
const hash = v.pipe(v.string(), v.check((text) => isHash(text)));
const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.fileMaxBytes));

const manifestSchema = v.object({
  device: v.pipe(v.string(), v.maxLength(64)),
  at: v.number(),
  root: hash,
  operations: v.pipe(
    v.array(
      v.variant('op', [
        v.object({ op: v.literal('put'), id, path, mode: fileMode, hash, size }),
        v.object({ op: v.literal('directory'), id, path, mode }),
        v.object({ op: v.literal('move'), id, path }),
        v.object({ op: v.literal('mode'), id, mode }),
        v.object({ op: v.literal('remove'), id }),
      ]),
    ),
    v.maxLength(limits.commitMaxOperations),
  ),
  /** Each content: hash and size, and the packs when it is not inline. */
  contents: v.array(v.union([v.strictTuple([hash, size]), v.tuple([hash, size, v.array(hash)])])),
  merges: v.optional(v.pipe(v.array(v.object({ id, path, local: hash, theirs: hash })), v.maxLength(limits.commitMaxOperations)), []),
});

const hasLink = (operations: readonly Operation[]): boolean => operations.some((operation) => operation.op === 'put' && isLinkMode(operation.mode));

/** The object's bytes, or undefined when they would be more than a commit may have. */
export function formatCommit(header: Omit<EnvelopeHeader, 'length'>, commit: Commit): Uint8Array | undefined {
  const sizes = new Map<string, number>();
  for (const operation of commit.operations) if (operation.op === 'put') sizes.set(operation.hash, operation.size);
  const inline = [...commit.contents].filter((entry): entry is [string, Uint8Array] => entry[1] instanceof Uint8Array);
  const manifest = new TextEncoder().encode(JSON.stringify({
    device: commit.device,
    at: commit.atMs,
    root: commit.root,
    operations: commit.operations,
    ...(commit.merges === undefined || commit.merges.length === 0 ? {} : { merges: commit.merges }),
    contents: [
      ...inline.map(([name, bytes]) => [name, bytes.length]),
      ...[...commit.contents].filter(([, where]) => Array.isArray(where)).map(([name, packs]) => [name, sizes.get(name) ?? 0, packs]),
    ],
  }));
  const length = 4 + manifest.length + inline.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  if (length > limits.unpackedMaxBytes) return undefined;
  const raw = new Uint8Array(length);
  new DataView(raw.buffer).setUint32(0, manifest.length);
  raw.set(manifest, 4);
  let at = 4 + manifest.length;
  for (const [, bytes] of inline) {
    raw.set(bytes, at);
    at += bytes.length;
  }
  const format = { format: hasLink(commit.operations) ? 2 : 1 };
  const packed = formatEnvelope({ ...header, length }, ENCODING_DEFLATE, deflateSync(raw, { level: 3 }), format);
  if (packed.length <= limits.commitMaxBytes && length <= limits.unpackedMaxRatio * packed.length) return packed;
  // So even that a reader would take it for a bomb: then it travels as it is, if it is small enough.
  const plain = formatEnvelope({ ...header, length }, ENCODING_STORED, raw, format);
  return plain.length <= limits.commitMaxBytes ? plain : undefined;
}

/** Parses an object of the log whole. Every inline content has been compared with its hash. */
export function parseCommit(bytes: Uint8Array): Parsed<ParsedCommit> {
  const damaged = { ok: false, reason: 'damaged' } as const;
  const envelope = parseEnvelope(bytes);
  if (!envelope.ok) return envelope;
  const { body, length, encoding, format } = envelope.value;
  const raw = encoding === ENCODING_DEFLATE ? inflateExactly(body, length) : body.length === length ? body : undefined;
  if (raw === undefined || raw.length < 4) return damaged;
  const manifestEnd = 4 + new DataView(raw.buffer, raw.byteOffset).getUint32(0);
  if (manifestEnd > raw.length) return damaged;
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw.subarray(4, manifestEnd)));
  } catch {
    return damaged;
  }
  const parsed = v.safeParse(manifestSchema, manifest);
  if (!parsed.success) return damaged;
  const { device, at: atMs, root, operations, contents: list, merges } = parsed.output;
  if ((format === 2) !== hasLink(operations)) return damaged;
  const contents = new Map<string, Uint8Array | string[]>();
  let at = manifestEnd;
  for (const [name, bytesCount, packs] of list) {
    if (packs !== undefined) {
      contents.set(name, packs);
      continue;
    }
    const content = raw.slice(at, at + bytesCount);
    at += bytesCount;
    if (content.length !== bytesCount || hashOf(content) !== name) return damaged;
    contents.set(name, content);
  }
  if (at !== raw.length) return damaged;
  for (const operation of operations) {
    if (operation.op === 'put' && !contents.has(operation.hash)) return damaged;
  }
  if (merges.some(({ local }) => !contents.has(local))) return damaged;
  return { ok: true, value: { ...envelope.value, device, atMs, root, operations, contents, merges } };
}
