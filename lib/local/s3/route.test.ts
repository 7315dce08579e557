import { expect, test } from 'vitest';
import { isBucketName, operationOf, parseTarget } from './route.ts';
import { S3Error } from './s3-error.ts';
import { parseQuery } from './uri.ts';

function targetOf(path: string): unknown {
  try {
    return parseTarget(path);
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}

test.each([
  ['/', { bucket: '', key: '' }],
  ['/notes', { bucket: 'notes', key: '' }],
  ['/notes/', { bucket: 'notes', key: '' }],
  ['/notes/a//b/', { bucket: 'notes', key: 'a//b/' }],
  ['/notes/%C3%BC%20%2B', { bucket: 'notes', key: 'ü +' }],
  ['/notes/a%2Fb', { bucket: 'notes', key: 'a/b' }],
  ['/notes/a/../b', { bucket: 'notes', key: 'a/../b' }],
  ['/notes/../b', 'InvalidURI'],
  ['/notes/%2e%2e/b', 'InvalidURI'],
  ['/notes/a/../../b', 'InvalidURI'],
  ['/notes/a%00b', 'InvalidURI'],
  ['/notes/%ff', 'InvalidURI'],
  ['/notes/%zz', 'InvalidURI'],
  ['/notes/raw\u00fc', 'InvalidURI'],
  [`/notes/${'a'.repeat(1024)}`, { bucket: 'notes', key: 'a'.repeat(1024) }],
  [`/notes/${'%C3%BC'.repeat(513)}`, 'KeyTooLongError'],
  ['/../etc', 'InvalidBucketName'],
  ['/%2e%2e/etc', 'InvalidBucketName'],
  ['//x', 'InvalidBucketName'],
])('the target of %s', (path, expected) => {
  expect(targetOf(path)).toEqual(expected);
});

test('bucket names follow the rules of AWS', () => {
  const good = ['abc', 'a.b-c', '0ab', 'a'.repeat(63)];
  const bad = ['ab', 'a'.repeat(64), 'Abc', 'a_b', '-ab', 'ab-', 'a..b', '1.2.3.4', 'xn--abc', 'a/b', '...', 'abc-s3alias'];
  expect([good.filter(isBucketName), bad.filter(isBucketName)]).toEqual([good, []]);
});

test.each([
  ['GET', '/', '', 'ListBuckets'],
  ['PUT', '/b-1', '', 'CreateBucket'],
  ['HEAD', '/b-1', '', 'HeadBucket'],
  ['GET', '/b-1', 'location', 'GetBucketLocation'],
  ['GET', '/b-1', 'prefix=a', 'ListObjects'],
  ['GET', '/b-1', 'list-type=2&prefix=a', 'ListObjectsV2'],
  ['POST', '/b-1', 'delete', 'DeleteObjects'],
  ['PUT', '/b-1/k', 'x-id=PutObject', 'PutObject'],
  ['GET', '/b-1/k', 'x-id=GetObject&X-Amz-Expires=5', 'GetObject'],
  ['HEAD', '/b-1/k', '', 'HeadObject'],
  ['DELETE', '/b-1/k', '', 'DeleteObject'],
  ['DELETE', '/b-1', '', null],
  ['GET', '/b-1/k', 'acl', null],
  ['GET', '/b-1/k', 'versionId=1', null],
  ['PUT', '/b-1/k', 'partNumber=1&uploadId=2', null],
  ['POST', '/b-1/k', 'uploads', null],
  ['PUT', '/b-1', 'policy', null],
  ['GET', '/b-1', 'versions', 'ListObjectVersions'],
  ['GET', '/b-1/k', 'x-id=PutObject', null],
  ['PATCH', '/b-1/k', '', null],
])('%s %s?%s is %s', (method, path, query, expected) => {
  expect(operationOf(method, parseTarget(path), parseQuery(query), {})).toBe(expected);
});
