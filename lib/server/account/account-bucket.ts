import 'server-only';
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { appCredentials } from '../app-credentials.ts';
import { serverEnv } from '../env.ts';
import { log } from '../observe/log.ts';
import { observeClient } from '../observe/observe-client.ts';

let client: S3Client | undefined;

/** Longer than an answer of S3 takes, short enough for a person who waits. */
const TIMEOUT_MS = 5_000;

/** One try each: a create that the SDK repeats by itself would take its own success for a rival's. */
export function accountBucket(): { client: S3Client; bucket: string; deadline(): { abortSignal: AbortSignal } } {
  const { s3 } = serverEnv();
  client ??= observeClient('s3', new S3Client({
    region: s3.region, maxAttempts: 1, ...appCredentials(), ...(s3.endpoint !== undefined && { endpoint: s3.endpoint, forcePathStyle: true }),
  }));
  return { client, bucket: s3.bucket, deadline: () => ({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) }) };
}

/** One line for the operator, without keys or contents. */
export function logStoreFault(operation: string, error: unknown): void {
  log('warn', 'account-store-unavailable', {
    operation, error: error instanceof Error ? error.name : 'unknown',
    status: error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined,
  });
}
