import { CognitoIdentityClient, GetCredentialsForIdentityCommand, GetIdCommand, GetOpenIdTokenCommand, NotAuthorizedException, ResourceNotFoundException } from '@aws-sdk/client-cognito-identity';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { config as testConfig, openTestPool, type TestPool } from '../cognito/testing/test-pool.ts';
import { createFaults } from '../faults.ts';
import { startFront, type Front } from '../front.ts';
import { createRequestLog } from '../request-log.ts';
import { personSession, testRules } from '../iam/testing/test-rules.ts';

/** The identity pool behind the real SDK. */
const config = testConfig;
const provider = `cognito-idp.${config.region}.amazonaws.com/${config.userPoolId}`;
const { identityPoolId: IdentityPoolId } = config;
const { iam, mint } = testRules({ bucket: 'selkie-test', region: config.region, now: () => pool.clock.now, pool: config });

let pool: TestPool;
let front: Front;
let client: CognitoIdentityClient;
let idToken: string;
let tokens: { AccessToken: string; IdToken: string; RefreshToken: string };
let sub: string;
let people = 0;

beforeAll(async () => {
  pool = await openTestPool({ iam });
  front = await startFront({ service: pool.service, port: 0, faults: createFaults(), log: createRequestLog() });
  client = new CognitoIdentityClient({ region: config.region, endpoint: front.url, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await front.close();
  await pool.dispose();
});
beforeEach(async () => {
  const email = `ada${++people}@example.com`;
  sub = await pool.signUpAndConfirm(email);
  tokens = await pool.signIn(email);
  idToken = tokens.IdToken;
});

const getId = (logins: Record<string, string> | undefined, pool = IdentityPoolId) => client.send(new GetIdCommand({ IdentityPoolId: pool, Logins: logins }));
const getCredentials = (IdentityId: string, logins: Record<string, string> | undefined, more = {}) => client.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins: logins, ...more }));

/** The refusal in words. */
async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'ok', (error: Error) => `${error.name}: ${error.message}`);
}

test('an ID token gives the same identity each time, and credentials of that person for an hour', async () => {
  const { IdentityId } = await getId({ [provider]: idToken });
  expect(IdentityId).toMatch(/^eu-west-1:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect((await getId({ [provider]: idToken })).IdentityId).toBe(IdentityId);
  const { Credentials, IdentityId: same } = await getCredentials(IdentityId!, { [provider]: idToken });
  expect([same, Credentials?.AccessKeyId, Credentials?.SecretKey, Credentials?.Expiration?.getTime()]).toEqual([
    IdentityId, expect.stringMatching(/^ASIA[A-Z2-7]{16}$/), expect.stringMatching(/^[A-Za-z0-9+/]{40}$/), Math.floor((pool.clock.now + 3600_000) / 1000) * 1000,
  ]);
  expect(mint.open(Credentials!.AccessKeyId!, Credentials!.SessionToken!)).toEqual({ kind: 'live', secretAccessKey: Credentials!.SecretKey, ...personSession({ sub }) });
  expect(Credentials!.SessionToken).not.toContain(sub);
});

describe('GetId and GetCredentialsForIdentity refuse', () => {
  const both = async (logins: Record<string, string> | undefined): Promise<string[]> => {
    const { IdentityId } = await getId({ [provider]: idToken });
    return [...new Set([await refusal(getId(logins)), await refusal(getCredentials(IdentityId!, logins))])];
  };

  test('guests', async () => {
    expect(await both(undefined)).toEqual(['NotAuthorizedException: Unauthenticated access is not supported for this identity pool.']);
    expect(await both({})).toEqual(['NotAuthorizedException: Unauthenticated access is not supported for this identity pool.']);
  });

  test('other providers, beside ours too', async () => {
    const words = ['NotAuthorizedException: Token is not from a supported provider of this identity pool.'];
    expect(await both({ 'accounts.google.com': idToken })).toEqual(words);
    expect(await both({ [`${provider}x`]: idToken })).toEqual(words);
    expect(await both({ [provider]: idToken, 'accounts.google.com': 'x' })).toEqual(words);
  });

  test('an access token', async () => {
    expect(await both({ [provider]: tokens.AccessToken })).toEqual(['NotAuthorizedException: Invalid login token. Missing a required claim: aud']);
  });

  test('what is no token', async () => {
    for (const text of ['x', tokens.RefreshToken, 'a.b.c']) expect(await both({ [provider]: text })).toEqual(['NotAuthorizedException: Invalid login token. Not a valid OpenId Connect identity token.']);
  });

  test('a forged token, under another key or under none', async () => {
    const [head, payload] = idToken.split('.');
    const claims = { iss: config.issuer, aud: config.clientId, token_use: 'id', sub, origin_jti: 'x' };
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'test-key', jwk: await exportJWK(privateKey) }).setIssuedAt().setExpirationTime('1h').sign(privateKey);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const token of [`${head}.${payload}.AAAA`, forged, none]) expect(await both({ [provider]: token })).toEqual(['NotAuthorizedException: Invalid login token. Token signature invalid.']);
  });

  test('a token of another issuer', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const foreign = await new SignJWT({ iss: 'https://evil.example', aud: config.clientId, token_use: 'id', sub }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    expect(await both({ [provider]: foreign })).toEqual(["NotAuthorizedException: Invalid login token. Issuer doesn't match providerName"]);
  });

  test('the token of somebody signed out everywhere, or deleted', async () => {
    await pool.must('GlobalSignOut', { AccessToken: tokens.AccessToken });
    expect(await refusal(getId({ [provider]: idToken }))).toBe('NotAuthorizedException: Invalid login token. Token has been revoked.');
    const email = `bob${people}@example.com`;
    await pool.signUpAndConfirm(email);
    const bob = await pool.signIn(email);
    await pool.must('DeleteUser', { AccessToken: bob.AccessToken });
    expect(await refusal(getId({ [provider]: bob.IdToken }))).toBe('NotAuthorizedException: Invalid login token. Token has been revoked.');
  });

  test('an expired token', async () => {
    const { IdentityId } = await getId({ [provider]: idToken });
    const exp = Math.floor(pool.clock.now / 1000) + 3600;
    pool.clock.now += 3600_000;
    expect(await refusal(getId({ [provider]: idToken }))).toBe(`NotAuthorizedException: Invalid login token. Token expired: ${exp} >= ${exp}`);
    expect(await refusal(getCredentials(IdentityId!, { [provider]: idToken }))).toMatch(/^NotAuthorizedException: Invalid login token\. Token expired/);
  });

  test('another identity pool, another person’s identity, an id of nobody, and a role of one’s own choice', async () => {
    await expect(getId({ [provider]: idToken }, 'eu-west-1:00000000-0000-4000-8000-000000000002')).rejects.toBeInstanceOf(ResourceNotFoundException);
    const { IdentityId } = await getId({ [provider]: idToken });
    const email = `eve${people}@example.com`;
    await pool.signUpAndConfirm(email);
    const eve = { [provider]: (await pool.signIn(email)).IdToken as string };
    const words = "NotAuthorizedException: Logins don't match. Please include at least one valid login for this identity or identity pool.";
    expect([await refusal(getCredentials(IdentityId!, eve)), await refusal(getCredentials('eu-west-1:00000000-0000-4000-8000-00000000000f', eve))]).toEqual([words, words]);
    expect(await refusal(getCredentials(IdentityId!, { [provider]: idToken }, { CustomRoleArn: 'arn:aws:iam::1:role/admin' }))).toBe(
      'InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.',
    );
    await expect(getCredentials(IdentityId!, eve)).rejects.toBeInstanceOf(NotAuthorizedException);
  });
});

test('input that is no input is refused, and what is left out is unknown', async () => {
  const { IdentityId } = await getId({ [provider]: idToken });
  expect(await refusal(getId({ [provider]: idToken }, 'not an id'))).toMatch(/^InvalidParameterException: 1 validation error detected: Value at 'identityPoolId'/);
  expect(await refusal(getCredentials('not an id', { [provider]: idToken }))).toMatch(/^InvalidParameterException: 1 validation error detected: Value at 'identityId'/);
  expect(await refusal(client.send(new GetOpenIdTokenCommand({ IdentityId: IdentityId!, Logins: { [provider]: idToken } })))).toMatch(/^UnknownOperationException/);
});

test('a web page cannot ask: a form’s content type is refused, and no other origin may read', async () => {
  const target = { 'x-amz-target': 'AWSCognitoIdentityService.GetId', origin: 'https://evil.example' };
  const body = JSON.stringify({ IdentityPoolId, Logins: { [provider]: idToken } });
  const asText = await fetch(front.url, { method: 'POST', headers: { ...target, 'content-type': 'text/plain' }, body });
  const asJson = await fetch(front.url, { method: 'POST', headers: { ...target, 'content-type': 'application/x-amz-json-1.1' }, body });
  expect([asText.status, (await asText.json()).__type, asJson.headers.get('access-control-allow-origin')]).toEqual([400, 'SerializationException', null]);
});
