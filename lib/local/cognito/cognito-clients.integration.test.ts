import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthenticationDetails, CognitoUser, CognitoUserPool, type CognitoUserSession } from 'amazon-cognito-identity-js';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { CognitoJwtInvalidClientIdError, CognitoJwtInvalidTokenUseError, JwtInvalidSignatureError } from 'aws-jwt-verify/error';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFaults } from '../faults.ts';
import { type Front, startFront } from '../front.ts';
import { createRequestLog } from '../request-log.ts';
import { findAllOnPath, run } from '../s3/testing/command-line.ts';
import { codeAt, wrongCode } from './testing/factors.ts';
import { config, openTestPool, password, publicClientId, secretHash, type TestPool } from './testing/test-pool.ts';

// Clients that other people wrote, unchanged, over a real port. The pool's clock starts at theirs and stands still.
let pool: TestPool;
let front: Front;
beforeAll(async () => {
  pool = await openTestPool({ config: { ...config, publicClientId } });
  pool.clock.now = Date.now();
  front = await startFront({ service: pool.service, port: 0, faults: createFaults(), log: createRequestLog() });
});
afterAll(async () => {
  await front.close();
  await pool.dispose();
});

/** The result of a function with a Node callback. */
const called = <T>(start: (callback: (error: Error | null | undefined, result?: T) => void) => void) =>
  new Promise<T>((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result as T))));

describe('amazon-cognito-identity-js', () => {
  const open = () => new CognitoUserPool({ UserPoolId: config.userPoolId, ClientId: publicClientId, endpoint: front.url });
  const userOf = (name: string) => new CognitoUser({ Username: name, Pool: open() });
  const signIn = (user: CognitoUser, itsPassword = password) => new Promise<CognitoUserSession | 'totp'>((resolve, reject) => {
    user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password: itsPassword }), {
      onSuccess: resolve, onFailure: reject, totpRequired: () => resolve('totp'),
    });
  });
  const sendCode = (user: CognitoUser, code: string) => new Promise<CognitoUserSession>((resolve, reject) => {
    user.sendMFACode(code, { onSuccess: resolve, onFailure: reject }, 'SOFTWARE_TOKEN_MFA');
  });

  test('signs up, confirms, signs in by SRP, refreshes and signs out everywhere', async () => {
    const name = 'grace@example.com';
    const signedUp = await called<{ userSub: string }>((done) => open().signUp(name, password, [], [], done as never));
    await expect(called((done) => userOf(name).confirmRegistration(wrongCode(pool.codeFor(name)), false, done))).rejects.toMatchObject({ code: 'CodeMismatchException' });
    expect(await called((done) => userOf(name).confirmRegistration(pool.codeFor(name), false, done))).toBe('SUCCESS');
    await expect(signIn(userOf(name), 'Wrong-horse-1')).rejects.toMatchObject({ code: 'NotAuthorizedException', message: 'Incorrect username or password.' });
    await expect(signIn(userOf('nobody@example.com'))).rejects.toMatchObject({ code: 'NotAuthorizedException', message: 'Incorrect username or password.' });

    const user = userOf(name);
    const session = (await signIn(user)) as CognitoUserSession;
    expect(session.getIdToken().payload).toMatchObject({ sub: signedUp.userSub, email: name, aud: publicClientId, email_verified: true });
    const refreshed = await called<CognitoUserSession>((done) => user.refreshSession(session.getRefreshToken(), done));
    expect(refreshed.getAccessToken().getJwtToken()).not.toBe(session.getAccessToken().getJwtToken());
    expect(refreshed.getRefreshToken().getToken()).toBe(session.getRefreshToken().getToken());
    await new Promise((resolve, reject) => user.globalSignOut({ onSuccess: resolve, onFailure: reject }));
    await expect(called((done) => user.refreshSession(session.getRefreshToken(), done))).rejects.toMatchObject({ code: 'NotAuthorizedException' });
    expect(await pool.refusal('GetUser', { AccessToken: refreshed.getAccessToken().getJwtToken() })).toBe('NotAuthorizedException: Access Token has been revoked');
  });

  test('sets an authenticator up, is asked for its code, and signs out of one device', async () => {
    const name = 'mary@example.com';
    await pool.signUpAndConfirm(name);
    const user = userOf(name);
    await signIn(user);
    const secret = await new Promise<string>((resolve, reject) => user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }));
    const first = codeAt(secret, pool.clock.now);
    await expect(new Promise((resolve, reject) => user.verifySoftwareToken(wrongCode(first), 'phone', { onSuccess: resolve, onFailure: reject }))).rejects.toMatchObject({ code: 'EnableSoftwareTokenMFAException' });
    await new Promise((resolve, reject) => user.verifySoftwareToken(first, 'phone', { onSuccess: resolve, onFailure: reject }));
    await called((done) => user.setUserMfaPreference(null, { PreferredMfa: true, Enabled: true }, done));
    expect(await called((done) => user.getUserData(done, { bypassCache: true }))).toMatchObject({ PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA', UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] });

    const again = userOf(name);
    expect(await signIn(again)).toBe('totp');
    await expect(sendCode(again, first)).rejects.toMatchObject({ code: 'ExpiredCodeException', message: 'Your software token has already been used once.' });
    pool.clock.now += 30_000;
    const session = await sendCode(again, codeAt(secret, pool.clock.now));
    expect(session.isValid()).toBe(true);
    await called((done) => again.signOut(() => done(null)));
    await expect(called((done) => again.refreshSession(session.getRefreshToken(), done))).rejects.toMatchObject({ message: 'Refresh Token has been revoked' });
  });
});

describe('aws-jwt-verify', () => {
  test('verifies both tokens with the served keys, and refuses tampered ones, other clients and the wrong use', async () => {
    const name = 'joan@example.com';
    await pool.signUpAndConfirm(name);
    const tokens = await pool.signIn(name);
    const jwks = await (await fetch(`${front.url}/${config.userPoolId}/.well-known/jwks.json`)).json();
    const verifier = (tokenUse: 'id' | 'access', clientId: string = config.clientId) => {
      const made = CognitoJwtVerifier.create({ userPoolId: config.userPoolId, tokenUse, clientId });
      made.cacheJwks(jwks);
      return made;
    };
    expect(await verifier('id').verify(tokens.IdToken)).toMatchObject({ email: name, token_use: 'id' });
    expect(await verifier('access').verify(tokens.AccessToken)).toMatchObject({ client_id: config.clientId, scope: 'aws.cognito.signin.user.admin' });
    expect(await verifier('access', publicClientId).verify((await pool.signInPublicly(name)).AccessToken)).toMatchObject({ client_id: publicClientId });

    const [header, payload, signature] = tokens.IdToken.split('.');
    const forged = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), email: 'eve@example.com' })).toString('base64url');
    await expect(verifier('id').verify(`${header}.${forged}.${signature}`)).rejects.toBeInstanceOf(JwtInvalidSignatureError);
    await expect(verifier('id', publicClientId).verify(tokens.IdToken)).rejects.toBeInstanceOf(CognitoJwtInvalidClientIdError);
    await expect(verifier('id').verify(tokens.AccessToken)).rejects.toBeInstanceOf(CognitoJwtInvalidTokenUseError);
  });
});

// CI installs it, so there a missing one is a failure.
const ci = Boolean(process.env['CI']);
const found = findAllOnPath('aws');
const programs = found.length > 0 ? found : [`aws${ci ? '' : ' (skipped: it is not on PATH; Debian package awscli)'}`];

describe.skipIf(found.length === 0 && !ci).each(programs)('%s', (program) => {
  test('signs up, signs in, reads the person and is refused in the service’s words', async ({ onTestFinished }) => {
    if (found.length === 0) expect.fail('aws is not on PATH: install the Debian package awscli.');
    const home = await mkdtemp(join(tmpdir(), 'selkie-awscli-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const aws = (...args: string[]) => run(program, ['cognito-idp', ...args, '--endpoint-url', front.url, '--region', config.region, '--no-sign-request', '--output', 'json'], {
      AWS_CONFIG_FILE: join(home, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'), AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1', LC_ALL: 'C.UTF-8',
    });
    const ok = async (...args: string[]) => {
      const ran = await aws(...args);
      expect(ran.code, ran.stderr).toBe(0);
      return ran.stdout === '' ? {} : JSON.parse(ran.stdout);
    };
    // Several versions may be installed.
    const name = `awscli${programs.indexOf(program)}@example.com`;
    const named = ['--client-id', config.clientId, '--username', name, '--secret-hash', secretHash(name)];
    const signedUp = await ok('sign-up', ...named, '--password', password);
    expect(signedUp).toMatchObject({ UserConfirmed: false, CodeDeliveryDetails: { Destination: 'a***@e***' } });
    await ok('confirm-sign-up', ...named, '--confirmation-code', pool.codeFor(name));
    const signIn = (itsPassword: string) => ['initiate-auth', '--client-id', config.clientId, '--auth-flow', 'USER_PASSWORD_AUTH', '--auth-parameters', `USERNAME=${name},PASSWORD=${itsPassword},SECRET_HASH=${secretHash(name)}`];
    const { AuthenticationResult } = await ok(...signIn(password));
    const user = await ok('get-user', '--access-token', AuthenticationResult.AccessToken);
    expect([user.Username, user.UserAttributes]).toEqual([signedUp.UserSub, expect.arrayContaining([{ Name: 'email', Value: name }])]);
    const refused = await aws(...signIn('Wrong-horse-1'));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/An error occurred \(NotAuthorizedException\) when calling the InitiateAuth operation.*: Incorrect username or password\.\s*$/);
    const choice = await ok('initiate-auth', '--client-id', config.clientId, '--auth-flow', 'USER_AUTH', '--auth-parameters', `USERNAME=${name},SECRET_HASH=${secretHash(name)}`);
    // Versions before 2024 print no AvailableChallenges, which they don't know.
    expect(choice.ChallengeName).toBe('SELECT_CHALLENGE');
  });
});
