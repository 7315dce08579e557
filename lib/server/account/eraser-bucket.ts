import 'server-only';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import * as limits from '../../core/limits.ts';
import { appCredentials } from '../app-credentials.ts';
import { serverEnv } from '../env.ts';
import { observeClient } from '../observe/observe-client.ts';
import { accountBucket } from './account-bucket.ts';
import type { Bucket } from './erase-objects.ts';

let sts: STSClient | undefined;

/**
 * The store with the right to delete what one person has, and of nobody else: the eraser's role with the person's id as
 * session tag (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html). Where no such role is set, with the
 * app's own rights. STS is where the SDK finds it: in AWS, or at `AWS_ENDPOINT_URL_STS`. Throws what the SDK throws.
 */
export async function eraserBucket(userId: string): Promise<Bucket & { dispose(): void }> {
  const own = accountBucket();
  const { s3, cognito } = serverEnv();
  if (s3.eraserRoleArn === undefined) return { ...own, dispose: () => undefined };
  sts ??= observeClient('sts', new STSClient({ region: cognito.region, maxAttempts: 1, ...appCredentials(), requestHandler: { connectionTimeout: 2_000, requestTimeout: limits.cognitoTimeoutMs } }));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: s3.eraserRoleArn, RoleSessionName: 'account-deletion', DurationSeconds: 900, Tags: [{ Key: 'sub', Value: userId }] }),
    { abortSignal: AbortSignal.timeout(limits.cognitoTimeoutMs) },
  );
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) throw new Error('STS gave no credentials.');
  const client = observeClient('s3', new S3Client({
    region: s3.region, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey, sessionToken },
    ...(s3.endpoint !== undefined && { endpoint: s3.endpoint, forcePathStyle: true }),
  }));
  return { ...own, client, dispose: () => client.destroy() };
}
