import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, jwtVerify, createLocalJWKSet, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { config, named, openTestPool, password, refreshInput, request, secretHash, signInInput, start, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
let pool: TestPool;
let sub: string;
beforeEach(async () => {
  pool = await openTestPool();
  sub = await pool.signUpAndConfirm(ada);
});
afterEach(() => pool.dispose());

const wrong = 'NotAuthorizedException: Incorrect username or password.';

describe('InitiateAuth', () => {
  test('answers tokens with the claims of Cognito, which verify against the served keys', async () => {
    const answer = await pool.must('InitiateAuth', signInInput('ADA@example.com', password));
    expect(answer).toEqual({
      ChallengeParameters: {},
      AuthenticationResult: { AccessToken: expect.any(String), IdToken: expect.any(String), RefreshToken: expect.any(String), ExpiresIn: 3600, TokenType: 'Bearer' },
    });
    const served = await pool.service.handle(request('GET', `/${config.userPoolId}/.well-known/jwks.json`, {}));
    const keys = createLocalJWKSet(JSON.parse(String(served.body)));
    const options = { issuer: config.issuer, currentDate: new Date(start) };
    const access = await jwtVerify(answer.AuthenticationResult.AccessToken, keys, options);
    const id = await jwtVerify(answer.AuthenticationResult.IdToken, keys, { ...options, audience: config.clientId });
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const at = start / 1000;
    expect(access.payload).toEqual({
      sub, iss: config.issuer, client_id: config.clientId, origin_jti: uuid, event_id: uuid, token_use: 'access',
      scope: 'aws.cognito.signin.user.admin', auth_time: at, iat: at, exp: at + 3600, jti: uuid, username: sub,
    });
    expect(id.payload).toEqual({
      sub, iss: config.issuer, aud: config.clientId, origin_jti: access.payload.origin_jti, event_id: uuid, token_use: 'id',
      auth_time: at, iat: at, exp: at + 3600, jti: uuid, 'cognito:username': sub, email: ada, email_verified: true,
    });
    expect(id.payload.jti).not.toBe(access.payload.jti);
    expect(access.protectedHeader).toEqual({ alg: 'RS256', kid: JSON.parse(String(served.body)).keys[0].kid });
  });

  test('serves only the public half of the key', async () => {
    const served = await pool.service.handle(request('GET', `/${config.userPoolId}/.well-known/jwks.json`, {}));
    expect(JSON.parse(String(served.body))).toEqual({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: expect.any(String), n: expect.any(String), e: 'AQAB' }] });
  });

  test('says the same for a wrong password and for nobody', async () => {
    expect(await pool.refusal('InitiateAuth', signInInput(ada, 'Wrong-horse-1'))).toBe(wrong);
    expect(await pool.refusal('InitiateAuth', signInInput('no@example.com', password))).toBe(wrong);
  });

  test.each([ada, 'no@example.com'])('locks %s out from the fifth failure, twice as long each time', async (name) => {
    const attempt = () => pool.refusal('InitiateAuth', signInInput(name, 'Wrong-horse-1'));
    const locked = 'NotAuthorizedException: Password attempts exceeded';
    for (let i = 0; i < 5; i++) expect(await attempt()).toBe(wrong);
    expect(await attempt()).toBe(locked);
    pool.clock.now += 999;
    expect(await attempt()).toBe(locked);
    pool.clock.now += 1;
    expect(await attempt()).toBe(wrong);
    pool.clock.now += 1999;
    expect(await attempt()).toBe(locked);
    pool.clock.now += 1;
    expect(await attempt()).toBe(wrong);
  });

  test('a right password after the lock starts the count afresh', async () => {
    for (let i = 0; i < 5; i++) await pool.refusal('InitiateAuth', signInInput(ada, 'Wrong-horse-1'));
    pool.clock.now += 1000;
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('ok');
    for (let i = 0; i < 5; i++) expect(await pool.refusal('InitiateAuth', signInInput(ada, 'Wrong-horse-1'))).toBe(wrong);
  });

  test('a burst of guesses is counted one by one', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => pool.refusal('InitiateAuth', signInInput(ada, 'Wrong-horse-1'))));
    expect(all.filter((refusal) => refusal === wrong)).toHaveLength(5);
  });

  test.each([
    ['a hash over another name', { ...signInInput(ada, password), AuthParameters: { USERNAME: ada, PASSWORD: password, SECRET_HASH: secretHash('x') } }, `NotAuthorizedException: Unable to verify secret hash for client ${config.clientId}`],
    ['no hash', { ...signInInput(ada, password), AuthParameters: { USERNAME: ada, PASSWORD: password } }, `NotAuthorizedException: Client ${config.clientId} is configured with secret but SECRET_HASH was not received`],
    ['no password', { ...signInInput(ada, password), AuthParameters: { USERNAME: ada, SECRET_HASH: secretHash(ada) } }, 'InvalidParameterException: Missing required parameter PASSWORD'],
    ['no name', { ...signInInput(ada, password), AuthParameters: {} }, 'InvalidParameterException: Missing required parameter USERNAME'],
    ['an unknown client', { ...signInInput(ada, password), ClientId: 'other' }, 'ResourceNotFoundException: User pool client other does not exist.'],
    ['a flow that the client does not allow', { ...signInInput(ada, password), AuthFlow: 'REFRESH_TOKEN_AUTH' }, 'InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client'],
    ['a flow that does not exist', { ...signInInput(ada, password), AuthFlow: 'toString' }, /^InvalidParameterException: 1 validation error detected: Value at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set/],
    ['a number as password', { ...signInInput(ada, password), AuthParameters: { USERNAME: ada, PASSWORD: 1 } }, "SerializationException: The value at 'authParameters.PASSWORD' has the wrong JSON type: expected string."],
  ])('refuses %s', async (_, input, refusal) => {
    expect(await pool.refusal('InitiateAuth', input)).toMatch(refusal);
  });
});

describe('access tokens', () => {
  test('GetUser tells who it is', async () => {
    const { AccessToken } = await pool.signIn(ada);
    const answer = await pool.must('GetUser', { AccessToken });
    expect(answer.Username).toBe(sub);
    expect(answer.UserAttributes.sort((a: any, b: any) => (a.Name < b.Name ? -1 : 1))).toEqual([
      { Name: 'email', Value: ada }, { Name: 'email_verified', Value: 'true' }, { Name: 'sub', Value: sub },
    ]);
  });

  test('expire after an hour, and are refused when forged, of the wrong use, or of no known sign-in', async () => {
    const { AccessToken, IdToken } = await pool.signIn(ada);
    const invalid = 'NotAuthorizedException: Invalid Access Token';
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const claims = decodeJwt(AccessToken);
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    const { keys: [jwk] } = JSON.parse(String((await pool.service.handle(request('GET', `/${config.userPoolId}/.well-known/jwks.json`, {}))).body));
    const publicPem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const confused = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(publicPem));
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${AccessToken.split('.')[1]}.`;
    for (const token of [forged, confused, unsigned, IdToken, 'nonsense']) expect(await pool.refusal('GetUser', { AccessToken: token })).toBe(invalid);
    pool.clock.now += 3600 * 1000 - 1;
    expect(await pool.refusal('GetUser', { AccessToken })).toBe('ok');
    pool.clock.now += 1;
    expect(await pool.refusal('GetUser', { AccessToken })).toBe('NotAuthorizedException: Access Token has expired');
  });

  test('GlobalSignOut ends every token of the person and of nobody else', async () => {
    await pool.signUpAndConfirm('bob@example.com');
    const [first, second, bob] = [await pool.signIn(ada), await pool.signIn(ada), await pool.signIn('bob@example.com')];
    expect(await pool.must('GlobalSignOut', { AccessToken: first.AccessToken })).toEqual({});
    for (const { AccessToken, RefreshToken } of [first, second]) {
      expect(await pool.refusal('GetUser', { AccessToken })).toBe('NotAuthorizedException: Access Token has been revoked');
      expect(await pool.refusal('GetTokensFromRefreshToken', refreshInput(RefreshToken))).toBe('NotAuthorizedException: Refresh Token has been revoked');
    }
    expect(await pool.refusal('GlobalSignOut', { AccessToken: first.AccessToken })).toBe('NotAuthorizedException: Access Token has been revoked');
    expect(await pool.refusal('GetUser', { AccessToken: bob.AccessToken })).toBe('ok');
    expect(await pool.refusal('GetTokensFromRefreshToken', refreshInput(bob.RefreshToken))).toBe('ok');
  });

  test('DeleteUser leaves nothing, and frees the address', async () => {
    const { AccessToken, RefreshToken } = await pool.signIn(ada);
    expect(await pool.must('DeleteUser', { AccessToken })).toEqual({});
    expect(await pool.refusal('GetUser', { AccessToken })).toBe('UserNotFoundException: User does not exist.');
    expect(await pool.refusal('GetTokensFromRefreshToken', refreshInput(RefreshToken))).toBe('NotAuthorizedException: Invalid Refresh Token');
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe(wrong);
    await pool.restart();
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe(wrong);
    expect(await pool.refusal('SignUp', { ...named(ada), Password: password })).toBe('ok');
  });
});
