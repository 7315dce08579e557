import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type S3Bench, benchKey, startS3Bench } from './testing/s3-bench.ts';

let bench: S3Bench;
let client: S3Client;
const Bucket = 'selkie-test';

beforeAll(async () => {
  bench = await startS3Bench();
  client = newClient();
});
afterAll(async () => {
  client.destroy();
  await bench.dispose();
});

function newClient(secret = benchKey.secret): S3Client {
  return new S3Client({ endpoint: bench.url, region: 'eu-central-1', forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId: benchKey.id, secretAccessKey: secret } });
}

/** The error's name and status, or `ok`. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.name} ${error.$metadata.httpStatusCode}`;
    throw error;
  }
}

async function bytesOf(Key: string, Range?: string): Promise<Buffer> {
  const reply = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) }));
  return Buffer.from((await reply.Body?.transformToByteArray()) ?? []);
}

test('an object comes back with its bytes, type, metadata and the checksum that the SDK proved', async () => {
  const Body = Buffer.from('héllo\0world');
  const put = await client.send(new PutObjectCommand({ Bucket, Key: 'a/b ü+&<.txt', Body, ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { mtime: '1.25' } }));
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a/b ü+&<.txt' }));
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a/b ü+&<.txt', ChecksumMode: 'ENABLED' }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
  expect(got).toMatchObject({ ETag: put.ETag, ContentType: 'text/plain', CacheControl: 'no-store', ContentLength: 12, Metadata: { mtime: '1.25' }, ChecksumCRC32: put.ChecksumCRC32 });
  expect(head).toMatchObject({ ETag: put.ETag, ContentLength: 12, Metadata: { mtime: '1.25' }, ChecksumCRC32: put.ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
  expect(put.ChecksumCRC32).toMatch(/^[A-Za-z0-9+/]{6}==$/);
});

test("the SDK's streamed upload, in chunks with a trailing checksum, is stored whole", async () => {
  const Body = Buffer.alloc(3_000_000, 'stream of a selkie ');
  await client.send(new PutObjectCommand({ Bucket, Key: 'streamed', Body: Readable.from([Body.subarray(0, 1_000_000), Body.subarray(1_000_000)]), ContentLength: Body.length }));
  expect((await bytesOf('streamed')).equals(Body)).toBe(true);
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'streamed' }));
  expect([head.ContentLength, head.ContentEncoding]).toEqual([3_000_000, undefined]);
});

test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)('a checksum by %s is checked and kept', async (ChecksumAlgorithm) => {
  const put = await client.send(new PutObjectCommand({ Bucket, Key: `sum-${ChecksumAlgorithm}`, Body: 'abc', ChecksumAlgorithm }));
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: `sum-${ChecksumAlgorithm}`, ChecksumMode: 'ENABLED' }));
  expect(head[`Checksum${ChecksumAlgorithm}`]).toBe(put[`Checksum${ChecksumAlgorithm}`]);
  expect(put[`Checksum${ChecksumAlgorithm}`]).toBeTruthy();
  expect((await bytesOf(`sum-${ChecksumAlgorithm}`)).toString()).toBe('abc');
});

test('of 20 writers that race to create one key exactly one wins, and its bytes stay', async () => {
  for (let round = 0; round < 5; round++) {
    const Key = `race-${round}`;
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => outcome(client.send(new PutObjectCommand({ Bucket, Key, Body: `writer ${at}`, IfNoneMatch: '*' })))));
    const winners = outcomes.flatMap((one, at) => (one === 'ok' ? [at] : []));
    expect(winners.length).toBe(1);
    expect(outcomes.filter((one) => one !== 'ok' && one !== 'PreconditionFailed 412' && one !== 'ConditionalRequestConflict 409')).toEqual([]);
    expect((await bytesOf(Key)).toString()).toBe(`writer ${winners[0]}`);
  }
});

test('of 20 writers that race to replace one version exactly one wins', async () => {
  const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'cas', Body: 'first' }));
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => outcome(client.send(new PutObjectCommand({ Bucket, Key: 'cas', Body: `writer ${at}`, IfMatch: ETag })))));
  expect(outcomes.filter((one) => one === 'ok').length).toBe(1);
  expect((await bytesOf('cas')).toString()).toBe(`writer ${outcomes.indexOf('ok')}`);
});

test('a create over an object says 412, a replacement of nothing 404', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'there', Body: '1' }));
  expect(await outcome(client.send(new PutObjectCommand({ Bucket, Key: 'there', Body: '2', IfNoneMatch: '*' })))).toBe('PreconditionFailed 412');
  expect(await outcome(client.send(new PutObjectCommand({ Bucket, Key: 'not-there', Body: '2', IfMatch: '"x"' })))).toBe('NoSuchKey 404');
  expect((await bytesOf('there')).toString()).toBe('1');
});

test('ranges and conditions of a read', async () => {
  const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'ten', Body: '0123456789' }));
  const part = await client.send(new GetObjectCommand({ Bucket, Key: 'ten', Range: 'bytes=2-4' }));
  expect([part.$metadata.httpStatusCode, part.ContentRange, part.ContentLength, await part.Body?.transformToString()]).toEqual([206, 'bytes 2-4/10', 3, '234']);
  expect((await bytesOf('ten', 'bytes=-2')).toString()).toBe('89');
  expect(await outcome(client.send(new GetObjectCommand({ Bucket, Key: 'ten', Range: 'bytes=10-' })))).toBe('InvalidRange 416');
  expect(await outcome(client.send(new GetObjectCommand({ Bucket, Key: 'ten', IfNoneMatch: ETag })))).toMatch(/ 304$/);
  expect(await outcome(client.send(new GetObjectCommand({ Bucket, Key: 'ten', IfMatch: '"other"' })))).toBe('PreconditionFailed 412');
});

test('a listing of 25 keys in pages of 10 and by folders', async () => {
  const keys = Array.from({ length: 25 }, (_, at) => `list/${at % 3}/${String(at).padStart(2, '0')} ü&`);
  await Promise.all(keys.map((Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
  const pages: string[][] = [];
  for await (const page of paginateListObjectsV2({ client, pageSize: 10 }, { Bucket, Prefix: 'list/' })) pages.push((page.Contents ?? []).map(({ Key }) => Key ?? ''));
  expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
  expect(pages.flat()).toEqual([...keys].sort());
  const folders = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', Delimiter: '/' }));
  expect([folders.KeyCount, folders.Contents, folders.CommonPrefixes]).toEqual([3, undefined, [{ Prefix: 'list/0/' }, { Prefix: 'list/1/' }, { Prefix: 'list/2/' }]]);
  const after = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', StartAfter: 'list/2/20 ü&', EncodingType: 'url' }));
  expect(after.Contents?.map(({ Key }) => Key)).toEqual(['list/2/23%20%C3%BC%26']);
  expect(await outcome(client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: '!' })))).toBe('InvalidArgument 400');
});

test('deletes: one, of nothing, conditional, and many at once', async () => {
  const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'gone/1', Body: '1' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'gone/2 <&>', Body: '2' }));
  expect(await outcome(client.send(new DeleteObjectCommand({ Bucket, Key: 'gone/1', IfMatch: '"other"' })))).toBe('PreconditionFailed 412');
  expect((await bytesOf('gone/1')).toString()).toBe('1');
  expect(await outcome(client.send(new DeleteObjectCommand({ Bucket, Key: 'gone/1', IfMatch: ETag })))).toBe('ok');
  expect(await outcome(client.send(new DeleteObjectCommand({ Bucket, Key: 'gone/1' })))).toBe('ok');
  expect(await outcome(client.send(new GetObjectCommand({ Bucket, Key: 'gone/1' })))).toBe('NoSuchKey 404');
  await client.send(new PutObjectCommand({ Bucket, Key: 'gone/3', Body: '3' }));
  const many = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'gone/2 <&>' }, { Key: 'gone/3', ETag: '"other"' }, { Key: 'gone/none' }] } }));
  expect([many.Deleted, many.Errors?.map(({ Key, Code }) => [Key, Code])]).toEqual([[{ Key: 'gone/2 <&>' }, { Key: 'gone/none' }], [['gone/3', 'PreconditionFailed']]]);
  const left = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'gone/' }));
  expect(left.Contents?.map(({ Key }) => Key)).toEqual(['gone/3']);
});

test('a copy keeps metadata, or replaces it in place, which is how a modification time is set', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'from ü', Body: 'same', ContentType: 'text/x', Metadata: { mtime: '1' } }));
  await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/${encodeURIComponent('from ü')}` }));
  await client.send(new CopyObjectCommand({ Bucket, Key: 'from ü', CopySource: `${Bucket}/${encodeURIComponent('from ü')}`, MetadataDirective: 'REPLACE', Metadata: { mtime: '2' } }));
  const [to, from] = await Promise.all(['to', 'from ü'].map((Key) => client.send(new HeadObjectCommand({ Bucket, Key }))));
  expect([to?.Metadata, to?.ContentType, from?.Metadata, (await bytesOf('to')).toString()]).toEqual([{ mtime: '1' }, 'text/x', { mtime: '2' }, 'same']);
  expect(await outcome(client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/to` })))).toBe('InvalidRequest 400');
  expect(await outcome(client.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/none` })))).toBe('NoSuchKey 404');
});

test('buckets: made, listed, found, told where they are, refused twice and under a bad name', async () => {
  const make = (name: string) => outcome(client.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } })));
  expect([await make('second-bucket'), await make('second-bucket'), await make('Bad_Name')]).toEqual(['ok', 'BucketAlreadyOwnedByYou 409', 'InvalidBucketName 400']);
  expect(await outcome(client.send(new CreateBucketCommand({ Bucket: 'elsewhere', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } })))).toBe('IllegalLocationConstraintException 400');
  const listed = await client.send(new ListBucketsCommand({}));
  expect(listed.Buckets?.map(({ Name }) => Name)).toEqual(['second-bucket', Bucket]);
  expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-central-1');
  expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-central-1');
  expect(await outcome(client.send(new HeadBucketCommand({ Bucket: 'no-such-bucket' })))).toBe('NotFound 404');
  expect(await outcome(client.send(new PutObjectCommand({ Bucket: 'no-such-bucket', Key: 'k', Body: '' })))).toBe('NoSuchBucket 404');
});

test('a wrong secret is refused', async () => {
  const stranger = newClient('wrong');
  expect(await outcome(stranger.send(new GetObjectCommand({ Bucket, Key: 'there' })))).toBe('SignatureDoesNotMatch 403');
  stranger.destroy();
});
