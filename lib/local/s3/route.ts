import * as limits from '../../core/limits.ts';
import { S3Error } from './s3-error.ts';
import { type Query, invalidUri, uriDecode } from './uri.ts';

export type Operation =
  | 'ListBuckets'
  | 'CreateBucket'
  | 'HeadBucket'
  | 'GetBucketLocation'
  | 'GetBucketVersioning'
  | 'GetPublicAccessBlock'
  | 'ListObjects'
  | 'ListObjectsV2'
  | 'ListObjectVersions'
  | 'DeleteObjects'
  | 'PutObject'
  | 'CopyObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject';

/** Query parameters that each operation understands; with any other the request means something we do not do. */
const parametersOf: Readonly<Record<Operation, readonly string[]>> = {
  ListBuckets: [],
  CreateBucket: [],
  HeadBucket: [],
  GetBucketLocation: ['location'],
  GetBucketVersioning: ['versioning'],
  GetPublicAccessBlock: ['publicAccessBlock'],
  ListObjects: ['prefix', 'delimiter', 'marker', 'max-keys', 'encoding-type'],
  ListObjectsV2: ['list-type', 'prefix', 'delimiter', 'start-after', 'continuation-token', 'max-keys', 'encoding-type', 'fetch-owner'],
  ListObjectVersions: ['versions', 'prefix', 'delimiter', 'key-marker', 'version-id-marker', 'max-keys', 'encoding-type'],
  DeleteObjects: ['delete'],
  PutObject: [],
  CopyObject: [],
  GetObject: [],
  HeadObject: [],
  DeleteObject: [],
};

const checksumHeaders = ['x-amz-sdk-checksum-algorithm', 'x-amz-checksum-crc32', 'x-amz-checksum-crc32c', 'x-amz-checksum-crc64nvme', 'x-amz-checksum-sha1', 'x-amz-checksum-sha256', 'x-amz-checksum-type'];
const writeHeaders = ['x-amz-acl', 'x-amz-storage-class', 'x-amz-server-side-encryption'];

/** `x-amz-*` headers that each operation understands, beside those of signing and framing. */
const headersOf: Readonly<Record<Operation, readonly string[]>> = {
  ListBuckets: [],
  CreateBucket: ['x-amz-acl'],
  HeadBucket: [],
  GetBucketLocation: [],
  GetBucketVersioning: [],
  GetPublicAccessBlock: [],
  ListObjects: [],
  ListObjectsV2: [],
  ListObjectVersions: [],
  DeleteObjects: checksumHeaders,
  PutObject: [...checksumHeaders, ...writeHeaders],
  CopyObject: [...writeHeaders, 'x-amz-copy-source', 'x-amz-metadata-directive', 'x-amz-checksum-algorithm'],
  GetObject: ['x-amz-checksum-mode'],
  HeadObject: ['x-amz-checksum-mode'],
  DeleteObject: [],
};
const signingHeaders = ['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256', 'x-amz-decoded-content-length', 'x-amz-trailer', 'x-amz-user-agent'];

export interface Target {
  /** Empty for the service itself. */
  bucket: string;
  /** Empty for the bucket itself. */
  key: string;
}

/**
 * Bucket and key of a path-style address.
 * @throws S3Error `InvalidURI`, `InvalidBucketName`, `KeyTooLongError`.
 */
export function parseTarget(path: string): Target {
  const decoded = uriDecode(path);
  if (!decoded.startsWith('/')) throw invalidUri();
  const slash = decoded.indexOf('/', 1);
  const bucket = slash < 0 ? decoded.slice(1) : decoded.slice(1, slash);
  const key = slash < 0 ? '' : decoded.slice(slash + 1);
  if (bucket === '' && key === '') return { bucket, key };
  requireBucketName(bucket);
  requireKey(key);
  return { bucket, key };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name) && !name.startsWith('xn--') && !name.endsWith('-s3alias')
  );
}

export function requireBucketName(name: string): void {
  if (!isBucketName(name)) throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
}

/**
 * A key never becomes a path here (files are named by hash), so what is refused is what AWS refuses, and NUL, which
 * no file system that a client syncs to can hold.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html: `..` may never outnumber the segments before it.
 */
export function requireKey(key: string): void {
  if (Buffer.byteLength(key, 'utf8') > limits.s3KeyMaxBytes)
    throw new S3Error('KeyTooLongError', 'Your key is too long', { MaxSizeAllowed: String(limits.s3KeyMaxBytes), Size: String(Buffer.byteLength(key, 'utf8')) });
  if (key.includes('\0')) throw invalidUri();
  let depth = 0;
  for (const segment of key.split('/')) {
    if (segment === '..') depth--;
    else if (segment !== '' && segment !== '.') depth++;
    if (depth < 0) throw invalidUri();
  }
}

/** The operation that a request means, or null when it is none of ours. */
export function operationOf(method: string, target: Target, query: Query, headers: Readonly<Record<string, string>>): Operation | null {
  const operation = likelyOperation(method, target, query, headers);
  if (!operation) return null;
  const allowed = parametersOf[operation];
  const known = query.every(([name, value]) => allowed.includes(name) || name.startsWith('X-Amz-') || (name === 'x-id' && value === operation));
  return known ? operation : null;
}

/** The operation whose address this is, whatever else the query asks. */
export function likelyOperation(method: string, { bucket, key }: Target, query: Query, headers: Readonly<Record<string, string>>): Operation | null {
  const has = (name: string) => query.some(([found]) => found === name);
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : null;
  if (key === '')
    switch (method) {
      case 'GET':
        if (has('location')) return 'GetBucketLocation';
        if (has('versioning')) return 'GetBucketVersioning';
        if (has('publicAccessBlock')) return 'GetPublicAccessBlock';
        if (has('versions')) return 'ListObjectVersions';
        return query.some(([name, value]) => name === 'list-type' && value === '2') ? 'ListObjectsV2' : 'ListObjects';
      case 'HEAD':
        return 'HeadBucket';
      case 'PUT':
        return 'CreateBucket';
      case 'POST':
        return has('delete') ? 'DeleteObjects' : null;
      default:
        return null;
    }
  switch (method) {
    case 'GET':
      return 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject';
    case 'DELETE':
      return 'DeleteObject';
    default:
      return null;
  }
}

/** @throws S3Error `NotImplemented`, in AWS's words, for an `x-amz-*` header that asks for more than we do. */
export function requireKnownHeaders(operation: Operation, headers: Readonly<Record<string, string>>): void {
  const takesMetadata = operation === 'PutObject' || operation === 'CopyObject';
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-') || signingHeaders.includes(name)) continue;
    const known = headersOf[operation].includes(name) || (takesMetadata && name.startsWith('x-amz-meta-'));
    if (!known || !(onlyValue[name]?.includes(value) ?? true))
      throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', { Header: name });
  }
}

/** Where only the default of AWS is what we do anyway. */
const onlyValue: Readonly<Record<string, readonly string[]>> = {
  'x-amz-acl': ['private', 'bucket-owner-full-control'],
  'x-amz-storage-class': ['STANDARD'],
  'x-amz-server-side-encryption': ['AES256'],
  'x-amz-checksum-type': ['FULL_OBJECT'],
};
