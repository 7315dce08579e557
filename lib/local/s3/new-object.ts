import { createHash } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import { type Checksum, checksumHeader } from './checksums.ts';
import type { ObjectMeta } from './object-file.ts';
import { contentEncodings } from './payload.ts';
import { S3Error } from './s3-error.ts';

type Headers = Readonly<Record<string, string>>;

const kept = ['cache-control', 'content-disposition', 'content-language', 'expires'] as const;

/** What an upload, or a copy that replaces metadata, says about the object. */
export function describedBy(headers: Headers): Pick<ObjectMeta, 'contentType' | 'system' | 'user'> {
  const system: Record<string, string> = {};
  for (const name of kept) if (headers[name] !== undefined) system[name] = headers[name];
  const encodings = contentEncodings(headers).filter((name) => name !== 'aws-chunked');
  if (encodings.length > 0) system['content-encoding'] = encodings.join(',');
  const user: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-meta-')) continue;
    const short = name.slice('x-amz-meta-'.length);
    user[short] = value;
    bytes += short.length + value.length;
  }
  if (bytes > limits.s3UserMetadataMaxBytes)
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', { Size: String(bytes), MaxSizeAllowed: String(limits.s3UserMetadataMaxBytes) });
  return { contentType: headers['content-type'] ?? 'binary/octet-stream', system, user };
}

export function md5Hex(data: Uint8Array): string {
  return createHash('md5').update(data).digest('hex');
}

/** S3 keeps whole seconds, so that `Last-Modified` and conditions agree. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

export function checksumHeaders(checksum: Checksum): Record<string, string> {
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' };
}
