import { limits } from '../limits.ts';
import { isHash } from './sha256.ts';

/**
 * The outside of a commit, which the server reads; the inside it need not understand.
 *
 *   'SELK' | format 1 | encoding | header length u16 | header (JSON) | body
 *
 * The header repeats what decides where the commit belongs: repository, seq, hash of the parent object,
 * commit id. The encoding says how the body is packed; 2 and up are free (encryption).
 */
export interface EnvelopeHeader {
  repo: string;
  seq: number;
  /** Hash of the whole parent object; empty for seq 1. */
  parent: string;
  /** Random; tells a lost reply from a rival. */
  id: string;
  /** Bytes of the body when unpacked. */
  length: number;
}

export interface Envelope extends EnvelopeHeader {
  encoding: number;
  body: Uint8Array;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: 'damaged' | 'newer' };

export const ENCODING_STORED = 0;
export const ENCODING_DEFLATE = 1;
const MAGIC = [0x53, 0x45, 0x4c, 0x4b];
const FORMAT = 1;
const PREFIX_BYTES = 8;
/** 12 digits of inverted seq in object keys. */
export const SEQ_MAX = 999_999_999_998;

export function isRepoId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{22}$/.test(value);
}

export function formatEnvelope(header: EnvelopeHeader, encoding: number, body: Uint8Array): Uint8Array {
  const { repo, seq, parent, id, length } = header;
  const head = new TextEncoder().encode(JSON.stringify({ repo, seq, parent, id, length }));
  const bytes = new Uint8Array(PREFIX_BYTES + head.length + body.length);
  bytes.set(MAGIC);
  bytes[4] = FORMAT;
  bytes[5] = encoding;
  bytes[6] = head.length >>> 8;
  bytes[7] = head.length & 255;
  bytes.set(head, PREFIX_BYTES);
  bytes.set(body, PREFIX_BYTES + head.length);
  return bytes;
}

export function parseEnvelope(bytes: Uint8Array): Parsed<Envelope> {
  const damaged = { ok: false, reason: 'damaged' } as const;
  if (bytes.length < PREFIX_BYTES || bytes.length > limits.commitMaxBytes) return damaged;
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) return damaged;
  if (bytes[4]! > FORMAT) return { ok: false, reason: 'newer' };
  const headEnd = PREFIX_BYTES + ((bytes[6]! << 8) | bytes[7]!);
  if (bytes[4] !== FORMAT || headEnd > bytes.length) return damaged;
  const encoding = bytes[5]!;
  if (encoding > ENCODING_DEFLATE) return { ok: false, reason: 'newer' };
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX_BYTES, headEnd)));
  } catch {
    return damaged;
  }
  if (typeof header !== 'object' || header === null) return damaged;
  const { repo, seq, parent, id, length } = header as Record<string, unknown>;
  if (!isRepoId(repo) || !isRepoId(id)) return damaged;
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 1 || seq > SEQ_MAX) return damaged;
  if (seq === 1 ? parent !== '' : !isHash(parent)) return damaged;
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 0) return damaged;
  const body = bytes.subarray(headEnd);
  if (length > limits.unpackedMaxBytes || length > limits.unpackedMaxRatio * bytes.length) return damaged;
  return { ok: true, value: { repo, seq, parent: parent as string, id, length, encoding, body } };
}
