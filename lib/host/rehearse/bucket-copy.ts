import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/**
 * A bucket copied into a folder and back: what `aws s3 sync` does, with one difference on the way back. Objects are only ever
 * created, never replaced, so a restore into a bucket that is in use can't undo anybody's commit. All objects are immutable;
 * so a copy that is made while people work holds, of each person, a beginning of their log, and that is a log.
 */
export async function copyBucket(client: S3Client, bucket: string, folder: string): Promise<{ objects: number; bytes: number }> {
  const sum = { objects: 0, bytes: 0 };
  for (const key of await keysOf(client, bucket, '')) {
    const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = await object.Body!.transformToByteArray();
    const path = join(folder, ...key.split('/').map(encodeURIComponent));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    sum.objects += 1;
    sum.bytes += bytes.length;
  }
  return sum;
}

/** @returns how many were created, and how many were there already and left alone. */
export async function restoreBucket(client: S3Client, bucket: string, folder: string): Promise<{ created: number; kept: number }> {
  const sum = { created: 0, kept: 0 };
  // The newest commits have the smallest numbers: in this order a log grows from its beginning, and is whole at any moment.
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).toSorted().toReversed();
  for (const path of files) {
    const key = relative(folder, path).split(sep).map(decodeURIComponent).join('/');
    sum[await create(client, bucket, key, readFileSync(path))] += 1;
  }
  return sum;
}

/**
 * Gives what lies under one prefix to another as well; only what is not there is made. By reading and creating, since the bucket's
 * policy refuses copies to everybody.
 */
export async function copyPrefix(client: S3Client, bucket: string, from: string, to: string): Promise<{ created: number; kept: number }> {
  const sum = { created: 0, kept: 0 };
  // As above: the largest numbers are the oldest commits.
  for (const key of (await keysOf(client, bucket, from)).toSorted().toReversed()) {
    const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    sum[await create(client, bucket, to + key.slice(from.length), await object.Body!.transformToByteArray())] += 1;
  }
  return sum;
}

async function create(client: S3Client, bucket: string, key: string, bytes: Uint8Array): Promise<'created' | 'kept'> {
  try {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, IfNoneMatch: '*' }));
    return 'created';
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== 412) throw error;
    return 'kept';
  }
}

export async function keysOf(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token !== undefined && { ContinuationToken: token }) }));
    for (const { Key } of page.Contents ?? []) keys.push(Key!);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
}

/** Versions and delete markers: what a listing of keys does not show. */
export async function versionsOf(client: S3Client, bucket: string, prefix: string): Promise<number> {
  const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }));
  return (page.Versions?.length ?? 0) + (page.DeleteMarkers?.length ?? 0);
}
