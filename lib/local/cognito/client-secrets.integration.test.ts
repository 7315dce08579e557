import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { config, openTestPool, password, publicClientId, refreshInput, signInInput, type TestPool } from './testing/test-pool.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html and its two sisters */
let pool: TestPool;
const { clientId: ClientId, clientSecret: first } = config;
const email = 'ada@example.com';
beforeAll(async () => {
  pool = await openTestPool({ config: { ...config, publicClientId } });
  await pool.signUpAndConfirm(email);
});
afterAll(() => pool.dispose());

const hashUnder = (secret: string) => createHmac('sha256', secret).update(email + ClientId).digest('base64');
const signInWith = (secret: string) => pool.refusal('InitiateAuth', { ...signInInput(email, password), AuthParameters: { USERNAME: email, PASSWORD: password, SECRET_HASH: hashUnder(secret) } });
const wrongHash = `NotAuthorizedException: Unable to verify secret hash for client ${ClientId}`;
const listed = async (): Promise<string[]> => (await pool.admin('ListUserPoolClientSecrets', { ClientId })).ClientSecrets.map((one: { ClientSecretId: string }) => one.ClientSecretId);

test('a secret is replaced under people who are signed in: add, change the app, delete the old one; also over a restart', async () => {
  const { RefreshToken: token } = await pool.signIn(email);
  const { ClientSecretDescriptor: made } = await pool.admin('AddUserPoolClientSecret', { ClientId });
  const second = made.ClientSecretValue as string;
  expect(made).toEqual({ ClientSecretId: expect.stringMatching(new RegExp(`^${ClientId}--\\d+$`)), ClientSecretValue: expect.stringMatching(/^\w{24,64}$/), ClientSecretCreateDate: expect.any(Number) });
  expect([await signInWith(first), await signInWith(second)]).toEqual(['ok', 'ok']);

  const oldOnesToken = (await pool.must('GetTokensFromRefreshToken', refreshInput(token))).AuthenticationResult.RefreshToken as string;
  const newOnesToken = (await pool.must('GetTokensFromRefreshToken', { ...refreshInput(oldOnesToken), ClientSecret: second })).AuthenticationResult.RefreshToken as string;

  const [oldId, newId] = await listed();
  expect(newId).toBe(made.ClientSecretId);
  await pool.admin('DeleteUserPoolClientSecret', { ClientId, ClientSecretId: oldId });
  await pool.restart();
  expect([await listed(), await signInWith(first), await signInWith(second)]).toEqual([[newId], wrongHash, 'ok']);
  expect(await pool.refusal('GetTokensFromRefreshToken', { ...refreshInput(newOnesToken), ClientSecret: first })).not.toBe('ok');
  expect(await pool.refusal('GetTokensFromRefreshToken', { ...refreshInput(newOnesToken), ClientSecret: second })).toBe('ok');
  expect((await pool.admin('DescribeUserPoolClient', { ClientId })).UserPoolClient.ClientSecret).toBe(second);
});

describe('AWS’s refusals', () => {
  test('a third secret, the same one again, the last one deleted, one that is not there', async () => {
    const own = 'a'.repeat(24);
    const [only] = await listed();
    expect([
      await pool.adminRefusal('DeleteUserPoolClientSecret', { ClientId, ClientSecretId: only }),
      (await pool.admin('AddUserPoolClientSecret', { ClientId, ClientSecret: own })).ClientSecretDescriptor.ClientSecretValue,
      (await pool.adminRefusal('AddUserPoolClientSecret', { ClientId })).split(':')[0],
      (await pool.adminRefusal('DeleteUserPoolClientSecret', { ClientId, ClientSecretId: `${ClientId}--1` })).split(':')[0],
    ]).toEqual(['InvalidParameterException: The last secret of an app client cannot be deleted.', undefined, 'LimitExceededException', 'ResourceNotFoundException']);
    await pool.admin('DeleteUserPoolClientSecret', { ClientId, ClientSecretId: only });
    expect([await signInWith(own), (await pool.adminRefusal('AddUserPoolClientSecret', { ClientId, ClientSecret: own })).split(':')[0]]).toEqual(['ok', 'InvalidParameterException']);
  });

  test('a secret that is too short, another client, a client without secrets, and who has no right', async () => {
    const kind = async (input: object) => (await pool.adminRefusal('AddUserPoolClientSecret', input)).split(':')[0];
    expect([await kind({ ClientId, ClientSecret: 'short' }), await kind({ ClientId: 'nobody' }), await kind({ ClientId: publicClientId }), await kind({ ClientId, UserPoolId: 'eu-west-1_Other0000' })])
      .toEqual(['InvalidParameterException', 'ResourceNotFoundException', 'InvalidParameterException', 'ResourceNotFoundException']);
    expect((await pool.refusal('AddUserPoolClientSecret', { UserPoolId: config.userPoolId, ClientId })).split(':')[0]).toBe('MissingAuthenticationTokenException');
  });
});
