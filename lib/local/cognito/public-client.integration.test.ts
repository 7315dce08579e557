import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerInput, choiceInput } from './testing/factors.ts';
import { createSrpClient } from './testing/srp-client.ts';
import { config, openTestPool, password, poolName, publicClientId, refreshInput, secretHash, signInInput, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const invalidToken = 'NotAuthorizedException: Invalid Refresh Token';
const invalidSession = 'NotAuthorizedException: Invalid session for the user.';
let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool({ config: { ...config, publicClientId } });
  await pool.signUpAndConfirm(ada);
});
afterEach(() => pool.dispose());

const refresh = (token: string, clientId = publicClientId, AuthFlow = 'REFRESH_TOKEN_AUTH') => pool.call('InitiateAuth', { ClientId: clientId, AuthFlow, AuthParameters: { REFRESH_TOKEN: token } });
const refreshRefusal = async (token: string, clientId?: string) => {
  const { status, body } = await refresh(token, clientId);
  return status === 200 ? 'ok' : `${body.__type}: ${body.message}`;
};

describe('the public client', () => {
  test('signs up, confirms and signs in by SRP without any secret, and its tokens carry its id', async () => {
    const email = 'new@example.com';
    const who = { ClientId: publicClientId, Username: email };
    await pool.must('SignUp', { ...who, Password: password });
    await pool.must('ResendConfirmationCode', who);
    await pool.must('ConfirmSignUp', { ...who, ConfirmationCode: pool.codeFor(email) });
    const tokens = await pool.signInPublicly(email);
    expect([decodeJwt(tokens.AccessToken).client_id, decodeJwt(tokens.IdToken).aud]).toEqual([publicClientId, publicClientId]);
    expect(await pool.refusal('GetUser', { AccessToken: tokens.AccessToken })).toBe('ok');
  });

  test.each(['USER_PASSWORD_AUTH', 'USER_AUTH', 'CUSTOM_AUTH', 'ADMIN_USER_PASSWORD_AUTH'])('may not use %s', async (AuthFlow) => {
    const input = { ClientId: publicClientId, AuthFlow, AuthParameters: { USERNAME: ada, PASSWORD: password } };
    expect(await pool.refusal('InitiateAuth', input)).toBe(`InvalidParameterException: ${AuthFlow} flow not enabled for this client`);
  });

  test('a secret hash is refused: there is no secret that it could be under', async () => {
    const words = `NotAuthorizedException: Unable to verify secret hash for client ${publicClientId}`;
    const { SRP_A } = createSrpClient();
    expect(await pool.refusal('InitiateAuth', { ClientId: publicClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: ada, SRP_A, SECRET_HASH: secretHash(ada) } })).toBe(words);
    expect(await pool.refusal('ForgotPassword', { ClientId: publicClientId, Username: ada, SecretHash: secretHash(ada) })).toBe(words);
  });

  test('does not exist in a pool without one', async () => {
    const without = await openTestPool();
    expect(await without.refusal('SignUp', { ClientId: publicClientId, Username: ada, Password: password })).toBe(`ResourceNotFoundException: User pool client ${publicClientId} does not exist.`);
    await without.dispose();
  });
});

describe('REFRESH_TOKEN_AUTH', () => {
  test.each(['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'])('%s gives new tokens of the same sign-in, and keeps the refresh token', async (flow) => {
    const first = await pool.signInPublicly(ada);
    pool.clock.now += 10_000;
    for (let i = 0; i < 2; i++) {
      const { body } = await refresh(first.RefreshToken, publicClientId, flow);
      expect(body).toEqual({ ChallengeParameters: {}, AuthenticationResult: { AccessToken: expect.any(String), IdToken: expect.any(String), ExpiresIn: 3600, TokenType: 'Bearer' } });
      const [old, fresh] = [decodeJwt(first.AccessToken), decodeJwt(body.AuthenticationResult.AccessToken)];
      expect([fresh.origin_jti, fresh.auth_time, fresh.client_id]).toEqual([old.origin_jti, old.auth_time, publicClientId]);
    }
    // Long after the grace period of a client with rotation.
    pool.clock.now += 29 * 24 * 3600 * 1000;
    expect(await refreshRefusal(first.RefreshToken)).toBe('ok');
    pool.clock.now += 24 * 3600 * 1000;
    expect(await refreshRefusal(first.RefreshToken)).toBe('NotAuthorizedException: Refresh Token has expired');
  });

  test('refuses made-up and missing tokens, and those of people who are disabled, signed out or deleted', async () => {
    expect(await refreshRefusal('made-up')).toBe(invalidToken);
    expect(await refreshRefusal('')).toBe('InvalidParameterException: Missing required parameter REFRESH_TOKEN');
    const { RefreshToken, AccessToken } = await pool.signInPublicly(ada);
    expect(await refreshRefusal(AccessToken)).toBe(invalidToken);
    await pool.admin('AdminDisableUser', { Username: ada });
    expect(await refreshRefusal(RefreshToken)).toMatch(/^NotAuthorizedException/);
    await pool.admin('AdminEnableUser', { Username: ada });
    const { RefreshToken: other, AccessToken: itsAccess } = await pool.signInPublicly(ada);
    await pool.must('GlobalSignOut', { AccessToken: itsAccess });
    expect(await refreshRefusal(other)).toBe('NotAuthorizedException: Refresh Token has been revoked');
    const last = await pool.signInPublicly(ada);
    await pool.must('DeleteUser', { AccessToken: last.AccessToken });
    expect(await refreshRefusal(last.RefreshToken)).toBe(invalidToken);
  });

  test('is off for the confidential client, which rotates', async () => {
    const { RefreshToken } = await pool.signIn(ada);
    expect(await refreshRefusal(RefreshToken, config.clientId)).toBe('InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client');
  });
});

describe('between the clients', () => {
  test('a refresh token works for its own client only, and its misuse by the other leaves it alone', async () => {
    const [confidential, open] = [await pool.signIn(ada), await pool.signInPublicly(ada)];
    expect(await refreshRefusal(confidential.RefreshToken)).toBe(invalidToken);
    expect(await pool.refusal('GetTokensFromRefreshToken', refreshInput(open.RefreshToken))).toBe(invalidToken);
    expect(await pool.refusal('GetTokensFromRefreshToken', { ClientId: publicClientId, RefreshToken: open.RefreshToken })).toBe('InvalidParameterException: Refresh token rotation is not enabled for this client.');
    const foreign = 'UnauthorizedException: The token was not issued to this client';
    expect(await pool.refusal('RevokeToken', { ClientId: publicClientId, Token: confidential.RefreshToken })).toBe(foreign);
    expect(await pool.refusal('RevokeToken', { ClientId: config.clientId, ClientSecret: config.clientSecret, Token: open.RefreshToken })).toBe(foreign);
    expect(await pool.refusal('GetTokensFromRefreshToken', refreshInput(confidential.RefreshToken))).toBe('ok');
    expect(await refreshRefusal(open.RefreshToken)).toBe('ok');
    await pool.restart();
    expect(await refreshRefusal(open.RefreshToken)).toBe('ok');
  });

  test('the public client revokes its own token without a secret, and is refused with one', async () => {
    const { RefreshToken, AccessToken } = await pool.signInPublicly(ada);
    expect(await pool.refusal('RevokeToken', { ClientId: publicClientId, ClientSecret: config.clientSecret, Token: RefreshToken })).toBe('UnauthorizedException: Client credentials are not valid');
    expect(await pool.refusal('RevokeToken', { ClientId: publicClientId, Token: RefreshToken })).toBe('ok');
    expect(await refreshRefusal(RefreshToken)).toBe('NotAuthorizedException: Refresh Token has been revoked');
    expect(await pool.refusal('GetUser', { AccessToken })).toBe('NotAuthorizedException: Access Token has been revoked');
  });

  test('a challenge that one client was given is not answered by the other', async () => {
    await pool.admin('AdminCreateUser', { Username: 'bob@example.com', TemporaryPassword: password, MessageAction: 'SUPPRESS' });
    const mine = await pool.must('InitiateAuth', signInInput('bob@example.com', password));
    const bob = mine.ChallengeParameters.USER_ID_FOR_SRP;
    const stolen = { ClientId: publicClientId, ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: mine.Session, ChallengeResponses: { USERNAME: bob, NEW_PASSWORD: 'Battery-staple-2' } };
    expect(await pool.refusal('RespondToAuthChallenge', stolen)).toBe(invalidSession);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput('NEW_PASSWORD_REQUIRED', mine, bob, { NEW_PASSWORD: 'Battery-staple-2' }))).toBe('ok');

    const srp = createSrpClient();
    const theirs = await pool.must('InitiateAuth', { ClientId: publicClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: ada, SRP_A: srp.SRP_A } });
    const claim = srp.claim(theirs.ChallengeParameters, password, pool.clock.now, poolName);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput('PASSWORD_VERIFIER', theirs, theirs.ChallengeParameters.USER_ID_FOR_SRP, claim))).toBe(invalidSession);
    const choice = await pool.must('InitiateAuth', choiceInput(ada));
    const selected = { ClientId: publicClientId, ChallengeName: 'SELECT_CHALLENGE', Session: choice.Session, ChallengeResponses: { USERNAME: choice.ChallengeParameters.USER_ID_FOR_SRP, ANSWER: 'PASSWORD', PASSWORD: password } };
    expect(await pool.refusal('RespondToAuthChallenge', selected)).toBe(invalidSession);
  });

  test('a sign-in from a file that names no client is the confidential client’s', async () => {
    const { RefreshToken } = await pool.signIn(ada);
    await pool.service.close();
    const path = join(pool.dataDir, 'users.json');
    const kept = JSON.parse(await readFile(path, 'utf8'));
    for (const family of kept.families) delete family.clientId;
    await writeFile(path, JSON.stringify(kept));
    const older = await openTestPool({ dataDir: pool.dataDir, config: { ...config, publicClientId } });
    expect((await older.call('InitiateAuth', { ClientId: publicClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: RefreshToken } })).body.message).toBe('Invalid Refresh Token');
    expect(await older.refusal('GetTokensFromRefreshToken', refreshInput(RefreshToken))).toBe('ok');
    await older.service.close();
  });
});
