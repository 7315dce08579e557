import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleWithWebIdentityCommandInput, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { config, openTestPool, type TestPool } from '../cognito/testing/test-pool.ts';
import { createFaults } from '../faults.ts';
import { type Front, startFront } from '../front.ts';
import { roleArn, rootKey, testRules } from '../iam/testing/test-rules.ts';
import { createRequestLog } from '../request-log.ts';
import { createS3 } from '../s3/s3.ts';
import { createVercelIssuer, type VercelIssuer } from './web-issuer.ts';

/**
 * The way to the app's role on Vercel, by AWS's own client: a token of the deployment, and what the role is good for at S3.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
const Bucket = 'selkie-test';
const { region } = config;
const production = { project: 'selkie', environment: 'production' };
let dataDir: string;
let pool: TestPool;
let fronts: { cognito: Front; s3: Front };
let acme: VercelIssuer;
/** A team that AWS has never heard of. */
let evil: VercelIssuer;
/** Acme's name, and a key of somebody else's. */
let forger: VercelIssuer;
const open: Array<{ destroy(): void }> = [];
const keep = <T extends { destroy(): void }>(client: T): T => (open.push(client), client);
const strangerToSts = () => keep(new STSClient({ region, endpoint: fronts.cognito.url, maxAttempts: 1, credentials: { accessKeyId: 'AKIDNOBODY', secretAccessKey: 'good for nothing' } }));

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'selkie-web-identity-'));
  [acme, evil, forger] = await Promise.all(['acme', 'evil', 'acme'].map((team) => createVercelIssuer({ team, now: Date.now }))) as [VercelIssuer, VercelIssuer, VercelIssuer];
  const { iam } = testRules({ bucket: Bucket, region, now: Date.now, pool: config, vercel: { team: 'acme', ...production } });
  pool = await openTestPool({ iam, now: Date.now, issuers: [acme, evil] });
  const s3 = await createS3({ dataDir, region, iam, now: Date.now });
  await s3.ensureBucket(Bucket);
  const front = (service: typeof s3 | TestPool['service']) => startFront({ service, port: 0, faults: createFaults(), log: createRequestLog() });
  fronts = { cognito: await front(pool.service), s3: await front(s3) };
});
afterAll(async () => {
  for (const client of open) client.destroy();
  await fronts.cognito.close();
  await fronts.s3.close();
  await pool.dispose();
  await rm(dataDir, { recursive: true, force: true });
});

const take = (WebIdentityToken: string, over: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) =>
  strangerToSts().send(new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn('AppRole'), RoleSessionName: 'selkie', WebIdentityToken, ...over }));

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'ok', (error: Error & { $metadata?: { httpStatusCode?: number } }) => `${error.name} ${error.$metadata?.httpStatusCode}: ${error.message}`);
}

test('a deployment in production takes the app’s role by its token alone, and has that role’s rights and no others', async () => {
  const { Credentials, AssumedRoleUser, SubjectFromWebIdentityToken, Audience, Provider } = await take(await acme.tokenFor(production), { DurationSeconds: 900 });
  expect([AssumedRoleUser?.Arn, SubjectFromWebIdentityToken, Audience, Provider]).toEqual([
    'arn:aws:sts::000000000000:assumed-role/AppRole/selkie', 'owner:acme:project:selkie:environment:production', 'https://vercel.com/acme', 'https://oidc.vercel.com/acme',
  ]);
  expect(Math.abs(Credentials!.Expiration!.getTime() - Date.now() - 900_000)).toBeLessThan(60_000);
  const credentials = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
  const s3 = keep(new S3Client({ region, endpoint: fronts.s3.url, forcePathStyle: true, maxAttempts: 1, credentials }));
  const put = (Key: string) => refusal(s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', IfNoneMatch: '*' })));
  expect([await put('accounts/somebody/1'), (await put('u/somebody/log/1')).split(':')[0], (await put('elsewhere')).split(':')[0]]).toEqual(['ok', 'AccessDenied 403', 'AccessDenied 403']);
  const sts = keep(new STSClient({ region, endpoint: fronts.cognito.url, maxAttempts: 1, credentials }));
  const sub = [{ Key: 'sub', Value: '11111111-1111-4111-8111-111111111111' }];
  expect(await refusal(sts.send(new AssumeRoleCommand({ RoleArn: roleArn('EraserRole'), RoleSessionName: 'account-deletion', Tags: sub })))).toBe('ok');
});

test('what the issuer publishes is what its tokens are verified by', async () => {
  const found = (await (await fetch(`${fronts.cognito.url}/oidc.vercel.com/acme/.well-known/openid-configuration`)).json()) as { issuer: string; jwks_uri: string };
  expect([found.issuer, found.jwks_uri]).toEqual(['https://oidc.vercel.com/acme', 'https://oidc.vercel.com/acme/.well-known/jwks']);
  const keys = createRemoteJWKSet(new URL(found.jwks_uri.replace('https:/', fronts.cognito.url)));
  expect((await jwtVerify(await acme.tokenFor(production), keys)).payload.sub).toBe('owner:acme:project:selkie:environment:production');
  await expect(jwtVerify(await forger.tokenFor(production), keys)).rejects.toThrow();
  expect((await fetch(`${fronts.cognito.url}/oidc.vercel.com/nobody/.well-known/jwks`)).status).not.toBe(200);
});

describe('STS refuses', () => {
  const seconds = () => Math.floor(Date.now() / 1000);
  const altered = async (): Promise<string> => {
    const [head, body, signature] = (await acme.tokenFor({ project: 'selkie', environment: 'preview' })).split('.') as [string, string, string];
    return [head, Buffer.from(Buffer.from(body, 'base64url').toString().replaceAll('preview', 'production')).toString('base64url'), signature].join('.');
  };
  const unsigned = async (): Promise<string> => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await acme.tokenFor(production)).split('.')[1]}.`;

  test.each<[string, () => Promise<string>, RegExp]>([
    ['a preview of the project', () => acme.tokenFor({ ...production, environment: 'preview' }), /^AccessDenied 403: Not authorized to perform sts:AssumeRoleWithWebIdentity$/],
    ['another project of the team', () => acme.tokenFor({ ...production, project: 'other' }), /^AccessDenied 403/],
    ['another team, by its own issuer', () => evil.tokenFor(production), /^InvalidIdentityTokenException 400: No OpenIDConnect provider found in your account for https:\/\/oidc\.vercel\.com\/evil$/],
    ['another team that says it is ours', () => evil.tokenFor(production, { iss: acme.url, aud: 'https://vercel.com/acme', sub: 'owner:acme:project:selkie:environment:production' }), /^InvalidIdentityTokenException 400: Couldn't retrieve verification key/],
    ['a key that the issuer does not publish', () => forger.tokenFor(production), /^InvalidIdentityTokenException 400: Couldn't retrieve verification key/],
    ['a token for another audience', () => acme.tokenFor(production, { aud: 'sts.amazonaws.com' }), /^InvalidIdentityTokenException 400: Incorrect token audience$/],
    ['a token without an audience', () => acme.tokenFor(production, { aud: undefined }), /^InvalidIdentityTokenException 400: Incorrect token audience$/],
    ['a token without a subject', () => acme.tokenFor(production, { sub: undefined }), /^InvalidIdentityTokenException 400: .*missing a required claim: sub$/],
    ['a token that has ended', () => acme.tokenFor(production, { exp: seconds() - 1 }), /^ExpiredTokenException 400: Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/],
    ['a token without an end', () => acme.tokenFor(production, { exp: undefined }), /^InvalidIdentityTokenException 400: .*missing a required claim: exp$/],
    ['a token of tomorrow', () => acme.tokenFor(production, { nbf: seconds() + 86_400 }), /^InvalidIdentityTokenException 400: .*claim nbf of the ID Token provided does not hold$/],
    ['a token that was altered', altered, /^InvalidIdentityTokenException 400: .*signature/],
    ['a token that nobody signed', unsigned, /^InvalidIdentityTokenException 400/],
    ['what is no token', async () => 'not.a.token', /^InvalidIdentityTokenException 400: The ID Token provided is not a valid JWT\./],
  ])('%s', async (_what, token, words) => {
    expect(await refusal(take(await token()))).toMatch(words);
  });

  test('a good token for another role, for longer than the role allows, with a session policy, and another way to the same role', async () => {
    const token = await acme.tokenFor(production);
    expect([
      await refusal(take(token, { RoleArn: roleArn('EraserRole') })), await refusal(take(token, { RoleArn: 'arn:aws:iam::000000000000:role/Nobody' })),
      (await refusal(take(token, { DurationSeconds: 3601 }))).split(':')[0], (await refusal(take(token, { Policy: '{}' }))).split(':')[0], (await refusal(take(token, { ProviderId: 'x' }))).split(':')[0],
      (await refusal(keep(new STSClient({ region, endpoint: fronts.cognito.url, maxAttempts: 1, credentials: rootKey })).send(new AssumeRoleCommand({ RoleArn: roleArn('AppRole'), RoleSessionName: 'root' })))).split(':')[0],
    ]).toEqual([
      'AccessDenied 403: Not authorized to perform sts:AssumeRoleWithWebIdentity', 'AccessDenied 403: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      'ValidationError 400', 'ValidationError 400', 'ValidationError 400', 'AccessDenied 403',
    ]);
  });

  test('every token, where the template is for hosts of one’s own', async () => {
    const { iam } = testRules({ bucket: Bucket, region, now: Date.now, pool: config });
    expect([...iam.identityProviders]).toEqual([]);
    const session = { roleArn: roleArn('AppRole'), sessionName: 'selkie', tags: {} };
    expect(iam.assumeRoleByToken(session, { provider: 'oidc.vercel.com/acme', sub: 'owner:acme:project:selkie:environment:production', aud: 'https://vercel.com/acme' }, 3600)).toEqual({ refused: 'sts:AssumeRoleWithWebIdentity' });
  });
});
