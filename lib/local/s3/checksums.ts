import { createHash } from 'node:crypto';
import { crc32, crc32c, crc64nvme } from './crc.ts';
import { S3Error } from './s3-error.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
const algorithms = {
  CRC32: { bytes: 4, compute: crc32 },
  CRC32C: { bytes: 4, compute: crc32c },
  CRC64NVME: { bytes: 8, compute: crc64nvme },
  SHA1: { bytes: 20, compute: (data: Uint8Array) => createHash('sha1').update(data).digest() },
  SHA256: { bytes: 32, compute: (data: Uint8Array) => createHash('sha256').update(data).digest() },
} as const;

export type ChecksumAlgorithm = keyof typeof algorithms;

export interface Checksum {
  algorithm: ChecksumAlgorithm;
  /** Base64. */
  value: string;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(algorithms, name);
}

export function computeChecksum(algorithm: ChecksumAlgorithm, data: Uint8Array): Checksum {
  return { algorithm, value: algorithms[algorithm].compute(data).toString('base64') };
}

type Headers = Readonly<Record<string, string>>;

/**
 * Checks what the sender said about the body: `Content-MD5`, one `x-amz-checksum-*` header or trailer.
 * @returns the checksum that was proven, or null when the sender gave none.
 * @throws S3Error `BadDigest` when it is another body, `InvalidDigest` / `InvalidRequest` when the claim makes no sense.
 */
export function verifyChecksums(body: Uint8Array, headers: Headers, trailers: Headers): Checksum | null {
  verifyMd5(body, headers['content-md5']);
  const names = (Object.keys(algorithms) as ChecksumAlgorithm[]).filter(
    (name) => headers[checksumHeader(name)] !== undefined || trailers[checksumHeader(name)] !== undefined,
  );
  const [algorithm] = names;
  if (names.length > 1)
    throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  const announced = headers['x-amz-sdk-checksum-algorithm']?.toUpperCase();
  if (announced !== undefined && !isChecksumAlgorithm(announced))
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  if (announced !== undefined && announced !== algorithm)
    throw new S3Error('InvalidRequest', 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.');
  if (!algorithm) return null;
  const header = checksumHeader(algorithm);
  const said = headers[header] ?? trailers[header] ?? '';
  if (!isBase64Of(said, algorithms[algorithm].bytes)) throw new S3Error('InvalidRequest', `Value for ${header} header is invalid.`);
  const actual = computeChecksum(algorithm, body);
  if (actual.value !== said) throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  return actual;
}

function verifyMd5(body: Uint8Array, said: string | undefined): void {
  if (said === undefined) return;
  if (!isBase64Of(said, 16)) throw new S3Error('InvalidDigest', 'The Content-MD5 you specified is not valid.', { 'Content-MD5': said });
  const actual = createHash('md5').update(body).digest('base64');
  if (actual !== said)
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', { ExpectedDigest: said, CalculatedDigest: actual });
}

/** Node's decoder forgives anything, so a round trip tells whether the text was exact base64. */
function isBase64Of(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}
