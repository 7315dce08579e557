import * as limits from '../limits.ts';
import { inflateExactly } from '../sync/inflate-exactly.ts';
import { crc32 } from './crc32.ts';
import { entryTimeMs } from './entry-time.ts';
import { HISTORY_DIRECTORY } from './history-directory.ts';

/**
 * Reads a zip that came from anywhere. Only the directory at its end is believed, and that only as far as it goes: no
 * entry may unpack to more than it says, none may share bytes with another (a bomb would), none may name a place
 * outside. Source: PKWARE APPNOTE 6.3.10; D. Fifield, "A better zip bomb" (WOOT '19).
 * Rejected: fflate's own readers, which tell neither mode nor link and take sizes as given.
 */
export interface ZipEntry {
  /** Relative, NFC, `/` between names, none of them `.`, `..` or empty. */
  path: string;
  kind: 'file' | 'directory' | 'link';
  /** Permission bits; undefined when the zip does not tell. */
  mode: number | undefined;
  /** Milliseconds since the epoch; undefined when the zip does not tell. */
  mtimeMs: number | undefined;
  /** Bytes when unpacked. */
  size: number;
  /** Not packed, only kept. */
  isStored: boolean;
  /** @throws ZipRefused when the content is damaged or not what the directory says. */
  read(): Uint8Array;
}

export interface ZipContents {
  entries: ZipEntry[];
  /** What is left out, each with the reason as the end of a sentence: `../x` "names a place outside". */
  refused: { name: string; why: string }[];
  /** Objects of the history that an export carries; they are for keeping, not for unpacking into home. */
  historyObjects: number;
}

/** The zip, or an entry of it, cannot be taken; the message is a sentence. */
export class ZipRefused extends Error {}

const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;
const UTF8_FLAG = 1 << 11;
const UNIX = 3;
const MACOS = 19;
const TYPE_MASK = 0o170000;
const LINK_BITS = 0o120000;
const DIRECTORY_BITS = 0o040000;
const DAMAGED = 'That is no zip file, or it is damaged.';

interface RawEntry {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packedBytes: number;
  size: number;
  at: number;
  host: number;
  attributes: number;
  mtimeMs: number | undefined;
}

/** @throws ZipRefused for what is no zip, is damaged, or would unpack to more than fits. */
export function readZip(bytes: Uint8Array): ZipContents {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const raw = readDirectory(bytes, view);
  requireApart(raw, view);
  const entries: ZipEntry[] = [];
  const refused: ZipContents['refused'] = [];
  let total = 0;
  let historyObjects = 0;
  for (const entry of raw) {
    const path = safePath(entry);
    // Finder's notes about the files beside them.
    if (path === '__MACOSX' || path?.startsWith('__MACOSX/') === true) continue;
    if (path === HISTORY_DIRECTORY || path?.startsWith(`${HISTORY_DIRECTORY}/`) === true) {
      historyObjects++;
      continue;
    }
    const type = entry.host === UNIX || entry.host === MACOS ? (entry.attributes >>> 16) & TYPE_MASK : 0;
    const isDirectory = type === DIRECTORY_BITS || entry.name.endsWith('/') || entry.name.endsWith('\\');
    if (path === undefined) refused.push({ name: entry.name, why: 'names a place outside, or has a name that cannot be' });
    else if (path === '') continue;
    else if ((entry.flags & ENCRYPTED_FLAG) !== 0) refused.push({ name: entry.name, why: 'is encrypted' });
    else if (!isDirectory && entry.method !== STORED && entry.method !== DEFLATED) refused.push({ name: entry.name, why: 'is packed in a way that is not known here' });
    else if (entry.size > limits.fileMaxBytes) refused.push({ name: entry.name, why: `is larger than ${limits.fileMaxBytes / 1024 / 1024} MB` });
    else {
      const permissions = (entry.attributes >>> 16) & 0o777;
      total += entry.size;
      entries.push({
        path,
        kind: isDirectory ? 'directory' : type === LINK_BITS ? 'link' : 'file',
        mode: type === 0 && permissions === 0 ? undefined : permissions,
        mtimeMs: entry.mtimeMs,
        size: isDirectory ? 0 : entry.size,
        isStored: entry.method === STORED,
        read: () => readContent(bytes, view, entry),
      });
    }
  }
  if (total > limits.importMaxBytes) {
    throw new ZipRefused(`That zip would unpack to ${Math.ceil(total / 1024 / 1024)} MB, and at most ${limits.importMaxBytes / 1024 / 1024} MB can be imported at once.`);
  }
  return { entries, refused, historyObjects };
}

function readDirectory(bytes: Uint8Array, view: DataView): RawEntry[] {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const length = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || start === 0xffffffff) throw new ZipRefused('That zip is of the large kind (ZIP64), which is not read here; pack fewer files.');
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) throw new ZipRefused('That zip is a part of several; join them first.');
  if (start + length > end) throw new ZipRefused(DAMAGED);
  if (count > limits.importMaxEntries) throw new ZipRefused(`That zip has ${count.toLocaleString('en')} entries, and at most ${limits.importMaxEntries.toLocaleString('en')} can be imported at once.`);
  const entries: RawEntry[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY_SIGNATURE) throw new ZipRefused(DAMAGED);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const next = at + ENTRY_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (next > end) throw new ZipRefused(DAMAGED);
    const extra = new DataView(view.buffer, view.byteOffset + at + ENTRY_BYTES + nameBytes, extraBytes);
    const flags = view.getUint16(at + 8, true);
    entries.push({
      name: decodeName(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes), (flags & UTF8_FLAG) !== 0),
      flags,
      host: view.getUint8(at + 5),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      attributes: view.getUint32(at + 38, true),
      mtimeMs: entryTimeMs(extra, view.getUint16(at + 12, true), view.getUint16(at + 14, true)),
      at: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return entries;
}

/** The record at the end, behind which only a comment may stand. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - END_BYTES; at >= 0 && at >= view.byteLength - END_BYTES - 0xffff; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw new ZipRefused(DAMAGED);
}

/** Where the packed bytes of an entry are. */
function contentRange(view: DataView, { at, packedBytes }: RawEntry): [number, number] {
  if (at + LOCAL_BYTES > view.byteLength || view.getUint32(at, true) !== LOCAL_SIGNATURE) throw new ZipRefused(DAMAGED);
  const start = at + LOCAL_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packedBytes > view.byteLength) throw new ZipRefused(DAMAGED);
  return [start, start + packedBytes];
}

/** One packed file named a thousand times unpacks to a thousand: no two entries may lie over each other. */
function requireApart(entries: readonly RawEntry[], view: DataView): void {
  let last = 0;
  for (const entry of [...entries].sort((a, b) => a.at - b.at)) {
    if (entry.at < last) throw new ZipRefused('That zip names the same bytes more than once, as only a zip bomb does.');
    last = contentRange(view, entry)[1];
  }
}

function readContent(bytes: Uint8Array, view: DataView, entry: RawEntry): Uint8Array {
  const [start, end] = contentRange(view, entry);
  const packed = bytes.subarray(start, end);
  const content = entry.method === STORED ? packed.slice() : inflateExactly(packed, entry.size);
  if (content === undefined || content.length !== entry.size || crc32(content) !== entry.crc) throw new ZipRefused('is damaged');
  return content;
}

/** UTF-8 where the zip says so or it reads as such; else the bytes as Latin-1, which is nearest for most old zips. */
function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: !isUtf8 }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}

/** undefined: it leads outside or cannot be a name. Empty: it is the root itself. */
function safePath({ name, host }: RawEntry): string | undefined {
  const plain = host === UNIX || host === MACOS ? name : name.replaceAll('\\', '/');
  if (plain.startsWith('/') || /^[A-Za-z]:\//.test(plain)) return undefined;
  const segments = plain.normalize('NFC').split('/').filter((segment) => segment !== '' && segment !== '.');
  // eslint-disable-next-line no-control-regex
  if (segments.some((segment) => segment === '..' || /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u.test(segment))) return undefined;
  return segments.join('/');
}
