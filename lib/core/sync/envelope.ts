import * as limits from '../limits.ts';
import { hashOf, isHash } from './sha256.ts';

/**
 * The outside of a commit or a snapshot, which the server reads; the inside it need not understand.
 *
 *   'SELK' or 'SELS' | format | encoding | header length u16 | header (JSON) | body
 *
 * The header repeats what decides where the object belongs: repository, seq, hash of the parent object, commit id.
 * The encoding says how the body is packed; 2 and up are free (encryption). Format 2 of a commit has symbolic
 * links in it: who knows only format 1 then says "newer" instead of writing a link's target into a file.
 */
export interface EnvelopeHeader {
  repo: string;
  seq: number;
  /** Of a commit: hash of the whole parent object, empty for seq 1. Of a snapshot: hash of the commit at `seq`. */
  parent: string;
  /** Random; tells a lost reply from a rival. */
  id: string;
  /** Bytes of the body when unpacked. */
  length: number;
}

export interface Envelope extends EnvelopeHeader {
  format: number;
  encoding: number;
  body: Uint8Array;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: 'damaged' | 'newer' };

export interface EnvelopeKind {
  magic: readonly number[];
  newestFormat: number;
  /** Whether the object at seq 1 has no parent. */
  isFirst: boolean;
}

export const COMMIT: EnvelopeKind = { magic: [0x53, 0x45, 0x4c, 0x4b], newestFormat: 2, isFirst: true };
export const SNAPSHOT: EnvelopeKind = { magic: [0x53, 0x45, 0x4c, 0x53], newestFormat: 1, isFirst: false };
export const ENCODING_STORED = 0;
export const ENCODING_DEFLATE = 1;
const PREFIX_BYTES = 8;
/** 12 digits of inverted seq in object keys. */
export const SEQ_MAX = 999_999_999_998;

export function isRepoId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{22}$/.test(value);
}

export function formatEnvelope(
  header: EnvelopeHeader, encoding: number, body: Uint8Array, { kind = COMMIT, format = 1 }: { kind?: EnvelopeKind; format?: number } = {},
): Uint8Array {
  const { repo, seq, parent, id, length } = header;
  const digest = digestOf(header, format, encoding, body);
  const head = new TextEncoder().encode(JSON.stringify({ repo, seq, parent, id, length, digest }));
  const bytes = new Uint8Array(PREFIX_BYTES + head.length + body.length);
  bytes.set(kind.magic);
  bytes[4] = format;
  bytes[5] = encoding;
  bytes[6] = head.length >>> 8;
  bytes[7] = head.length & 255;
  bytes.set(head, PREFIX_BYTES);
  bytes.set(body, PREFIX_BYTES + head.length);
  return bytes;
}

export function parseEnvelope(bytes: Uint8Array, kind: EnvelopeKind = COMMIT): Parsed<Envelope> {
  const damaged = { ok: false, reason: 'damaged' } as const;
  if (bytes.length < PREFIX_BYTES || bytes.length > limits.commitMaxBytes) return damaged;
  if (kind.magic.some((byte, index) => bytes[index] !== byte)) return damaged;
  const format = bytes[4]!;
  if (format > kind.newestFormat) return { ok: false, reason: 'newer' };
  const headEnd = PREFIX_BYTES + ((bytes[6]! << 8) | bytes[7]!);
  if (format === 0 || headEnd > bytes.length) return damaged;
  const encoding = bytes[5]!;
  if (encoding > ENCODING_DEFLATE) return { ok: false, reason: 'newer' };
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX_BYTES, headEnd));
    header = JSON.parse(text);
    // Nothing in it that is not read below: an altered name of a field does not make the field optional.
    if (typeof header !== 'object' || header === null || JSON.stringify(header) !== text) return damaged;
  } catch {
    return damaged;
  }
  const names = Object.keys(header).join();
  if (names !== 'repo,seq,parent,id,length' && names !== 'repo,seq,parent,id,length,digest') return damaged;
  const { repo, seq, parent, id, length, digest } = header as Record<string, unknown>;
  if (!isRepoId(repo) || !isRepoId(id)) return damaged;
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 1 || seq > SEQ_MAX) return damaged;
  if (kind.isFirst && seq === 1 ? parent !== '' : !isHash(parent)) return damaged;
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 0) return damaged;
  const body = bytes.subarray(headEnd);
  if (length > limits.unpackedMaxBytes || length > limits.unpackedMaxRatio * bytes.length) return damaged;
  const known = { repo, seq, parent: parent as string, id, length };
  // The first commits ever written have none; what they say is checked by the root hash alone.
  if (digest !== undefined && digest !== digestOf(known, format, encoding, body)) return damaged;
  return { ok: true, value: { ...known, format, encoding, body } };
}

/** Over everything else in the object, so that a flipped bit is seen by whoever reads it, not by the one who writes after it. */
function digestOf({ repo, seq, parent, id, length }: EnvelopeHeader, format: number, encoding: number, body: Uint8Array): string {
  return hashOf([repo, seq, parent, id, length, format, encoding, hashOf(body)].join(' '));
}
