import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AdminAddUserToGroupCommand, AdminGetUserCommand, CognitoIdentityProviderClient, CreateGroupCommand, UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { embeddedEnvironment } from '../lib/host/configuration.ts';
import type { Secrets } from '../lib/host/secrets.ts';
import { stackData, stackPorts } from './stack.ts';

/** What an operator sees and does at the shared stack's services: as the account's root, for the app may do none of it. */
function environment(): Record<string, string> {
  const secrets = JSON.parse(readFileSync(join(stackData(), 'secrets.json'), 'utf8')) as Secrets;
  return { ...embeddedEnvironment(stackPorts.cloud, secrets), AWS_ACCESS_KEY_ID: secrets.s3AccessKeyId, AWS_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey };
}

function clientOptions(env: Record<string, string>, service: 'COGNITO' | 'S3') {
  return {
    region: env[`${service}_REGION`]!, endpoint: env[`${service}_ENDPOINT`]!,
    credentials: { accessKeyId: env['AWS_ACCESS_KEY_ID']!, secretAccessKey: env['AWS_SECRET_ACCESS_KEY']! },
  };
}

/** Makes somebody an administrator; a session learns it at the next sign-in. */
export async function makeAdmin(email: string): Promise<void> {
  const env = environment();
  const client = new CognitoIdentityProviderClient(clientOptions(env, 'COGNITO'));
  const UserPoolId = env['COGNITO_USER_POOL_ID']!;
  await client.send(new CreateGroupCommand({ UserPoolId, GroupName: 'admin' })).catch((error: Error) => {
    if (error.name !== 'GroupExistsException') throw error;
  });
  await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: email, GroupName: 'admin' }));
  client.destroy();
}

export interface Remains {
  hasAccount: boolean;
  /** Keys in the bucket that name the person. */
  objects: string[];
  /** Keys in Redis that name the person. */
  redisKeys: string[];
}

/** What the three services still hold of a person. */
export async function remainsOf({ id, email }: { id: string; email: string }): Promise<Remains> {
  const env = environment();
  const cognito = new CognitoIdentityProviderClient(clientOptions(env, 'COGNITO'));
  const s3 = new S3Client({ ...clientOptions(env, 'S3'), forcePathStyle: true });
  const hasAccount = await cognito.send(new AdminGetUserCommand({ UserPoolId: env['COGNITO_USER_POOL_ID']!, Username: email })).then(
    () => true,
    (error: unknown) => {
      if (error instanceof UserNotFoundException) return false;
      throw error;
    },
  );
  const objects: string[] = [];
  let after: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: env['S3_BUCKET']!, ContinuationToken: after }));
    objects.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key?.includes(id) ? [Key] : [])));
    after = page.NextContinuationToken;
  } while (after !== undefined);
  const reply = await fetch(env['UPSTASH_REDIS_REST_URL']!, {
    method: 'POST', headers: { authorization: `Bearer ${env['UPSTASH_REDIS_REST_TOKEN']}` }, body: JSON.stringify(['KEYS', `*${id}*`]),
  });
  cognito.destroy();
  s3.destroy();
  return { hasAccount, objects, redisKeys: ((await reply.json()) as { result: string[] }).result.sort() };
}
