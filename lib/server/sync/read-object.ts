import 'server-only';
import { GetObjectCommand, ListObjectsV2Command, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';

/**
 * An object's bytes, or undefined when it is surely not there. Whoever may list only under some prefix hears "access
 * denied" for what is missing (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions"); then
 * the listing of that very key decides, which nobody gets who has no right to it. What it finds has come in the meantime,
 * and is read.
 * @throws what the SDK throws, and Error for an object that is larger than any of ours.
 */
export async function readObject(client: S3Client, bucket: string, key: string, maxBytes: number, deadline: () => { abortSignal: AbortSignal }): Promise<Uint8Array | undefined> {
  const get = async (): Promise<Uint8Array> => {
    const reply = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), deadline());
    if (reply.Body === undefined || (reply.ContentLength ?? 0) > maxBytes) throw new Error('not an object of ours');
    return reply.Body.transformToByteArray();
  };
  try {
    return await get();
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    // Only these very answers mean that the object is not there; a missing bucket is a missing store.
    if (error.name === 'NoSuchKey') return undefined;
    if (error.name !== 'AccessDenied') throw error;
    return (await isListed(client, bucket, key, deadline)) ? get() : undefined;
  }
}

/** A key comes first among those that begin with it. */
async function isListed(client: S3Client, bucket: string, key: string, deadline: () => { abortSignal: AbortSignal }): Promise<boolean> {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }), deadline());
  return Contents?.[0]?.Key === key;
}
