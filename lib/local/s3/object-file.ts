import { createHash } from 'node:crypto';
import type { Checksum } from './checksums.ts';
import { isChecksumAlgorithm } from './checksums.ts';

/** What S3 keeps beside an object's bytes. */
export interface ObjectMeta {
  key: string;
  size: number;
  /** Hex MD5 of the bytes; quoted on the wire. */
  etag: string;
  /** Whole seconds, as S3 counts. */
  modifiedMs: number;
  contentType: string;
  /** `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `expires`: as sent. */
  system: Readonly<Record<string, string>>;
  /** `x-amz-meta-` names without the prefix; values hold the bytes sent, one per character. */
  user: Readonly<Record<string, string>>;
  checksum: Checksum;
}

/**
 * One file per object, so that a rename replaces bytes and metadata in one step:
 *
 *     "SELKIES3" | length of meta, 4 bytes | meta as JSON | the bytes | SHA-256 of all before
 *
 * The rejected choice, a metadata file beside a data file, has a crash point between two renames.
 */
const MAGIC = Buffer.from('SELKIES3', 'latin1');
const FIXED_BYTES = MAGIC.length + 4;
const SEAL_BYTES = 32;

export function encodeObjectFile(meta: ObjectMeta, data: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify(meta), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  const sealed = Buffer.concat([MAGIC, length, json, data]);
  return Buffer.concat([sealed, createHash('sha256').update(sealed).digest()]);
}

/** A whole object file, or null when it is cut, altered, or not one of ours. */
export function decodeObjectFile(file: Buffer): { meta: ObjectMeta; data: Buffer } | null {
  if (file.length < FIXED_BYTES + SEAL_BYTES || !file.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const sealed = file.subarray(0, file.length - SEAL_BYTES);
  if (!createHash('sha256').update(sealed).digest().equals(file.subarray(sealed.length))) return null;
  const dataAt = FIXED_BYTES + sealed.readUInt32BE(MAGIC.length);
  if (dataAt > sealed.length) return null;
  const meta = parseMeta(sealed.toString('utf8', FIXED_BYTES, dataAt));
  const data = sealed.subarray(dataAt);
  return meta && meta.size === data.length ? { meta, data } : null;
}

function parseMeta(json: string): ObjectMeta | null {
  let meta: Partial<Record<keyof ObjectMeta, unknown>>;
  try {
    meta = JSON.parse(json) as typeof meta;
  } catch {
    return null;
  }
  const { key, size, etag, modifiedMs, contentType, system, user, checksum } = meta;
  if (typeof key !== 'string' || typeof size !== 'number' || typeof etag !== 'string' || typeof modifiedMs !== 'number') return null;
  if (typeof contentType !== 'string' || !isTextRecord(system) || !isTextRecord(user) || !isTextRecord(checksum)) return null;
  const { algorithm, value } = checksum;
  if (algorithm === undefined || value === undefined || !isChecksumAlgorithm(algorithm)) return null;
  return { key, size, etag, modifiedMs, contentType, system, user, checksum: { algorithm, value } };
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}
