import { createHash, createHmac } from 'node:crypto';
import { type Query, uriEncode } from './uri.ts';

/**
 * The arithmetic of AWS Signature Version 4 as S3 does it, with no opinion about what is allowed; both the
 * verifier (`authenticate.ts`) and the tests' signer build on it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export const ALGORITHM = 'AWS4-HMAC-SHA256';
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** `date` is `YYYYMMDD`. The key is good for that day, region and service only. */
export function signingKey(secret: string, date: string, region: string): Buffer {
  const step = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  return step(step(step(step(`AWS4${secret}`, date), region), 's3'), 'aws4_request');
}

export interface CanonicalParts {
  method: string;
  /** Decoded: S3 encodes each segment once and never normalises `.` or `..`. */
  path: string;
  /** Decoded; without `X-Amz-Signature`. */
  query: Query;
  /** Lower-case name and value of each signed header, sorted by name; values as latin-1 text of the bytes sent. */
  headers: ReadonlyArray<readonly [name: string, value: string]>;
  payloadHash: string;
}

export function canonicalRequest(parts: CanonicalParts): string {
  const query = parts.query
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return [
    parts.method,
    uriEncode(parts.path, true),
    query,
    ...parts.headers.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    parts.headers.map(([name]) => name).join(';'),
    parts.payloadHash,
  ].join('\n');
}

/** `amzDate` is `YYYYMMDDTHHMMSSZ`, `scope` is `date/region/s3/aws4_request`. */
export function requestSignature(key: Buffer, amzDate: string, scope: string, canonical: string): string {
  // latin1: header values hold the bytes that were sent, one per character; the rest is ASCII.
  return hmacHex(key, [ALGORITHM, amzDate, scope, sha256Hex(Buffer.from(canonical, 'latin1'))]);
}

/** Of a browser's form: over its policy, as sent. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html */
export function postSignature(key: Buffer, policy: string): string {
  return createHmac('sha256', key).update(policy).digest('hex');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
export function chunkSignature(key: Buffer, amzDate: string, scope: string, previous: string, chunk: Uint8Array): string {
  return hmacHex(key, [`${ALGORITHM}-PAYLOAD`, amzDate, scope, previous, EMPTY_SHA256, sha256Hex(chunk)]);
}

/** `trailers`: `name:value` and a line feed each. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
export function trailerSignature(key: Buffer, amzDate: string, scope: string, previous: string, trailers: string): string {
  return hmacHex(key, [`${ALGORITHM}-TRAILER`, amzDate, scope, previous, sha256Hex(trailers)]);
}

function hmacHex(key: Buffer, lines: readonly string[]): string {
  return createHmac('sha256', key).update(lines.join('\n')).digest('hex');
}
