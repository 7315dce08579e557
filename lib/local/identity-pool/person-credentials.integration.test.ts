import { CognitoIdentityClient, GetCredentialsForIdentityCommand, GetIdCommand } from '@aws-sdk/client-cognito-identity';
import { CognitoIdentityProviderClient, ConfirmSignUpCommand, InitiateAuthCommand, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { decodeJwt } from 'jose';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCloud, type Cloud } from '../cloud.ts';
import type { CloudConfig } from '../cloud-config.ts';

/** The whole embedded cloud with three of AWS's own clients: from a password to bytes in one's own folder of S3. */
const region = 'eu-west-1';
const userPoolId = 'eu-west-1_Selkie000';
const cognito = {
  userPoolId, clientId: 'selkielocalclient0000000000', clientSecret: 'a-client-secret-of-this-test', issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
  identityPoolId: 'eu-west-1:00000000-0000-4000-8000-000000000001', relyingPartyId: 'localhost', callbackUrls: ['http://localhost:3000/api/auth/callback'], logoutUrls: [],
};

test('two people get credentials for their own folders only, which outlive a restart of the cloud', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'selkie-identity-'));
  const codes = new Map<string, string>();
  const config: CloudConfig = { port: 0, dataDir, region, bucket: 'selkie', s3AccessKeyId: 'SELKIEROOT', s3SecretAccessKey: 'root-secret', appAccessKeyId: 'SELKIEAPP', appSecretAccessKey: 'app-secret', redisToken: 'redis-token', redisEngine: 'mock', cognito };
  const start = () => startCloud(config, ({ to, code }) => void codes.set(to, code));
  const open: Array<{ destroy(): void }> = [];
  const keep = <T extends { destroy(): void }>(client: T): T => (open.push(client), client);
  let cloud = await start();
  try {
    const [ada, eve] = [await credentialsOf(cloud, 'ada@example.com', codes, keep), await credentialsOf(cloud, 'eve@example.com', codes, keep)];
    await cloud.close();
    cloud = await start();
    const s3 = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
      keep(new S3Client({ region, endpoint: cloud.endpoints.s3, forcePathStyle: true, maxAttempts: 1, credentials }));
    const Key = `u/${ada.sub}/log/1`;
    await s3(ada.credentials).send(new PutObjectCommand({ Bucket: 'selkie', Key, Body: 'mine', IfNoneMatch: '*' }));
    await expect(s3(eve.credentials).send(new GetObjectCommand({ Bucket: 'selkie', Key }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(s3(eve.credentials).send(new PutObjectCommand({ Bucket: 'selkie', Key, Body: 'hers', IfNoneMatch: '*' }))).rejects.toMatchObject({ name: 'AccessDenied' });
    const asRoot = await s3({ accessKeyId: 'SELKIEROOT', secretAccessKey: 'root-secret' }).send(new GetObjectCommand({ Bucket: 'selkie', Key }));
    expect(await asRoot.Body!.transformToString()).toBe('mine');
  } finally {
    for (const client of open) client.destroy();
    await cloud.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});

async function credentialsOf(cloud: Cloud, email: string, codes: ReadonlyMap<string, string>, keep: <T extends { destroy(): void }>(client: T) => T) {
  const { clientId: ClientId, identityPoolId: IdentityPoolId } = cognito;
  const endpoint = cloud.endpoints.cognito;
  const idp = keep(new CognitoIdentityProviderClient({ region, endpoint, maxAttempts: 1 }));
  const identity = keep(new CognitoIdentityClient({ region, endpoint, maxAttempts: 1 }));
  const SecretHash = createHmac('sha256', cognito.clientSecret).update(email + ClientId).digest('base64');
  await idp.send(new SignUpCommand({ ClientId, Username: email, Password: 'Correct-horse-9', SecretHash }));
  await idp.send(new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: codes.get(email), SecretHash }));
  const { AuthenticationResult } = await idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: email, PASSWORD: 'Correct-horse-9', SECRET_HASH: SecretHash } }));
  const Logins = { [`cognito-idp.${region}.amazonaws.com/${userPoolId}`]: AuthenticationResult!.IdToken! };
  const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId, Logins }));
  const { Credentials } = await identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }));
  return {
    sub: decodeJwt(AuthenticationResult!.IdToken!).sub!,
    credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretKey!, sessionToken: Credentials!.SessionToken! },
  };
}
