import { expect, test } from 'vitest';
import { decodeAwsChunked } from './aws-chunked.ts';
import { S3Error } from './s3-error.ts';
import { frameChunks } from './testing/sign-request.ts';

const signer = { accessKeyId: 'a', secret: 's', region: 'us-east-1', amzDate: '20260101T000000Z' };
const options = { proof: null, decodedLength: 20_000, trailerNames: ['x-amz-checksum-crc32'] };
const body = Buffer.alloc(20_000, 'selkie ');
const trailers = [['x-amz-checksum-crc32', 'AAAAAA==']] as const;
const frame = (chunkBytes: number) => frameChunks(signer, body, { signed: false, chunkBytes, trailers }, '');

function outcome(wire: Buffer, with_ = options): string {
  try {
    return decodeAwsChunked(wire, with_).body.equals(body) ? 'whole' : 'other bytes';
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}

test('an unsigned chunked body with a trailer decodes, in one piece or several', () => {
  expect([outcome(frame(20_000)), outcome(frame(8192)), outcome(frame(9999))]).toEqual(['whole', 'whole', 'whole']);
  expect(decodeAwsChunked(frame(8192), options).trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
});

test('a chunk under 8 KiB is taken as the last one only', () => {
  expect(outcome(frame(8191))).toBe('InvalidChunkSizeError');
});

test('a body that is cut anywhere is refused', () => {
  const wire = frame(8192);
  const outcomes = new Set<string>();
  for (let length = 0; length < wire.length; length += 97) outcomes.add(outcome(wire.subarray(0, length)));
  for (let missing = 1; missing < 60; missing++) outcomes.add(outcome(wire.subarray(0, wire.length - missing)));
  expect([...outcomes].sort()).toEqual(['IncompleteBody']);
});

test('more or fewer bytes than announced, bytes after the end, and unknown or missing trailers are refused', () => {
  const wire = frame(8192);
  expect({
    fewer: outcome(wire, { ...options, decodedLength: 20_001 }),
    more: outcome(wire, { ...options, decodedLength: 19_999 }),
    after: outcome(Buffer.concat([wire, Buffer.from('x')])),
    unannounced: outcome(wire, { ...options, trailerNames: [] }),
    missing: outcome(wire, { ...options, trailerNames: ['x-amz-checksum-crc32', 'x-amz-checksum-sha1'] }),
    signatureWithoutKey: outcome(Buffer.from(`0;chunk-signature=${'a'.repeat(64)}\r\n\r\n`)),
    noSize: outcome(Buffer.from('\r\n\r\n')),
    negative: outcome(Buffer.from('-1\r\n\r\n')),
  }).toEqual({
    fewer: 'IncompleteBody',
    more: 'IncompleteBody',
    after: 'IncompleteBody',
    unannounced: 'MalformedTrailerError',
    missing: 'MalformedTrailerError',
    signatureWithoutKey: 'IncompleteBody',
    noSize: 'IncompleteBody',
    negative: 'IncompleteBody',
  });
});
