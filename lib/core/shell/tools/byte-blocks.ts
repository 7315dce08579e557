import * as limits from '../../limits.ts';
import { concatBytes } from '../text.ts';
import { UsageError } from './options.ts';
import type { OpenedInput } from './files-in.ts';

/** The inputs one after another, as one stream. */
export async function* joinInputs(inputs: AsyncIterable<OpenedInput>): AsyncGenerator<Uint8Array, void, void> {
  for await (const { chunks } of inputs) yield* chunks;
}

/** The same stream in pieces of at most `size` bytes: what is done to one must not hold the page. */
export async function* piecesOf(chunks: AsyncIterable<Uint8Array>, size = 262_144): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}

/** Without the first `skip` bytes, and at most `most` of the rest. Reads no further than it must. */
export async function* portionOf(chunks: AsyncIterable<Uint8Array>, skip: number, most: number): AsyncGenerator<Uint8Array, void, void> {
  let toSkip = skip;
  let left = most;
  if (left <= 0) return;
  for await (const chunk of chunks) {
    const start = Math.min(toSkip, chunk.length);
    toSkip -= start;
    const piece = chunk.subarray(start, Math.min(chunk.length, start + left));
    if (piece.length > 0) yield piece;
    left -= piece.length;
    if (left <= 0) return;
  }
}

/** The stream cut into blocks whose length is a multiple of `size`; only the last may be shorter. Blocks may share memory with the input. */
export async function* blocksOf(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void, void> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const joined = rest.length === 0 ? chunk : concatBytes([rest, chunk]);
    const whole = joined.length - (joined.length % size);
    // A large chunk goes out in parts, so that whoever formats it can yield between them.
    const step = Math.max(size, Math.floor(16_384 / size) * size);
    for (let at = 0; at < whole; at += step) yield joined.subarray(at, Math.min(whole, at + step));
    rest = joined.slice(whole);
  }
  if (rest.length > 0) yield rest;
}

/** Whole lines, many at a time; only the last block may end without its separator. @throws UsageError when a line is longer than `lineMaxBytes`. */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>, separator = 10): AsyncGenerator<Uint8Array, void, void> {
  let rest: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const at = chunk.lastIndexOf(separator);
    if (at < 0) {
      rest.push(chunk.slice());
      size += chunk.length;
      if (size > limits.lineMaxBytes) throw new UsageError('a line is too long to keep in memory');
      continue;
    }
    if (size > 0) {
      // Only the line that was begun is put together; the others stay where they are.
      const first = chunk.indexOf(separator) + 1;
      yield concatBytes([...rest, chunk.subarray(0, first)]);
      for (let from = first; from <= at; from = blockEnd(chunk, from, at, separator)) yield chunk.subarray(from, blockEnd(chunk, from, at, separator));
    } else for (let from = 0; from <= at; from = blockEnd(chunk, from, at, separator)) yield chunk.subarray(from, blockEnd(chunk, from, at, separator));
    rest = at + 1 < chunk.length ? [chunk.slice(at + 1)] : [];
    size = chunk.length - at - 1;
  }
  if (size > 0) yield concatBytes(rest);
}

/** Of a block. Past 128 KB V8 gives a string a mapping of its own, and to decode it takes seven times as long. */
const BLOCK_BYTES = 96 * 1024;

/** After the last separator of the next stretch, so that no block takes long. */
function blockEnd(chunk: Uint8Array, from: number, last: number, separator: number): number {
  if (last - from < BLOCK_BYTES) return last + 1;
  const end = chunk.lastIndexOf(separator, from + BLOCK_BYTES);
  return (end < from ? chunk.indexOf(separator, from) : end) + 1;
}

const UNITS = 'KMGTPEZY';

/**
 * A number of bytes as GNU's tools take it: decimal, `0x` or, with `octal`, a leading 0; then b (512), K, M … (1024), kB, MB … (1000), KiB.
 * @throws UsageError `invalid WHAT: 'x'`
 */
export function parseBytes(text: string, what: string, octal = false, status?: number): number {
  const match = /^(0[xX][0-9a-fA-F]+|\d+)(?:(b)|(c)|(w)|([kKMGTPEZY])(iB|B)?|(B))?$/.exec(text);
  if (match === null) throw new UsageError(`invalid ${what}: '${text}'`, status);
  const digits = match[1] as string;
  const value = octal && /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  const power = match[5] === undefined ? 0 : UNITS.indexOf(match[5].toUpperCase()) + 1;
  const scale = match[2] !== undefined ? 512 : match[4] !== undefined ? 2 : (match[6] === 'B' ? 1000 : 1024) ** power;
  return value * scale;
}
