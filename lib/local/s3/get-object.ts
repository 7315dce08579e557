import { judgeRead, rangeStillMeant } from './conditions.ts';
import { checksumHeaders } from './new-object.ts';
import type { ObjectMeta } from './object-file.ts';
import { type Call, type Handler, requireBucket } from './operations.ts';
import { parseRange } from './range.ts';
import { S3Error } from './s3-error.ts';
import type { ServiceResponse } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: Handler = async (call, cloud) => {
  const found = await requireBucket(cloud, call.bucket).read(call.key);
  if (!found) throw noSuchKey(call.key);
  return reply(call, found.meta, found.data);
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: as GetObject, without the bytes. */
export const headObject: Handler = async (call, cloud) => {
  const meta = requireBucket(cloud, call.bucket).index.get(call.key);
  if (!meta) throw noSuchKey(call.key);
  return reply(call, meta, null);
};

function noSuchKey(key: string): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });
}

function reply({ headers }: Call, meta: ObjectMeta, data: Buffer | null): ServiceResponse {
  const validators = { etag: `"${meta.etag}"`, 'last-modified': new Date(meta.modifiedMs).toUTCString() };
  if (judgeRead(meta, headers) === 'not-modified') return { status: 304, headers: validators, body: '' };
  const range = rangeStillMeant(meta, headers['if-range']) ? parseRange(headers['range'], meta.size) : null;
  const described: Record<string, string> = { ...validators, ...meta.system, 'content-type': meta.contentType, 'accept-ranges': 'bytes', 'x-amz-server-side-encryption': 'AES256' };
  for (const [name, value] of Object.entries(meta.user)) described[`x-amz-meta-${name}`] = value;
  if (range)
    return {
      status: 206,
      headers: { ...described, 'content-length': String(range.last - range.first + 1), 'content-range': `bytes ${range.first}-${range.last}/${meta.size}` },
      body: data?.subarray(range.first, range.last + 1) ?? '',
    };
  // A checksum is of the whole object, so a part goes without.
  if (headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED') Object.assign(described, checksumHeaders(meta.checksum));
  return { status: 200, headers: { ...described, 'content-length': String(meta.size) }, body: data ?? '' };
}
