import { CognitoIdentityProviderClient, AdminGetUserCommand, AdminUserGlobalSignOutCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestPool, config, type TestPool } from '../cognito/testing/test-pool.ts';
import { createFaults } from '../faults.ts';
import { type Front, startFront } from '../front.ts';
import { appKey, personSession, roleArn, rootKey, testRules, type TestRules } from '../iam/testing/test-rules.ts';
import { createRequestLog } from '../request-log.ts';
import { createS3 } from '../s3/s3.ts';

/**
 * AWS's own clients at the embedded STS, and what its credentials are good for at S3 and Cognito.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, CommonErrors.html
 */
const Bucket = 'selkie-test';
const { region } = config;
const ada = '11111111-1111-4111-8111-111111111111';
const eve = '22222222-2222-4222-8222-222222222222';
type Key = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

let dataDir: string;
let rules: TestRules;
let pool: TestPool;
let fronts: { cognito: Front; s3: Front };
const open: Array<{ destroy(): void }> = [];
const keep = <T extends { destroy(): void }>(client: T): T => (open.push(client), client);
const stsOf = (credentials: Key) => keep(new STSClient({ region, endpoint: fronts.cognito.url, maxAttempts: 1, credentials }));
const s3Of = (credentials: Key) => keep(new S3Client({ region, endpoint: fronts.s3.url, forcePathStyle: true, maxAttempts: 1, credentials }));

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'selkie-sts-'));
  rules = testRules({ bucket: Bucket, region, now: Date.now, pool: config });
  pool = await openTestPool({ iam: rules.iam, now: Date.now });
  const s3 = await createS3({ dataDir, region, iam: rules.iam, now: Date.now });
  await s3.ensureBucket(Bucket);
  const front = (service: typeof s3 | TestPool['service']) => startFront({ service, port: 0, faults: createFaults(), log: createRequestLog() });
  fronts = { cognito: await front(pool.service), s3: await front(s3) };
  for (const sub of [ada, eve]) await s3Of(rootKey).send(new PutObjectCommand({ Bucket, Key: `u/${sub}/log/1`, Body: sub, IfNoneMatch: '*' }));
});
afterAll(async () => {
  for (const client of open) client.destroy();
  await fronts.cognito.close();
  await fronts.s3.close();
  await pool.dispose();
  await rm(dataDir, { recursive: true, force: true });
});

const wish = (over: Partial<AssumeRoleCommandInput> = {}): AssumeRoleCommandInput => ({ RoleArn: roleArn('EraserRole'), RoleSessionName: 'account-deletion', Tags: [{ Key: 'sub', Value: ada }], ...over });

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'ok', (error: Error & { $metadata?: { httpStatusCode?: number } }) => `${error.name} ${error.$metadata?.httpStatusCode}: ${error.message}`);
}

test('the app becomes the eraser of one person, deletes what that person has, and nothing else', async () => {
  const { Credentials, AssumedRoleUser } = await stsOf(appKey).send(new AssumeRoleCommand(wish({ DurationSeconds: 900 })));
  expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/EraserRole/account-deletion');
  expect(Math.abs(Credentials!.Expiration!.getTime() - Date.now() - 900_000)).toBeLessThan(60_000);
  const eraser = s3Of({ accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! });
  const { Versions } = await eraser.send(new ListObjectVersionsCommand({ Bucket, Prefix: `u/${ada}/` }));
  expect(Versions?.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])).toEqual([[`u/${ada}/log/1`, 'null', true]]);
  expect(await refusal(eraser.send(new DeleteObjectCommand({ Bucket, Key: `u/${eve}/log/1` })))).toMatch(/^AccessDenied 403/);
  expect(await refusal(eraser.send(new GetObjectCommand({ Bucket, Key: `u/${ada}/log/1` })))).toMatch(/^AccessDenied 403/);
  await eraser.send(new DeleteObjectCommand({ Bucket, Key: `u/${ada}/log/1` }));
  const left = await s3Of(rootKey).send(new ListObjectVersionsCommand({ Bucket }));
  expect(left.Versions?.map(({ Key }) => Key)).toEqual([`u/${eve}/log/1`]);
});

describe('STS refuses', () => {
  const denied = (name: string, role: string) => `AccessDenied 403: User: ${name} is not authorized to perform: ${role}`;

  test('who the role does not trust, or without its tag, in AWS’s words', async () => {
    const on = (action: string, role: Parameters<typeof roleArn>[0]) => `${action} on resource: ${roleArn(role)}`;
    const app = 'arn:aws:sts::000000000000:assumed-role/AppRole/app';
    const person = rules.mint.issue(personSession({ sub: eve }));
    expect([
      await refusal(stsOf(appKey).send(new AssumeRoleCommand(wish({ Tags: [] })))), await refusal(stsOf(appKey).send(new AssumeRoleCommand(wish({ RoleArn: roleArn('PersonRole') })))),
      await refusal(stsOf(person).send(new AssumeRoleCommand(wish()))), await refusal(stsOf(rootKey).send(new AssumeRoleCommand(wish()))),
      await refusal(stsOf(appKey).send(new AssumeRoleCommand(wish({ RoleArn: 'arn:aws:iam::000000000000:role/Nobody' })))),
    ]).toEqual([
      denied(app, on('sts:AssumeRole', 'EraserRole')), denied(app, on('sts:AssumeRole', 'PersonRole')),
      denied('arn:aws:sts::000000000000:assumed-role/PersonRole/CognitoIdentityCredentials', on('sts:AssumeRole', 'EraserRole')),
      denied('arn:aws:iam::000000000000:root', on('sts:AssumeRole', 'EraserRole')),
      denied(app, 'sts:AssumeRole on resource: arn:aws:iam::000000000000:role/Nobody'),
    ]);
  });

  test('parameters that are out of bounds, twice there, or not understood', async () => {
    const ask = async (over: Partial<AssumeRoleCommandInput>) => (await refusal(stsOf(appKey).send(new AssumeRoleCommand(wish(over))))).split(':')[0];
    expect([
      await ask({ RoleArn: 'eraser' }), await ask({ RoleSessionName: 'x' }), await ask({ RoleSessionName: 'a b' }), await ask({ DurationSeconds: 899 }), await ask({ DurationSeconds: 3601 }), await ask({ DurationSeconds: 50_000 }),
      await ask({ Tags: [{ Key: 'sub', Value: '*' }] }), await ask({ Tags: [{ Key: 'sub', Value: ada }, { Key: 'SUB', Value: eve }] }), await ask({ Tags: [{ Key: '', Value: ada }] }),
      await ask({ Policy: '{}' }), await ask({ TransitiveTagKeys: ['sub'] }), await ask({ SourceIdentity: 'x' }), await ask({ ExternalId: '?' }),
    ]).toEqual([...Array<string>(7).fill('ValidationError 400'), 'InvalidParameterValue 400', ...Array<string>(5).fill('ValidationError 400')]);
    expect(await ask({ ExternalId: 'some-id' })).toBe('ok');
  });

  test('keys that are unknown, wrong, or whose token was altered, and other actions', async () => {
    const person = rules.mint.issue(personSession({ sub: eve }));
    const ask = async (key: Key) => (await refusal(stsOf(key).send(new AssumeRoleCommand(wish())))).split(':')[0];
    expect([
      await ask({ accessKeyId: 'AKIDNOBODY', secretAccessKey: 'x' }), await ask({ ...appKey, secretAccessKey: 'x' }), await ask({ ...person, sessionToken: person.sessionToken.slice(0, -4) }), await ask({ ...appKey, sessionToken: person.sessionToken }),
      (await refusal(stsOf(appKey).send(new GetCallerIdentityCommand({})))).split(':')[0],
    ]).toEqual(['InvalidClientTokenId 403', 'SignatureDoesNotMatch 403', 'InvalidClientTokenId 403', 'InvalidClientTokenId 403', 'InvalidAction 400']);
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Action=AssumeRole&Version=2011-06-15' };
    const unsigned = await fetch(fronts.cognito.url, form);
    expect([unsigned.status, /<Code>([^<]*)/.exec(await unsigned.text())?.[1]]).toEqual([403, 'MissingAuthenticationToken']);
  });
});

test('at Cognito the app may do what its role allows of the pool, a person nothing, the account’s own key everything', async () => {
  const sub = await pool.signUpAndConfirm('ada@example.com');
  const idp = (credentials: Key) => keep(new CognitoIdentityProviderClient({ region, endpoint: fronts.cognito.url, maxAttempts: 1, credentials }));
  const named = { UserPoolId: config.userPoolId, Username: sub };
  const person = rules.mint.issue(personSession({ sub }));
  expect([
    await refusal(idp(appKey).send(new AdminUserGlobalSignOutCommand(named))), await refusal(idp(rootKey).send(new AdminGetUserCommand(named))),
    await refusal(idp(appKey).send(new AdminGetUserCommand(named))), await refusal(idp(person).send(new AdminUserGlobalSignOutCommand(named))),
  ]).toEqual([
    'ok', 'ok',
    `AccessDeniedException 400: User: arn:aws:sts::000000000000:assumed-role/AppRole/app is not authorized to perform: cognito-idp:AdminGetUser on resource: arn:aws:cognito-idp:${region}:000000000000:userpool/${config.userPoolId} because no identity-based policy allows the cognito-idp:AdminGetUser action`,
    `AccessDeniedException 400: User: arn:aws:sts::000000000000:assumed-role/PersonRole/CognitoIdentityCredentials is not authorized to perform: cognito-idp:AdminUserGlobalSignOut on resource: arn:aws:cognito-idp:${region}:000000000000:userpool/${config.userPoolId} because no identity-based policy allows the cognito-idp:AdminUserGlobalSignOut action`,
  ]);
});
