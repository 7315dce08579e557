import { Gunzip, Gzip } from 'fflate';
import { crc32 } from '../../zip/crc32.ts';

/**
 * gzip (RFC 1952) piece by piece, at constant memory: what comes in is cut so small that what one piece unpacks to can wait in
 * memory, and between two pieces the page may breathe. fflate finds the members; that each is whole and undamaged is checked here,
 * which fflate leaves out. Rejected: `CompressionStream`, which `lib/core` does not have and which joins no members.
 */
export class GzipDamaged extends Error {}

type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** At most a thousand times as much comes out of it. */
const PIECE_BYTES = 4096;
const PACK_PIECE_BYTES = 32 * 1024;
const TRAILER_BYTES = 8;

export const TRAILING_GARBAGE = 'decompression OK, trailing garbage ignored';

export interface PackOptions {
  level: number;
  /** Kept in the header; undefined: not. Milliseconds since the epoch. */
  mtimeMs?: number | undefined;
  filename?: string | undefined;
  breathe: () => Promise<void> | undefined;
}

export async function* packGzip(chunks: AsyncIterable<Uint8Array>, { level, mtimeMs, filename, breathe }: PackOptions): AsyncGenerator<Uint8Array, void, void> {
  const out: Uint8Array[] = [];
  const packer = new Gzip({ level: level as Level, mtime: mtimeMs ?? 0, ...(filename === undefined ? {} : { filename }) }, (chunk) => {
    if (chunk.length > 0) out.push(chunk);
  });
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PACK_PIECE_BYTES) {
      // fflate keeps what it gets, and a chunk may be used again by whoever made it.
      packer.push(chunk.slice(at, at + PACK_PIECE_BYTES), false);
      yield* out.splice(0);
      const rest = breathe();
      if (rest !== undefined) await rest;
    }
  }
  packer.push(new Uint8Array(0), true);
  yield* out.splice(0);
}

/**
 * The content of every member, one after the other. Zeros behind the last are passed over, as tapes have them.
 * @throws GzipDamaged with gzip's words, after all that was whole has come out.
 */
export async function* unpackGzip(chunks: AsyncIterable<Uint8Array>, breathe: () => Promise<void> | undefined): AsyncGenerator<Uint8Array, void, void> {
  const out: Uint8Array[] = [];
  let sum = 0;
  let size = 0;
  /** The end of what was pushed, long enough for the trailer of a member that ended in the last piece. */
  let tail = new Uint8Array(0);
  let pushed = 0;
  let damage: string | undefined;
  const checkMember = (end: number): void => {
    const at = tail.length - (pushed - end) - TRAILER_BYTES;
    if (at < 0) {
      damage ??= 'unexpected end of file';
      return;
    }
    const view = new DataView(tail.buffer, tail.byteOffset + at, TRAILER_BYTES);
    if (view.getUint32(0, true) !== sum >>> 0) damage ??= 'invalid compressed data--crc error';
    else if (view.getUint32(4, true) !== size % 2 ** 32) damage ??= 'invalid compressed data--length error';
  };
  const unpacker = new Gunzip((chunk) => {
    if (chunk.length === 0) return;
    sum = crc32(chunk, sum);
    size += chunk.length;
    out.push(chunk);
  });
  unpacker.onmember = (offset) => {
    // Where the next member starts the one before has ended.
    checkMember(offset);
    sum = 0;
    size = 0;
  };
  const push = (piece: Uint8Array, isLast: boolean): void => {
    const joined = new Uint8Array(Math.min(tail.length, PIECE_BYTES) + piece.length);
    const kept = tail.subarray(tail.length - (joined.length - piece.length));
    joined.set(kept);
    joined.set(piece, kept.length);
    tail = joined;
    pushed += piece.length;
    try {
      unpacker.push(piece, isLast);
    } catch (error) {
      damage ??= error instanceof Error && /unexpected EOF/.test(error.message) ? 'unexpected end of file' : /invalid gzip/.test(String(error)) ? TRAILING_GARBAGE : 'invalid compressed data--format violated';
    }
  };
  let zeros = 0;
  let isFirst = true;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length && damage === undefined; ) {
      let piece = chunk.subarray(at, at + PIECE_BYTES);
      at += piece.length;
      if (isFirst) {
        isFirst = false;
        if (piece[0] !== 0x1f || (piece[1] ?? 0x8b) !== 0x8b || (piece[2] ?? 8) !== 8) throw new GzipDamaged('not in gzip format');
      }
      // Zeros wait until something else follows them.
      let end = piece.length;
      while (end > 0 && piece[end - 1] === 0) end -= 1;
      if (end === 0) {
        zeros += piece.length;
        continue;
      }
      for (; zeros > 0; zeros -= Math.min(zeros, PIECE_BYTES)) push(new Uint8Array(Math.min(zeros, PIECE_BYTES)), false);
      zeros = piece.length - end;
      piece = piece.slice(0, end);
      push(piece, false);
      yield* out.splice(0);
      const rest = breathe();
      if (rest !== undefined) await rest;
    }
    if (damage !== undefined) break;
  }
  if (isFirst) throw new GzipDamaged('unexpected end of file');
  if (damage === undefined) damage = finish();
  yield* out.splice(0);
  if (damage !== undefined) throw new GzipDamaged(damage);

  /** How many of the zeros at the end belong to the last trailer shows when they are tried. */
  function finish(): string | undefined {
    let words: string | undefined;
    for (let extra = 0; extra <= Math.min(zeros, TRAILER_BYTES); extra += 1) {
      if (extra > 0) push(new Uint8Array(1), false);
      if (damage !== undefined) return damage;
      checkMember(pushed);
      if (damage === undefined) return undefined;
      words = damage;
      damage = undefined;
    }
    push(new Uint8Array(0), true);
    return damage ?? words;
  }
}

/** What is not packed comes through as it is. @throws GzipDamaged while it is read. */
export async function unpackedOrPlain(chunks: AsyncIterable<Uint8Array>, breathe: () => Promise<void> | undefined): Promise<AsyncIterable<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* again(): AsyncGenerator<Uint8Array, void, void> {
    if (first.done !== true) yield first.value;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  const isPacked = first.done !== true && first.value[0] === 0x1f && first.value[1] === 0x8b;
  return isPacked ? unpackGzip(again(), breathe) : again();
}
