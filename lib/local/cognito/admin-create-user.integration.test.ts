import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SigningChange, signRequest } from './testing/sign-request.ts';
import { createIam } from '../iam/iam.ts';
import { config, named, openTestPool, password, secretHash, signInInput, start, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const next = 'Battery-staple-2';
const MINUTE = 60_000;
let pool: TestPool;
beforeEach(async () => { pool = await openTestPool(); });
afterEach(() => pool.dispose());

const signed = (body: string, change?: SigningChange) => signRequest('AdminCreateUser', body, pool.clock.now, change);
const create = async (input: object = {}) => {
  const body = JSON.stringify({ UserPoolId: config.userPoolId, Username: ada, ...input });
  return pool.call('AdminCreateUser', body, signed(body));
};
const respond = (session: string, sub: string, responses: object, hashOf = sub) => pool.refusal('RespondToAuthChallenge', {
  ClientId: config.clientId, ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: session,
  ChallengeResponses: { USERNAME: sub, SECRET_HASH: secretHash(hashOf), ...responses },
});

describe('AdminCreateUser', () => {
  test('makes a person with a mailed temporary password that meets the policy', async () => {
    const { status, body } = await create({ UserAttributes: [{ Name: 'email', Value: ada }, { Name: 'email_verified', Value: 'true' }] });
    expect(status).toBe(200);
    expect(body.User).toEqual({
      Username: expect.stringMatching(/^[0-9a-f-]{36}$/), Attributes: expect.arrayContaining([{ Name: 'email', Value: ada }, { Name: 'email_verified', Value: 'true' }]),
      UserCreateDate: start / 1000, UserLastModifiedDate: start / 1000, Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD',
    });
    expect(pool.outbox.list(ada)).toEqual([{ to: ada, subject: 'Your Selkie temporary password', code: expect.stringMatching(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[!#%&*+?-]).{16}$/), at: expect.any(String) }]);
    expect(await pool.refusal('ForgotPassword', named(ada))).toBe('NotAuthorizedException: User password cannot be reset in the current state.');
  });

  test('SUPPRESS mails nothing; RESEND mails a new password to who still waits', async () => {
    expect((await create({ MessageAction: 'RESEND' })).body.__type).toBe('UserNotFoundException');
    await create({ MessageAction: 'SUPPRESS', TemporaryPassword: password });
    expect(pool.outbox.list()).toEqual([]);
    expect((await create({ TemporaryPassword: password })).body.__type).toBe('UsernameExistsException');
    expect((await create({ MessageAction: 'RESEND' })).status).toBe(200);
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toMatch(/^NotAuthorizedException/);
    expect(await pool.refusal('InitiateAuth', signInInput(ada, pool.codeFor(ada)))).toBe('ok');
  });

  test('refuses requests that are not signed, wrongly signed, or stale', async () => {
    const input = JSON.stringify({ UserPoolId: config.userPoolId, Username: ada });
    const refused = async (headers: Record<string, string>, body = input) => (await pool.call('AdminCreateUser', body, headers)).body.__type;
    expect(await refused({})).toBe('MissingAuthenticationTokenException');
    expect(await refused({ authorization: 'Bearer x' })).toBe('IncompleteSignatureException');
    expect(await refused(signed(input, { secret: 'other' }))).toBe('InvalidSignatureException');
    expect(await refused(signed(input, { id: 'AKOTHER' }))).toBe('UnrecognizedClientException');
    expect(await refused(signed(input, { region: 'us-east-1' }))).toBe('InvalidSignatureException');
    expect(await refused(signed(input, { service: 's3' }))).toBe('InvalidSignatureException');
    expect(await refused(signed(input), input.replace('ada', 'eve'))).toBe('InvalidSignatureException');
    expect(await refused({ ...signed(input), 'x-amz-added': 'later' })).toBe('InvalidSignatureException');
    const old = signed(input);
    pool.clock.now += 15 * MINUTE + 1000;
    expect(await refused(old)).toBe('InvalidSignatureException');
    expect(await refused(signed(input))).toBe(undefined);
    const closed = await openTestPool({ iam: createIam({ rootKeys: new Map(), region: 'eu-west-1', now: Date.now }) });
    expect((await closed.call('AdminCreateUser', input, signed(input))).body.__type).toBe('UnrecognizedClientException');
    await closed.dispose();
  });
});

describe('RespondToAuthChallenge with NEW_PASSWORD_REQUIRED', () => {
  let sub: string;
  const begin = async () => (await pool.must('InitiateAuth', signInInput(ada, password))).Session as string;
  beforeEach(async () => {
    sub = (await create({ TemporaryPassword: password, UserAttributes: [{ Name: 'name', Value: 'Ada' }] })).body.User.Username;
  });

  test('a temporary password leads to the challenge, and the answer to tokens', async () => {
    const challenge = await pool.must('InitiateAuth', signInInput(ada, password));
    expect(challenge).toEqual({
      ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: expect.stringMatching(/^[\w-]{20,}$/),
      ChallengeParameters: { USER_ID_FOR_SRP: sub, requiredAttributes: '[]', userAttributes: JSON.stringify({ name: 'Ada', email_verified: 'false', email: ada }) },
    });
    expect(await respond(challenge.Session, sub, { NEW_PASSWORD: next })).toBe('ok');
    expect((await pool.signIn(ada, next)).TokenType).toBe('Bearer');
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toMatch(/^NotAuthorizedException/);
  });

  test('a session works once; a refused password does not use it up', async () => {
    const session = await begin();
    expect(await respond(session, sub, { NEW_PASSWORD: 'weak' })).toMatch(/^InvalidPasswordException/);
    const both = await Promise.all([1, 2].map(() => respond(session, sub, { NEW_PASSWORD: next })));
    expect(both.sort()).toEqual(['NotAuthorizedException: Invalid session for the user.', 'ok']);
    expect(await respond(session, sub, { NEW_PASSWORD: next })).toBe('NotAuthorizedException: Invalid session for the user.');
  });

  test('a session ends after three minutes, and is its person’s alone', async () => {
    const eve = await pool.signUpAndConfirm('eve@example.com');
    const session = await begin();
    expect(await respond(session, eve, { NEW_PASSWORD: next })).toBe('NotAuthorizedException: Invalid session for the user.');
    expect(await respond('a'.repeat(43), sub, { NEW_PASSWORD: next })).toBe('NotAuthorizedException: Invalid session for the user.');
    pool.clock.now += 3 * MINUTE;
    expect(await respond(session, sub, { NEW_PASSWORD: next })).toBe('NotAuthorizedException: Invalid session for the user, session is expired.');
  });

  test('the secret hash must be over the real user name, even when the address is sent', async () => {
    const session = await begin();
    expect(await respond(session, ada, { NEW_PASSWORD: next }, ada)).toBe(`NotAuthorizedException: Unable to verify secret hash for client ${config.clientId}`);
    expect(await respond(session, ada, { NEW_PASSWORD: next }, sub)).toBe('ok');
  });

  test('a temporary password expires after seven days', async () => {
    pool.clock.now += 7 * 24 * 60 * MINUTE;
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('NotAuthorizedException: Temporary password has expired and must be reset by an administrator.');
  });
});
