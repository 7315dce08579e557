import * as limits from '../../core/limits.ts';
import { OWNER } from './buckets.ts';
import { type ListPage, listPage } from './list-page.ts';
import type { ObjectMeta } from './object-file.ts';
import { type Call, type Handler, isoTime, parameter, requireBucket, xmlReply } from './operations.ts';
import { S3Error } from './s3-error.ts';
import { uriEncode } from './uri.ts';
import type { XmlNode } from './xml.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: Handler = async (call, cloud) => {
  const bucket = requireBucket(cloud, call.bucket);
  const { prefix, delimiter, maxKeys, encode, encoding } = commonParameters(call);
  const token = parameter(call, 'continuation-token');
  const startAfter = parameter(call, 'start-after');
  const page = listPage(bucket.index, { prefix, delimiter, maxKeys, after: token === undefined ? (startAfter ?? '') : openToken(token) });
  const withOwner = parameter(call, 'fetch-owner') === 'true';
  return xmlReply('ListBucketResult', [
    ['Name', call.bucket],
    ['Prefix', encode(prefix)],
    ...given('StartAfter', startAfter, encode),
    ...given('ContinuationToken', token),
    ...(page.truncated ? [['NextContinuationToken', makeToken(page)] as const] : []),
    ['KeyCount', String(page.objects.length + page.commonPrefixes.length)],
    ['MaxKeys', String(maxKeys)],
    ...given('Delimiter', delimiter || undefined, encode),
    ...encoding,
    ['IsTruncated', String(page.truncated)],
    ...entries(page, encode, withOwner),
  ]);
};

/**
 * The first listing call, which rclone still uses for stores that are not AWS.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
 */
export const listObjects: Handler = async (call, cloud) => {
  const bucket = requireBucket(cloud, call.bucket);
  const { prefix, delimiter, maxKeys, encode, encoding } = commonParameters(call);
  const marker = parameter(call, 'marker') ?? '';
  const page = listPage(bucket.index, { prefix, delimiter, maxKeys, after: marker });
  return xmlReply('ListBucketResult', [
    ['Name', call.bucket],
    ['Prefix', encode(prefix)],
    ['Marker', encode(marker)],
    // S3 gives NextMarker only with a delimiter; without one the last key serves.
    ...(page.truncated && delimiter !== '' && page.last !== null ? [['NextMarker', encode(page.last)] as const] : []),
    ['MaxKeys', String(maxKeys)],
    ...given('Delimiter', delimiter || undefined, encode),
    ...encoding,
    ['IsTruncated', String(page.truncated)],
    ...entries(page, encode, true),
  ]);
};

export type Encode = (text: string) => string;

export function commonParameters(call: Call): { prefix: string; delimiter: string; maxKeys: number; encode: Encode; encoding: readonly XmlNode[] } {
  const encodingType = parameter(call, 'encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  const maxKeys = parameter(call, 'max-keys') ?? String(limits.s3ListMaxEntries);
  if (!/^\d{1,10}$/.test(maxKeys) || Number(maxKeys) > 0x7fffffff)
    throw invalidArgument('Provided max-keys not an integer or within integer range', 'max-keys', maxKeys);
  const encode: Encode = encodingType === 'url' ? (text) => uriEncode(text, true) : (text) => text;
  return {
    prefix: parameter(call, 'prefix') ?? '',
    delimiter: parameter(call, 'delimiter') ?? '',
    maxKeys: Math.min(Number(maxKeys), limits.s3ListMaxEntries),
    encode,
    encoding: encodingType === 'url' ? [['EncodingType', 'url']] : [],
  };
}

export function entries(page: ListPage<ObjectMeta>, encode: Encode, withOwner: boolean): XmlNode[] {
  return [
    ...page.objects.map(({ key, value }): XmlNode => [
      'Contents',
      [
        ['Key', encode(key)],
        ['LastModified', isoTime(value.modifiedMs)],
        ['ETag', `"${value.etag}"`],
        ['ChecksumAlgorithm', value.checksum.algorithm],
        ['ChecksumType', 'FULL_OBJECT'],
        ['Size', String(value.size)],
        ...(withOwner ? [['Owner', OWNER] as const] : []),
        ['StorageClass', 'STANDARD'],
      ],
    ]),
    ...page.commonPrefixes.map((prefix): XmlNode => ['CommonPrefixes', [['Prefix', encode(prefix)]]]),
  ];
}

function given(name: string, value: string | undefined, encode: Encode = (text) => text): XmlNode[] {
  return value === undefined ? [] : [[name, encode(value)]];
}

/** Where the page ended; opaque to the client, and good after a restart. */
function makeToken(page: ListPage<ObjectMeta>): string {
  return Buffer.from(page.last ?? '', 'utf8').toString('base64url');
}

function openToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString('utf8');
  if (key === '' || Buffer.from(key, 'utf8').toString('base64url') !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  return key;
}

function invalidArgument(message: string, name: string, value: string): S3Error {
  return new S3Error('InvalidArgument', message, { ArgumentName: name, ArgumentValue: value });
}
