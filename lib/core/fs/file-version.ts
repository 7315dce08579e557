import * as limits from '../limits.ts';
import { hashOf, isHash } from '../sync/sha256.ts';
import { isEntryMode, isLinkMode } from './link-mode.ts';
import { packBytes, packedLength, unpackBytes } from './packed-text.ts';
import { isPath, isWithin } from './path.ts';
import { HOME } from './places.ts';

/**
 * One version of one file as a value in the store: a line of JSON, a line feed, the content packed 15 bits a
 * unit. The header is enough to list and to compare, so that opening a workspace unpacks nothing.
 */
export interface VersionHeader {
  kind: 'file' | 'directory' | 'removed';
  /** Absolute; of a removed file the last one. */
  path: string;
  /** Permission bits, or those of a link (link-mode.ts). */
  mode: number;
  mtimeMs: number;
  /** Bytes of content. */
  size: number;
  /** SHA-256 of the content; empty for what has none. */
  hash: string;
  /**
   * The versions this one follows: `lamport.tab` of the same file, `id:lamport.tab` of another one that a
   * rename replaced. A version that is followed is dead even if a crash left its key behind.
   */
  follows: readonly string[];
  /** The remote version that this one was made from, if a pull brought it; edits keep it. */
  origin: Origin | null;
}

/**
 * A file as the store had it at commit `seq`. Kept with the local version, in the same key, because the base is
 * written later: after a crash between the two, this is what tells an edit from a pull that was not finished.
 */
export interface Origin {
  seq: number;
  /** Seq of the commit that holds the content. */
  at: number;
  path: string;
  mode: number;
  hash: string;
  /** Somebody has written the file since, even where it reads the same again. */
  isEdited?: true;
}

export interface FileVersion extends VersionHeader {
  key: string;
  id: string;
  /** `lamport.tab` */
  tag: string;
  lamport: number;
  tab: string;
  /** UTF-16 units that key and value take in the store. */
  units: number;
}

const FORMAT = 1;

/** A tab's or file's name in keys. */
export function isKeyPart(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}

export function formatVersion(header: VersionHeader, packed: string): string {
  const { kind, path, mode, mtimeMs, size, hash, follows, origin } = header;
  const from = origin === null ? [] : [origin.seq, origin.at, origin.path, origin.mode, origin.hash, ...(origin.isEdited === true ? [1] : [])];
  return `${JSON.stringify([FORMAT, kind, path, mode, mtimeMs, size, hash, follows, from])}\n${packed}`;
}

/** The packed content of a stored value, to be used again under another header. */
export function packedContent(value: string): string {
  return value.slice(value.indexOf('\n') + 1);
}

export function packContent(bytes: Uint8Array): { packed: string; size: number; hash: string } {
  return { packed: packBytes(bytes), size: bytes.length, hash: hashOf(bytes) };
}

/** The content, or undefined when it is not what the header says. */
export function contentOf(version: VersionHeader, value: string): Uint8Array | undefined {
  const bytes = unpackBytes(value, value.indexOf('\n') + 1, version.size);
  return bytes !== undefined && hashOf(bytes) === version.hash ? bytes : undefined;
}

/** What a key and its value say, or undefined when they were not written by us or got damaged. */
export function parseVersion(prefix: string, key: string, value: string): FileVersion | undefined {
  const match = /^([\w-]{1,64}):(\d{1,15})\.([\w-]{1,64})$/.exec(key.slice(prefix.length));
  const cut = value.indexOf('\n');
  if (match === null || cut < 0) return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(value.slice(0, cut));
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields) || fields.length !== 9 || fields[0] !== FORMAT) return undefined;
  const [, kind, path, mode, mtimeMs, size, hash, follows, from] = fields as unknown[];
  if (kind !== 'file' && kind !== 'directory' && kind !== 'removed') return undefined;
  if (typeof path !== 'string' || path === HOME || !isWithin(HOME, path) || !isPath(path)) return undefined;
  if (!isEntryMode(mode) || (isLinkMode(mode) && kind !== 'file') || !isCount(size, limits.fileMaxBytes)) return undefined;
  if (typeof mtimeMs !== 'number' || !Number.isFinite(mtimeMs)) return undefined;
  if (kind === 'file' ? !isHash(hash) : hash !== '' || size !== 0) return undefined;
  if (!Array.isArray(follows) || !follows.every((tag) => typeof tag === 'string')) return undefined;
  if (value.length - cut - 1 !== packedLength(size)) return undefined;
  const origin = parseOrigin(from);
  if (origin === undefined) return undefined;
  const [, id = '', lamport = '', tab = ''] = match;
  return {
    kind, path, mode, mtimeMs, size, hash: hash as string, follows: follows as string[], origin,
    key, id, tag: `${lamport}.${tab}`, lamport: Number(lamport), tab,
    units: key.length + value.length,
  };
}

/** undefined: not understood. null: there is none. */
function parseOrigin(from: unknown): Origin | null | undefined {
  if (!Array.isArray(from)) return undefined;
  if (from.length === 0) return null;
  const [seq, at, path, mode, hash, isEdited] = from as unknown[];
  if (!isCount(seq, Number.MAX_SAFE_INTEGER) || !isCount(at, seq) || typeof path !== 'string' || !isEntryMode(mode)) return undefined;
  if (hash !== '' && !isHash(hash)) return undefined;
  return { seq, at, path, mode, hash, ...(isEdited === 1 ? { isEdited: true } : {}) };
}

/** What an edit of a version of this origin keeps of it. */
export function editedOrigin(origin: Origin | null | undefined): Origin | null {
  return origin ? { ...origin, isEdited: true } : null;
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}
