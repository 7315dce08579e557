import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { config, openTestPool, refreshInput, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const DAY = 24 * 60 * 60 * 1000;
let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool();
  await pool.signUpAndConfirm(ada);
});
afterEach(() => pool.dispose());

const refresh = (token: string) => pool.refusal('GetTokensFromRefreshToken', refreshInput(token));
const rotate = async (token: string) => (await pool.must('GetTokensFromRefreshToken', refreshInput(token))).AuthenticationResult;
const revoked = 'NotAuthorizedException: Refresh Token has been revoked';

describe('GetTokensFromRefreshToken', () => {
  test('gives new tokens of the same sign-in, and a new refresh token', async () => {
    const first = await pool.signIn(ada);
    pool.clock.now += 10_000;
    const second = await rotate(first.RefreshToken);
    expect(second).toEqual({ AccessToken: expect.any(String), IdToken: expect.any(String), RefreshToken: expect.any(String), ExpiresIn: 3600, TokenType: 'Bearer' });
    expect(second.RefreshToken).not.toBe(first.RefreshToken);
    const [old, fresh] = [decodeJwt(first.AccessToken), decodeJwt(second.AccessToken)];
    expect({ origin: fresh.origin_jti, auth: fresh.auth_time, sub: fresh.sub }).toEqual({ origin: old.origin_jti, auth: old.auth_time, sub: old.sub });
    expect(fresh.iat).toBe(old.iat! + 10);
    expect(fresh.jti).not.toBe(old.jti);
    expect(await pool.refusal('GetUser', { AccessToken: first.AccessToken })).toBe('ok');
  });

  test('takes the old token again within the grace period; later it is theft and the whole family ends', async () => {
    const first = await pool.signIn(ada);
    const other = await pool.signIn(ada);
    const second = await rotate(first.RefreshToken);
    pool.clock.now += 59_999;
    const third = await rotate(first.RefreshToken);
    expect(third.RefreshToken).not.toBe(second.RefreshToken);
    pool.clock.now += 1;
    expect(await refresh(first.RefreshToken)).toBe('RefreshTokenReuseException: Refresh token has been invalidated by rotation');
    for (const token of [first, second, third]) expect(await refresh(token.RefreshToken)).toBe(revoked);
    expect(await pool.refusal('GetUser', { AccessToken: third.AccessToken })).toBe('NotAuthorizedException: Access Token has been revoked');
    expect(await refresh(other.RefreshToken)).toBe('ok');
    await pool.restart();
    expect(await refresh(second.RefreshToken)).toBe(revoked);
  });

  test('with a grace of zero the old token is dead at once', async () => {
    const strict = await openTestPool({ rotationGraceSeconds: 0 });
    await strict.signUpAndConfirm(ada);
    const { RefreshToken } = await strict.signIn(ada);
    expect(await strict.refusal('GetTokensFromRefreshToken', refreshInput(RefreshToken))).toBe('ok');
    expect(await strict.refusal('GetTokensFromRefreshToken', refreshInput(RefreshToken))).toMatch(/^RefreshTokenReuseException/);
    await strict.dispose();
  });

  test('rotation does not prolong the thirty days', async () => {
    const first = await pool.signIn(ada);
    pool.clock.now += 29 * DAY;
    const second = await rotate(first.RefreshToken);
    pool.clock.now += DAY - 1;
    const third = await rotate(second.RefreshToken);
    pool.clock.now += 1;
    expect(await refresh(third.RefreshToken)).toBe('NotAuthorizedException: Refresh Token has expired');
    expect(await pool.refusal('GetUser', { AccessToken: third.AccessToken })).toBe('ok');
  });

  test.each([
    ['an unknown token', () => refreshInput('made-up'), 'NotAuthorizedException: Invalid Refresh Token'],
    ['an access token', async () => refreshInput((await pool.signIn(ada)).AccessToken), 'NotAuthorizedException: Invalid Refresh Token'],
    ['a wrong client secret', async () => ({ ...refreshInput((await pool.signIn(ada)).RefreshToken), ClientSecret: 'wrong' }), `NotAuthorizedException: Unable to verify client secret for client ${config.clientId}`],
    ['no client secret', async () => ({ ClientId: config.clientId, RefreshToken: (await pool.signIn(ada)).RefreshToken }), `NotAuthorizedException: Unable to verify client secret for client ${config.clientId}`],
    ['an unknown client', async () => ({ ...refreshInput((await pool.signIn(ada)).RefreshToken), ClientId: 'other' }), 'ResourceNotFoundException: User pool client other does not exist.'],
  ])('refuses %s', async (_, input, refusal) => {
    expect(await pool.refusal('GetTokensFromRefreshToken', await input())).toBe(refusal);
  });
});

describe('RevokeToken', () => {
  const input = (token: string) => ({ ClientId: config.clientId, ClientSecret: config.clientSecret, Token: token });

  test('ends the refresh tokens and access tokens of that sign-in only', async () => {
    const [mine, other] = [await pool.signIn(ada), await pool.signIn(ada)];
    const next = await rotate(mine.RefreshToken);
    expect(await pool.must('RevokeToken', input(next.RefreshToken))).toEqual({});
    for (const { AccessToken, RefreshToken } of [mine, next]) {
      expect(await refresh(RefreshToken)).toBe(revoked);
      expect(await pool.refusal('GetUser', { AccessToken })).toBe('NotAuthorizedException: Access Token has been revoked');
    }
    expect(await pool.refusal('GetUser', { AccessToken: other.AccessToken })).toBe('ok');
    expect(await refresh(other.RefreshToken)).toBe('ok');
    await pool.restart();
    expect(await refresh(next.RefreshToken)).toBe(revoked);
  });

  test('is no error twice or for an unknown token, but refuses strangers and other kinds of token', async () => {
    const { RefreshToken, AccessToken } = await pool.signIn(ada);
    expect(await pool.refusal('RevokeToken', { ...input(RefreshToken), ClientSecret: 'wrong' })).toBe('UnauthorizedException: Client credentials are not valid');
    expect(await pool.refusal('RevokeToken', input(AccessToken))).toBe('UnsupportedTokenTypeException: Unsupported token type');
    expect(await refresh(RefreshToken)).toBe('ok');
    for (const token of [RefreshToken, RefreshToken, 'made-up']) expect(await pool.refusal('RevokeToken', input(token))).toBe('ok');
  });
});
