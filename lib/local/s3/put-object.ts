import * as limits from '../../core/limits.ts';
import { computeChecksum, verifyChecksums } from './checksums.ts';
import { judgeWrite } from './conditions.ts';
import { checksumHeaders, describedBy, md5Hex, wholeSeconds } from './new-object.ts';
import type { ObjectMeta } from './object-file.ts';
import { type Handler, requireBucket } from './operations.ts';
import { tooLarge } from './payload.ts';
import { S3Error } from './s3-error.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Handler = async (call, cloud) => {
  const { headers, body, key } = call;
  const bucket = requireBucket(cloud, call.bucket);
  if (headers['content-length'] === undefined && headers['x-amz-decoded-content-length'] === undefined)
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  if (body.length > limits.cloudObjectMaxBytes) throw tooLarge(body.length);
  const proven = verifyChecksums(body, headers, call.trailers);
  const meta: ObjectMeta = {
    key,
    size: body.length,
    etag: md5Hex(body),
    modifiedMs: wholeSeconds(cloud.nowMs()),
    ...describedBy(headers),
    // As AWS: an upload without a checksum gets this one.
    checksum: proven ?? computeChecksum('CRC64NVME', body),
  };
  const conditional = headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
  await bucket.write(meta, body, (existing) => judgeWrite(existing, headers), conditional);
  return { status: 200, headers: { etag: `"${meta.etag}"`, 'x-amz-server-side-encryption': 'AES256', ...checksumHeaders(meta.checksum) }, body: '' };
};
