import 'server-only';
import {
  DeleteObjectsCommand, ListObjectsV2Command, ListObjectVersionsCommand, type ObjectIdentifier, type S3Client,
} from '@aws-sdk/client-s3';
import * as limits from '../../core/limits.ts';

/** As `accountBucket` gives it. */
export interface Bucket {
  client: S3Client;
  bucket: string;
  deadline(): { abortSignal: AbortSignal };
}

/**
 * Deletes every object under a prefix, with all its versions and delete markers where the bucket has them. Reads
 * the first page again and again until it is empty, so nothing hinges on a marker, and a repeat goes on where the
 * last one broke off. Needs s3:ListBucketVersions, s3:DeleteObject and s3:DeleteObjectVersion. Throws what the SDK throws.
 */
export async function eraseObjects(store: Bucket, prefix: string): Promise<void> {
  let list = listVersions;
  for (let page = 0; page < limits.erasePagesMax; page += 1) {
    let found: ObjectIdentifier[];
    try {
      found = await list(store, prefix);
    } catch (error) {
      // Stores that keep no versions need not know the question.
      if (list !== listVersions || !(error instanceof Error && error.name === 'NotImplemented')) throw error;
      list = listObjects;
      continue;
    }
    if (found.length === 0) return;
    const { client, bucket, deadline } = store;
    const reply = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: found, Quiet: true } }), deadline());
    if (reply.Errors !== undefined && reply.Errors.length > 0) throw new Error(`S3 kept ${reply.Errors.length} objects: ${reply.Errors[0]?.Code ?? 'no reason'}`);
  }
  throw new Error('the list of objects does not end');
}

async function listVersions({ client, bucket, deadline }: Bucket, prefix: string): Promise<ObjectIdentifier[]> {
  const reply = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }), deadline());
  return [...(reply.Versions ?? []), ...(reply.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key, VersionId }));
}

async function listObjects({ client, bucket, deadline }: Bucket, prefix: string): Promise<ObjectIdentifier[]> {
  const reply = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }), deadline());
  return (reply.Contents ?? []).map(({ Key }) => ({ Key }));
}
