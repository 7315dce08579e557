import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { PEER_BUCKET } from './sync-peer.ts';

export const S3_REGION = 'eu-west-1';

/** The embedded S3's own root key: the peers write into a bucket beside the product's, under no policy. */
export function s3Access(stack: { cloud: string; dataDir: string }): { endpoint: string; accessKeyId: string; secretAccessKey: string } {
  const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as { s3AccessKeyId: string; s3SecretAccessKey: string };
  const port = Number(new URL(stack.cloud).port) + 1;
  return { endpoint: `http://127.0.0.1:${port}`, accessKeyId: secrets.s3AccessKeyId, secretAccessKey: secrets.s3SecretAccessKey };
}

export function openS3(stack: { cloud: string; dataDir: string }): S3Client {
  const { endpoint, ...credentials } = s3Access(stack);
  return new S3Client({ endpoint, region: S3_REGION, forcePathStyle: true, credentials });
}

/** Makes the peers' bucket where it is not. */
export async function makePeerBucket(stack: { cloud: string; dataDir: string }): Promise<void> {
  const s3 = openS3(stack);
  try {
    await s3.send(new CreateBucketCommand({ Bucket: PEER_BUCKET, CreateBucketConfiguration: { LocationConstraint: S3_REGION } }));
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  } finally {
    s3.destroy();
  }
}
