import * as limits from '../../core/limits.ts';
import type { Proof } from './authenticate.ts';
import { type Decoded, decodeAwsChunked } from './aws-chunked.ts';
import { S3Error } from './s3-error.ts';
import { sha256Hex } from './sigv4.ts';

/** The values of `x-amz-content-sha256` that announce `aws-chunked`; whether chunks are signed, whether a trailer follows. */
const streaming: Readonly<Record<string, { signed: boolean; trailer: boolean }>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
};

/** The body that the sender meant, proven as far as `x-amz-content-sha256` says, and the trailers that came with it. */
export function readPayload(body: Buffer, headers: Readonly<Record<string, string>>, proof: Proof): Decoded {
  const said = proof.payloadHash;
  const mode = streaming[said];
  const chunkedEncoding = contentEncodings(headers).includes('aws-chunked');
  if (!mode) {
    if (chunkedEncoding) throw new S3Error('InvalidRequest', 'Content-Encoding aws-chunked needs a STREAMING- value of x-amz-content-sha256.');
    if (headers['x-amz-trailer'] !== undefined) throw new S3Error('InvalidRequest', 'x-amz-trailer needs a -TRAILER value of x-amz-content-sha256.');
    requireHash(said, body);
    return { body, trailers: {} };
  }
  const length = headers['x-amz-decoded-content-length'];
  if (length === undefined || !/^\d{1,15}$/.test(length))
    throw new S3Error('MissingContentLength', 'You must provide the x-amz-decoded-content-length HTTP header.');
  if (Number(length) > limits.cloudObjectMaxBytes) throw tooLarge(Number(length));
  const trailerNames = (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  if (mode.trailer !== trailerNames.length > 0)
    throw new S3Error('InvalidRequest', 'x-amz-trailer and the value of x-amz-content-sha256 do not agree about trailing headers.');
  return decodeAwsChunked(body, { proof: mode.signed ? proof : null, decodedLength: Number(length), trailerNames });
}

/** The encodings of `Content-Encoding` in order; `aws-chunked` is framing and is not stored. */
export function contentEncodings(headers: Readonly<Record<string, string>>): string[] {
  return (headers['content-encoding'] ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
}

export function tooLarge(size: number): S3Error {
  return new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: String(size),
    MaxSizeAllowed: String(limits.cloudObjectMaxBytes),
  });
}

function requireHash(said: string, body: Buffer): void {
  if (said === 'UNSIGNED-PAYLOAD') return;
  if (!/^[0-9a-f]{64}$/.test(said))
    throw new S3Error('InvalidArgument', 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value, or a valid sha256 value.', {
      ArgumentName: 'x-amz-content-sha256',
      ArgumentValue: said,
    });
  const actual = sha256Hex(body);
  if (actual !== said)
    throw new S3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.", {
      ClientComputedContentSHA256: said,
      S3ComputedContentSHA256: actual,
    });
}
