import { concatBytes, decodeText, encodeText } from '../text.ts';

/**
 * The tar format, block by block: reads what v7, ustar, GNU and pax archives hold (long names and links, pax times and sizes), and
 * writes GNU's own or pax. Nothing here knows files; see `tools/tar.ts`.
 * Source: POSIX.1-2017 `pax` (ustar and pax interchange formats); the GNU tar manual, "Basic Tar Format".
 */
export const BLOCK_BYTES = 512;
/** Archives end at a multiple of this: twenty blocks, as tapes want. */
const RECORD_BYTES = 20 * BLOCK_BYTES;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
/** Octal in twelve bytes. */
const SIZE_MAX = 8 ** 11 - 1;
/** A name of a pax or GNU header is kept in memory; more than this is no name. */
const LONG_NAME_MAX_BYTES = 1024 * 1024;

export type TarKind = 'file' | 'directory' | 'link' | 'hard-link' | 'other';
export type TarFormat = 'gnu' | 'ustar' | 'pax';

export interface TarHeader {
  /** As the archive has it, `/` behind a directory's included. */
  name: string;
  kind: TarKind;
  mode: number;
  uid: number;
  gid: number;
  user: string;
  group: string;
  size: number;
  mtimeMs: number;
  /** What a link leads to; else empty. */
  target: string;
}

export interface TarEntry extends TarHeader {
  /** Where the next header starts. */
  readonly end: number;
  /** The bytes; what is not read of them is passed over. */
  content(): AsyncGenerator<Uint8Array, void, void>;
}

/** The archive is damaged or none; the message is what GNU tar says. */
export class TarDamaged extends Error {}

/** Gives exactly as many bytes as are asked for. */
class ByteReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  position = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** At most `count` bytes, at least one; undefined at the end. */
  async some(count: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#iterator.next();
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(piece.length);
    this.position += piece.length;
    return piece;
  }

  /** Fewer only at the end. */
  async take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let left = count; left > 0; ) {
      const piece = await this.some(left);
      if (piece === undefined) break;
      parts.push(piece);
      left -= piece.length;
    }
    return parts.length === 1 ? parts[0]!.slice() : concatBytes(parts);
  }
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Octal, or GNU's base 256 for what is larger. */
function number(bytes: Uint8Array): number {
  if ((bytes[0]! & 0x80) !== 0) {
    let value = bytes[0]! & 0x3f;
    for (const byte of bytes.subarray(1)) value = value * 256 + byte;
    return (bytes[0]! & 0x40) === 0 ? value : value - 2 ** (8 * bytes.length - 2);
  }
  const digits = text(bytes).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : 0;
}

function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < BLOCK_BYTES; at += 1) sum += at >= 148 && at < 156 ? 32 : block[at]!;
  return sum;
}

function kindOf(type: string, name: string): TarKind {
  switch (type) {
    case '\0':
    case '0':
    case '7': return name.endsWith('/') ? 'directory' : 'file';
    case '1': return 'hard-link';
    case '2': return 'link';
    case '5': return 'directory';
    default: return 'other';
  }
}

/** `LENGTH key=value\n`, again and again; the length counts itself. */
function paxRecords(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(32, at);
    const length = blank < 0 ? Number.NaN : Number(decodeText(bytes.subarray(at, blank)));
    if (!(length > blank - at) || at + length > bytes.length) break;
    const record = decodeText(bytes.subarray(blank + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** Entries in order. @throws TarDamaged */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const reader = new ByteReader(chunks);
  let global = new Map<string, string>();
  let own = new Map<string, string>();
  let longName: string | undefined;
  let longTarget: string | undefined;
  let count = 0;
  for (;;) {
    const block = await reader.take(BLOCK_BYTES);
    if (block.length === 0) return;
    if (block.length < BLOCK_BYTES) throw new TarDamaged(count === 0 ? 'This does not look like a tar archive' : 'Unexpected EOF in archive');
    if (block.every((byte) => byte === 0)) return;
    if (number(block.subarray(148, 156)) !== checksum(block)) throw new TarDamaged(count === 0 ? 'This does not look like a tar archive' : 'Skipping to next header');
    const type = String.fromCharCode(block[156]!);
    let size = number(block.subarray(124, 136));
    if (size < 0 || !Number.isSafeInteger(size)) throw new TarDamaged('Archive contains a size that cannot be');
    if ('xgLK'.includes(type)) {
      if (size > LONG_NAME_MAX_BYTES) throw new TarDamaged('Archive contains a name that is too long');
      const content = await reader.take(size);
      await reader.take(padding(size));
      if (content.length < size) throw new TarDamaged('Unexpected EOF in archive');
      if (type === 'x') own = paxRecords(content);
      else if (type === 'g') global = new Map([...global, ...paxRecords(content)]);
      else if (type === 'L') longName = text(content);
      else longTarget = text(content);
      continue;
    }
    count += 1;
    const pax = (key: string): string | undefined => own.get(key) ?? global.get(key);
    const isUstar = decodeText(block.subarray(257, 262)) === 'ustar';
    const isGnu = isUstar && block[262] === 32;
    const prefix = isUstar && !isGnu ? text(block.subarray(345, 500)) : '';
    const shortName = text(block.subarray(0, NAME_BYTES));
    const name = pax('path') ?? longName ?? (prefix === '' ? shortName : `${prefix}/${shortName}`);
    if (pax('size') !== undefined && /^\d+$/.test(pax('size')!)) size = Number(pax('size'));
    const kind = kindOf(type, name);
    const stored = kind === 'file' || kind === 'other' ? size : 0;
    const time = pax('mtime');
    const isTime = time !== undefined && /^-?\d+(\.\d*)?$/.test(time);
    let left = stored;
    const entry: TarEntry = {
      name, kind, size: stored, end: reader.position + stored + padding(stored),
      mode: number(block.subarray(100, 108)) & 0o7777,
      uid: number(block.subarray(108, 116)),
      gid: number(block.subarray(116, 124)),
      user: pax('uname') ?? (isUstar ? text(block.subarray(265, 297)) : ''),
      group: pax('gname') ?? (isUstar ? text(block.subarray(297, 329)) : ''),
      mtimeMs: isTime ? Math.floor(Number(time) * 1000) : number(block.subarray(136, 148)) * 1000,
      target: pax('linkpath') ?? longTarget ?? text(block.subarray(157, 257)),
      async *content() {
        while (left > 0) {
          const piece = await reader.some(left);
          if (piece === undefined) throw new TarDamaged('Unexpected EOF in archive');
          left -= piece.length;
          yield piece;
        }
      },
    };
    [own, longName, longTarget] = [new Map<string, string>(), undefined, undefined];
    yield entry;
    for await (const piece of entry.content()) void piece;
    if ((await reader.take(padding(stored))).length < padding(stored)) throw new TarDamaged('Unexpected EOF in archive');
  }
}

/** Bytes up to the end of the block. */
export function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** The zeros that end an archive of `size` bytes. */
export function tarEnd(size: number): Uint8Array {
  const least = size + 2 * BLOCK_BYTES;
  return new Uint8Array(Math.ceil(least / RECORD_BYTES) * RECORD_BYTES - size);
}

function put(block: Uint8Array, at: number, bytes: Uint8Array, room: number): void {
  block.set(bytes.subarray(0, room), at);
}

function octal(value: number, width: number): Uint8Array {
  return encodeText(`${Math.max(0, Math.floor(value)).toString(8).padStart(width - 1, '0')}\0`);
}

function headerBlock(header: TarHeader, type: string, format: TarFormat, name: Uint8Array, prefix: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  put(block, 0, name, NAME_BYTES);
  put(block, 100, octal(header.mode, 8), 8);
  put(block, 108, octal(header.uid, 8), 8);
  put(block, 116, octal(header.gid, 8), 8);
  put(block, 124, octal(header.size, 12), 12);
  put(block, 136, octal(header.mtimeMs / 1000, 12), 12);
  block[156] = type.charCodeAt(0);
  put(block, 157, encodeText(header.target), NAME_BYTES);
  put(block, 257, encodeText(format === 'gnu' ? 'ustar  \0' : 'ustar\x0000'), 8);
  put(block, 265, encodeText(header.user), 31);
  put(block, 297, encodeText(header.group), 31);
  if (format !== 'gnu') {
    put(block, 329, octal(0, 8), 8);
    put(block, 337, octal(0, 8), 8);
    put(block, 345, prefix, PREFIX_BYTES);
  }
  put(block, 148, encodeText(`${checksum(block).toString(8).padStart(6, '0')}\0 `), 8);
  return block;
}

const TYPES = { file: '0', directory: '5', link: '2', 'hard-link': '1', other: '0' } as const;

/**
 * The header of an entry with all that its format needs around it; the content and its padding follow.
 * @throws TarDamaged where the format cannot say it (ustar and a long name).
 */
export function tarHeader(header: TarHeader, format: TarFormat): Uint8Array {
  const [name, target] = [encodeText(header.name), encodeText(header.target)];
  if (header.size > SIZE_MAX) throw new TarDamaged(`${header.name}: file is too large for the archive`);
  const blocks: Uint8Array[] = [];
  const special = (type: string, specialName: string, content: Uint8Array): void => {
    const plain = { ...header, size: content.length, target: '', mode: 0o644, mtimeMs: 0, user: '', group: '', uid: 0, gid: 0 };
    blocks.push(headerBlock({ ...plain, ...(format === 'gnu' ? { user: 'root', group: 'root' } : {}) }, type, format, encodeText(specialName), new Uint8Array(0)), content, new Uint8Array(padding(content.length)));
  };
  if (format === 'gnu') {
    if (target.length > NAME_BYTES) special('K', '././@LongLink', concatBytes([target, new Uint8Array(1)]));
    if (name.length > NAME_BYTES) special('L', '././@LongLink', concatBytes([name, new Uint8Array(1)]));
    blocks.push(headerBlock(header, TYPES[header.kind], format, name, new Uint8Array(0)));
    return concatBytes(blocks);
  }
  const split = name.length <= NAME_BYTES ? 0 : splitAt(name);
  if (format === 'ustar' && (split === undefined || target.length > NAME_BYTES)) {
    throw new TarDamaged(`${split === undefined ? header.name : header.target}: ${split === undefined ? 'file name is too long (cannot be split); not dumped' : 'link name is too long; not dumped'}`);
  }
  if (format === 'pax') {
    const records: string[] = [];
    if (name.length > NAME_BYTES || name.some((byte) => byte > 127)) records.push(paxRecord('path', header.name));
    if (target.length > NAME_BYTES || target.some((byte) => byte > 127)) records.push(paxRecord('linkpath', header.target));
    if (header.mtimeMs % 1000 !== 0) records.push(paxRecord('mtime', (header.mtimeMs / 1000).toFixed(3).replace(/0+$/, '')));
    const base = header.name.replace(/\/+$/, '').split('/').pop()!;
    if (records.length > 0) special('x', `PaxHeaders/${base}`, encodeText(records.join('')));
  }
  const at = split ?? 0;
  blocks.push(headerBlock(header, TYPES[header.kind], format, at === 0 ? name : name.subarray(at + 1), name.subarray(0, at)));
  return concatBytes(blocks);
}

function paxRecord(key: string, value: string): string {
  const rest = encodeText(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

/** The slash at which a name can be cut for ustar. */
function splitAt(name: Uint8Array): number | undefined {
  for (let at = Math.min(PREFIX_BYTES, name.length - 2); at > 0; at -= 1) if (name[at] === 47 && name.length - at - 1 <= NAME_BYTES) return at;
  return undefined;
}
