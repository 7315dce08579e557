import { computeChecksum, isChecksumAlgorithm } from './checksums.ts';
import { judgeWrite } from './conditions.ts';
import { checksumHeaders, describedBy, wholeSeconds } from './new-object.ts';
import type { ObjectMeta } from './object-file.ts';
import { type Handler, isoTime, requireAlso, requireBucket, xmlReply } from './operations.ts';
import { type Target, parseTarget } from './route.ts';
import { S3Error } from './s3-error.ts';

/**
 * Copies on the server; onto itself with REPLACE it is how rclone sets a modification time.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const copyObject: Handler = async (call, cloud) => {
  const { headers, key } = call;
  const source = parseSource(headers['x-amz-copy-source'] ?? '');
  requireAlso(call, 's3:GetObject', source.bucket, source.key);
  const replace = directive(headers['x-amz-metadata-directive']);
  if (source.bucket === call.bucket && source.key === key && !replace)
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const to = requireBucket(cloud, call.bucket);
  const found = await requireBucket(cloud, source.bucket).read(source.key);
  if (!found) throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: source.key });
  const algorithm = headers['x-amz-checksum-algorithm']?.toUpperCase() ?? found.meta.checksum.algorithm;
  if (!isChecksumAlgorithm(algorithm)) throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-algorithm header is invalid.');
  const meta: ObjectMeta = {
    ...found.meta,
    ...(replace ? describedBy(headers) : {}),
    key,
    modifiedMs: wholeSeconds(cloud.nowMs()),
    checksum: algorithm === found.meta.checksum.algorithm ? found.meta.checksum : computeChecksum(algorithm, found.data),
  };
  const conditional = headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
  await to.write(meta, found.data, (existing) => judgeWrite(existing, headers), conditional);
  const reply = xmlReply('CopyObjectResult', [
    ['LastModified', isoTime(meta.modifiedMs)],
    ['ETag', `"${meta.etag}"`],
    [`Checksum${meta.checksum.algorithm}`, meta.checksum.value],
    ['ChecksumType', 'FULL_OBJECT'],
  ]);
  return { ...reply, headers: { ...reply.headers, 'x-amz-server-side-encryption': 'AES256', ...checksumHeaders(meta.checksum) } };
};

function parseSource(header: string): Target {
  if (/\?versionId=/.test(header)) throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', { Header: 'x-amz-copy-source' });
  const target = parseTarget(header.startsWith('/') ? header : `/${header}`);
  if (target.bucket === '' || target.key === '')
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', { ArgumentName: 'x-amz-copy-source', ArgumentValue: header });
  return target;
}

function directive(value: string | undefined): boolean {
  if (value === undefined || value === 'COPY') return false;
  if (value === 'REPLACE') return true;
  throw new S3Error('InvalidArgument', 'Unknown metadata directive.', { ArgumentName: 'x-amz-metadata-directive', ArgumentValue: value });
}
