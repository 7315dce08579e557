import * as limits from '../../core/limits.ts';
import { type Proof, sameText } from './authenticate.ts';
import { S3Error } from './s3-error.ts';
import { chunkSignature, trailerSignature } from './sigv4.ts';

export interface ChunkedOptions {
  /** Signed chunks continue from the request's own signature; null for unsigned ones. */
  proof: Proof | null;
  /** `x-amz-decoded-content-length`. */
  decodedLength: number;
  /** Names that `x-amz-trailer` promised, lower-case; empty where the mode has no trailer. */
  trailerNames: readonly string[];
}

export interface Decoded {
  body: Buffer;
  trailers: Readonly<Record<string, string>>;
}

const notMatching = () =>
  new S3Error('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided. Check your key and signing method.');
const incomplete = () => new S3Error('IncompleteBody', 'The request body terminated unexpectedly');

/**
 * Undoes `aws-chunked`, the framing that SDKs wrap around an upload:
 *
 *     10000;chunk-signature=<hex>\r\n <65536 bytes> \r\n
 *     0;chunk-signature=<hex>\r\n
 *     x-amz-checksum-crc32:<base64>\r\n x-amz-trailer-signature:<hex>\r\n
 *     \r\n
 *
 * Each signature covers the one before, so a chunk cannot be changed, dropped, repeated or moved.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function decodeAwsChunked(wire: Buffer, options: ChunkedOptions): Decoded {
  const pieces: Buffer[] = [];
  let at = 0;
  let total = 0;
  let previous = options.proof?.signature ?? '';
  let sawSmall = false;

  const line = (): string => {
    // No honest line is near 4 KiB; the bound keeps a body without line ends from being searched again and again.
    const end = wire.subarray(at, at + 4096).indexOf('\r\n');
    if (end < 0) throw incomplete();
    const text = wire.toString('latin1', at, at + end);
    at += end + 2;
    return text;
  };

  for (;;) {
    const header = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line());
    if (!header) throw incomplete();
    const size = Number.parseInt(header[1] ?? '', 16);
    const chunk = wire.subarray(at, at + size);
    if (chunk.length < size) throw incomplete();
    if (options.proof) {
      const { key, amzDate, scope } = options.proof;
      const expected = chunkSignature(key, amzDate, scope, previous, chunk);
      if (!sameText(expected, header[2] ?? '')) throw notMatching();
      previous = expected;
    } else if (header[2] !== undefined) throw incomplete();
    if (size === 0) break;
    if (sawSmall)
      throw new S3Error('InvalidChunkSizeError', 'Only the last chunk is allowed to have a size less than 8192 bytes');
    sawSmall = size < limits.s3ChunkMinBytes;
    at += size;
    total += size;
    pieces.push(chunk);
    if (total > options.decodedLength || wire.toString('latin1', at, at + 2) !== '\r\n') throw incomplete();
    at += 2;
  }

  const trailers = readTrailers(line, options, previous);
  if (at !== wire.length || total !== options.decodedLength) throw incomplete();
  return { body: pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, total), trailers };
}

function readTrailers(line: () => string, options: ChunkedOptions, previous: string): Record<string, string> {
  const malformed = () => new S3Error('MalformedTrailerError', 'The request contained trailing data that was not well-formed or did not conform to our published schema.');
  const trailers: Record<string, string> = {};
  let signature: string | null = null;
  let canonical = '';
  for (let text = line(); text !== ''; text = line()) {
    const colon = text.indexOf(':');
    const name = text.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = text.slice(colon + 1).trim();
    if (signature !== null || name === '' || name in trailers) throw malformed();
    if (name === 'x-amz-trailer-signature') {
      signature = value;
      continue;
    }
    if (!options.trailerNames.includes(name)) throw malformed();
    trailers[name] = value;
    canonical += `${name}:${value}\n`;
  }
  if (Object.keys(trailers).length !== options.trailerNames.length) throw malformed();
  const signed = options.proof !== null && options.trailerNames.length > 0;
  if (signed !== (signature !== null)) throw malformed();
  if (options.proof && signature !== null) {
    const { key, amzDate, scope } = options.proof;
    if (!sameText(trailerSignature(key, amzDate, scope, previous, canonical), signature)) throw notMatching();
  }
  return trailers;
}
