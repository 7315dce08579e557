import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerInput, choiceInput, codeAt, useAuthenticator, wrongCode } from './testing/factors.ts';
import { config, openTestPool, password, secretHash, signInInput, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const STEP = 30_000;
const invalidSession = 'NotAuthorizedException: Invalid session for the user.';
const mismatch = 'CodeMismatchException: Invalid code received for user';
const used = 'ExpiredCodeException: Your software token has already been used once.';
const locked = 'NotAuthorizedException: Password attempts exceeded';
const setupMismatch = 'EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA';
const notEnabled = 'SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool';
let pool: TestPool;
let sub: string;
let AccessToken: string;

async function open(mfa?: 'OFF' | 'OPTIONAL' | 'ON') {
  pool = await openTestPool(mfa === undefined ? {} : { config: { ...config, mfa } });
  sub = await pool.signUpAndConfirm(ada);
  if (mfa !== 'ON') ({ AccessToken } = await pool.signIn(ada));
}
/** The same people under another configuration. */
async function reopen(mfa: 'OFF' | 'OPTIONAL' | 'ON') {
  await pool.service.close();
  const { clock } = pool;
  pool = await openTestPool({ dataDir: pool.dataDir, config: { ...config, mfa } });
  pool.clock.now = clock.now;
}
beforeEach(() => open());
afterEach(() => pool.dispose());

const signIn = () => pool.must('InitiateAuth', signInInput(ada, password));
const answer = (asked: { Session: string }, name: string, responses: Record<string, string>) => pool.must('RespondToAuthChallenge', answerInput(name, asked, sub, responses));
const refusal = (asked: { Session: string }, name: string, responses: Record<string, string>) => pool.refusal('RespondToAuthChallenge', answerInput(name, asked, sub, responses));
const sendCode = (asked: { Session: string }, code: string) => refusal(asked, 'SOFTWARE_TOKEN_MFA', { SOFTWARE_TOKEN_MFA_CODE: code });
const prefer = (settings: object) => pool.refusal('SetUserMFAPreference', { AccessToken, ...settings });
const settings = async () => {
  const { UserMFASettingList, PreferredMfaSetting } = await pool.must('GetUser', { AccessToken });
  return { UserMFASettingList, PreferredMfaSetting };
};
const setUp = async () => {
  const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken });
  await pool.must('VerifySoftwareToken', { AccessToken, UserCode: codeAt(SecretCode, pool.clock.now) });
  return SecretCode as string;
};

describe('AssociateSoftwareToken and VerifySoftwareToken', () => {
  test('a code of the new secret sets it up, once', async () => {
    const associated = await pool.must('AssociateSoftwareToken', { AccessToken });
    expect(associated).toEqual({ SecretCode: expect.stringMatching(/^[A-Z2-7]{52}$/) });
    const UserCode = codeAt(associated.SecretCode, pool.clock.now);
    expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode: wrongCode(UserCode) })).toBe(setupMismatch);
    expect(await pool.must('VerifySoftwareToken', { AccessToken, UserCode, FriendlyDeviceName: 'phone' })).toEqual({ Status: 'SUCCESS' });
    expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode })).toBe('SoftwareTokenMFANotFoundException: Software Token MFA does not exist for the user.');
    expect(await settings()).toEqual({ UserMFASettingList: undefined, PreferredMfaSetting: undefined });
    expect((await signIn()).AuthenticationResult.TokenType).toBe('Bearer');
  });

  test('a second association replaces a secret that waits, and an authenticator only once its code has been seen', async () => {
    const first = await useAuthenticator(pool, AccessToken);
    const waiting = (await pool.must('AssociateSoftwareToken', { AccessToken })).SecretCode;
    const last = (await pool.must('AssociateSoftwareToken', { AccessToken })).SecretCode;
    expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode: codeAt(waiting, pool.clock.now) })).toBe(setupMismatch);
    expect(await sendCode(await signIn(), codeAt(first, pool.clock.now))).toBe('ok');
    await pool.must('VerifySoftwareToken', { AccessToken, UserCode: codeAt(last, pool.clock.now) });
    pool.clock.now += STEP;
    const asked = await signIn();
    expect(await sendCode(asked, codeAt(first, pool.clock.now))).toBe(mismatch);
    expect(await sendCode(asked, codeAt(last, pool.clock.now))).toBe('ok');
  });

  test('five wrong codes lock the set-up', async () => {
    const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken });
    const UserCode = codeAt(SecretCode, pool.clock.now);
    for (let i = 0; i < 5; i++) expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode: wrongCode(UserCode) })).toBe(setupMismatch);
    expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode })).toBe('TooManyRequestsException: Too many wrong codes; please try again later.');
    pool.clock.now += 1000;
    expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode })).toBe('ok');
  });

  test.each([
    ['neither token nor session', {}, 'InvalidParameterException: Exactly one of AccessToken and Session is required.'],
    ['both', { AccessToken: 'a', Session: 'b'.repeat(43) }, 'InvalidParameterException: Exactly one of AccessToken and Session is required.'],
    ['a forged token', { AccessToken: 'a.b.c' }, 'NotAuthorizedException: Invalid Access Token'],
    ['a made-up session', { Session: 'b'.repeat(43) }, invalidSession],
  ])('refuses %s', async (_, input, words) => {
    expect(await pool.refusal('AssociateSoftwareToken', input)).toBe(words);
    expect(await pool.refusal('VerifySoftwareToken', { UserCode: '000000', ...input })).toBe(words);
  });

  test.each(['12345', '1234567', 'abcdef'])('refuses %s, which is no code', async (UserCode) => {
    expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode })).toMatch(/^InvalidParameterException: 1 validation error detected: Value at 'userCode'/);
  });

  test('an ID token, a revoked token and a disabled person are refused', async () => {
    const { IdToken } = await pool.signIn(ada);
    expect(await pool.refusal('AssociateSoftwareToken', { AccessToken: IdToken })).toBe('NotAuthorizedException: Invalid Access Token');
    await pool.admin('AdminDisableUser', { Username: ada });
    for (const operation of ['AssociateSoftwareToken', 'SetUserMFAPreference']) expect(await pool.refusal(operation, { AccessToken })).toBe('NotAuthorizedException: User is disabled.');
    await pool.admin('AdminEnableUser', { Username: ada });
    await pool.admin('AdminUserGlobalSignOut', { Username: ada });
    for (const operation of ['AssociateSoftwareToken', 'SetUserMFAPreference']) expect(await pool.refusal(operation, { AccessToken })).toBe('NotAuthorizedException: Access Token has been revoked');
  });
});

describe('SetUserMFAPreference', () => {
  test('switches factors on and off, and leaves what is not mentioned', async () => {
    await setUp();
    expect(await prefer({ SoftwareTokenMfaSettings: { Enabled: true } })).toBe('ok');
    expect(await settings()).toEqual({ UserMFASettingList: ['SOFTWARE_TOKEN_MFA'], PreferredMfaSetting: undefined });
    expect(await prefer({ EmailMfaSettings: { Enabled: true, PreferredMfa: true } })).toBe('ok');
    expect(await settings()).toEqual({ UserMFASettingList: ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'], PreferredMfaSetting: 'EMAIL_OTP' });
    expect(await prefer({ SoftwareTokenMfaSettings: { PreferredMfa: true } })).toBe('ok');
    expect((await settings()).PreferredMfaSetting).toBe('SOFTWARE_TOKEN_MFA');
    expect(await prefer({ SoftwareTokenMfaSettings: { Enabled: false } })).toBe('ok');
    expect(await settings()).toEqual({ UserMFASettingList: ['EMAIL_OTP'], PreferredMfaSetting: undefined });
    await pool.restart();
    expect(await settings()).toEqual({ UserMFASettingList: ['EMAIL_OTP'], PreferredMfaSetting: undefined });
    expect(await prefer({ EmailMfaSettings: { Enabled: false } })).toBe('ok');
    expect(await settings()).toEqual({ UserMFASettingList: undefined, PreferredMfaSetting: undefined });
  });

  test.each([
    ['an authenticator that is not set up', { SoftwareTokenMfaSettings: { Enabled: true } }, 'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA'],
    ['text messages', { SMSMfaSettings: { Enabled: true } }, 'User does not have delivery config set to turn on SMS_MFA'],
    ['a preferred factor that is off', { EmailMfaSettings: { PreferredMfa: true } }, 'EMAIL_OTP cannot be preferred without being enabled.'],
    ['a factor switched off and preferred', { EmailMfaSettings: { Enabled: false, PreferredMfa: true } }, 'EMAIL_OTP cannot be preferred without being enabled.'],
    ['a passkey as the only one', { WebAuthnMfaSettings: { Enabled: true } }, 'Passkey MFA needs at least one other MFA method to be enabled.'],
  ])('refuses %s, and changes nothing', async (_, asked, words) => {
    expect(await prefer(asked)).toBe(`InvalidParameterException: ${words}`);
    expect(await settings()).toEqual({ UserMFASettingList: undefined, PreferredMfaSetting: undefined });
  });

  test('refuses two preferred factors, and a half of a request is not done', async () => {
    await setUp();
    const both = { Enabled: true, PreferredMfa: true };
    expect(await prefer({ SoftwareTokenMfaSettings: both, EmailMfaSettings: both })).toBe('InvalidParameterException: Only one MFA method can be preferred.');
    expect(await prefer({ SoftwareTokenMfaSettings: both, SMSMfaSettings: { Enabled: true } })).toMatch(/^InvalidParameterException/);
    expect((await settings()).UserMFASettingList).toBeUndefined();
    expect(await prefer({ SoftwareTokenMfaSettings: { Enabled: 'yes' } })).toMatch(/^SerializationException/);
  });
});

describe('SOFTWARE_TOKEN_MFA', () => {
  let secret: string;
  beforeEach(async () => { secret = await useAuthenticator(pool, AccessToken); });

  test('a right password is followed by the code, and the code by tokens', async () => {
    const asked = await signIn();
    expect(asked).toEqual({ ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: expect.any(String), ChallengeParameters: { USER_ID_FOR_SRP: sub } });
    expect(await sendCode(asked, '')).toBe('InvalidParameterException: Missing required parameter SOFTWARE_TOKEN_MFA_CODE');
    const { AuthenticationResult } = await answer(asked, 'SOFTWARE_TOKEN_MFA', { SOFTWARE_TOKEN_MFA_CODE: codeAt(secret, pool.clock.now) });
    expect(decodeJwt(AuthenticationResult.AccessToken)).toMatchObject({ sub, client_id: config.clientId });
  });

  test('a code works once: not again in another sign-in, nor the one before it, nor after a restart', async () => {
    const [first, second] = [await signIn(), await signIn()];
    const code = codeAt(secret, pool.clock.now);
    expect(await sendCode(first, code)).toBe('ok');
    expect(await sendCode(second, code)).toBe(used);
    expect(await sendCode(second, codeAt(secret, pool.clock.now - STEP))).toBe(used);
    await pool.restart();
    expect(await sendCode(await signIn(), code)).toBe(used);
    pool.clock.now += STEP;
    expect(await sendCode(await signIn(), codeAt(secret, pool.clock.now))).toBe('ok');
  });

  test('the code that set the authenticator up is used as well', async () => {
    const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken });
    const code = codeAt(SecretCode, pool.clock.now);
    await pool.must('VerifySoftwareToken', { AccessToken, UserCode: code });
    expect(await sendCode(await signIn(), code)).toBe(used);
  });

  test('of two answers with one code at one time, only one gets tokens', async () => {
    const [first, second] = [await signIn(), await signIn()];
    const code = codeAt(secret, pool.clock.now);
    expect((await Promise.all([sendCode(first, code), sendCode(second, code)])).sort()).toEqual([used, 'ok']);
    pool.clock.now += STEP;
    const asked = await signIn();
    const next = codeAt(secret, pool.clock.now);
    const same = await Promise.all([sendCode(asked, next), sendCode(asked, next)]);
    expect(same.filter((one) => one === 'ok')).toHaveLength(1);
  });

  test('a step early or late is right, two are wrong', async () => {
    pool.clock.now += 10 * STEP;
    const asked = await signIn();
    for (const offset of [-2, 2]) expect(await sendCode(asked, codeAt(secret, pool.clock.now + offset * STEP))).toBe(mismatch);
    expect(await sendCode(asked, codeAt(secret, pool.clock.now - STEP))).toBe('ok');
    expect(await sendCode(await signIn(), codeAt(secret, pool.clock.now + STEP))).toBe('ok');
  });

  test('wrong codes leave the session open; five lock, over all sessions, and a new password does not open', async () => {
    const wrong = wrongCode(codeAt(secret, pool.clock.now));
    for (let i = 0; i < 5; i++) expect(await sendCode(await signIn(), wrong)).toBe(mismatch);
    const asked = await signIn();
    expect(await sendCode(asked, codeAt(secret, pool.clock.now))).toBe(locked);
    pool.clock.now += 1000;
    expect(await sendCode(asked, codeAt(secret, pool.clock.now))).toBe('ok');
  });

  test('a burst of guesses is counted one by one', async () => {
    const asked = await signIn();
    const all = await Promise.all(Array.from({ length: 12 }, () => sendCode(asked, wrongCode(codeAt(secret, pool.clock.now)))));
    expect([all.filter((one) => one === mismatch).length, all.filter((one) => one === locked).length]).toEqual([5, 7]);
  });

  test('a stolen password alone cannot replace the authenticator, nor skip it', async () => {
    const { Session } = await signIn();
    expect(await pool.refusal('AssociateSoftwareToken', { Session })).toBe(invalidSession);
    expect(await pool.refusal('VerifySoftwareToken', { Session, UserCode: '000000' })).toBe(invalidSession);
    for (const name of ['MFA_SETUP', 'SELECT_MFA_TYPE', 'NEW_PASSWORD_REQUIRED', 'EMAIL_OTP']) {
      expect(await refusal({ Session }, name, { ANSWER: 'EMAIL_OTP', NEW_PASSWORD: 'Battery-staple-2', EMAIL_OTP_CODE: '000000' })).toBe(invalidSession);
    }
  });

  test('one person’s session and code do not sign another in', async () => {
    const eve = await pool.signUpAndConfirm('eve@example.com');
    const asked = await signIn();
    expect(await pool.refusal('RespondToAuthChallenge', answerInput('SOFTWARE_TOKEN_MFA', asked, eve, { SOFTWARE_TOKEN_MFA_CODE: codeAt(secret, pool.clock.now) }))).toBe(invalidSession);
    expect(await pool.refusal('RespondToAuthChallenge', { ...answerInput('SOFTWARE_TOKEN_MFA', asked, sub, {}), ChallengeResponses: { USERNAME: sub, SECRET_HASH: secretHash(ada) } })).toBe(`NotAuthorizedException: Unable to verify secret hash for client ${config.clientId}`);
  });

  test('who is disabled, whose authenticator an administrator removes, or who is deleted in between does not get in', async () => {
    const asked = await signIn();
    await pool.admin('AdminDisableUser', { Username: ada });
    expect(await sendCode(asked, codeAt(secret, pool.clock.now))).toBe('NotAuthorizedException: User is disabled.');
    await pool.admin('AdminEnableUser', { Username: ada });
    await pool.admin('AdminDeleteSoftwareToken', { Username: ada });
    expect(await sendCode(asked, codeAt(secret, pool.clock.now))).toBe('SoftwareTokenMFANotFoundException: Software Token MFA does not exist for the user.');
    await pool.admin('AdminDeleteUser', { Username: ada });
    expect(await sendCode(asked, codeAt(secret, pool.clock.now))).toBe(invalidSession);
  });

  test('the device name goes with the question', async () => {
    const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken });
    await pool.must('VerifySoftwareToken', { AccessToken, UserCode: codeAt(SecretCode, pool.clock.now), FriendlyDeviceName: 'phone' });
    expect((await signIn()).ChallengeParameters).toEqual({ USER_ID_FOR_SRP: sub, FRIENDLY_DEVICE_NAME: 'phone' });
  });
});

describe('EMAIL_OTP and the choice as second factors', () => {
  const email = { Enabled: true };

  test('a mailed code is the second factor, and counts once and together with the authenticator’s', async () => {
    await prefer({ EmailMfaSettings: email });
    const asked = await signIn();
    expect(asked).toEqual({ ChallengeName: 'EMAIL_OTP', Session: expect.any(String), ChallengeParameters: { USER_ID_FOR_SRP: sub, CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL', CODE_DELIVERY_DESTINATION: 'a***@e***' } });
    const code = pool.codeFor(ada);
    expect(await refusal(asked, 'EMAIL_OTP', { EMAIL_OTP_CODE: wrongCode(code) })).toBe('CodeMismatchException: Invalid code or auth state for the user.');
    const both = await Promise.all([1, 2].map(() => refusal(asked, 'EMAIL_OTP', { EMAIL_OTP_CODE: code })));
    expect(both.sort()).toEqual([invalidSession, 'ok']);
  });

  test('two factors without a preference are offered, and the chosen one is asked for', async () => {
    const secret = await useAuthenticator(pool, AccessToken);
    await prefer({ EmailMfaSettings: email });
    const choice = await signIn();
    expect(choice).toEqual({ ChallengeName: 'SELECT_MFA_TYPE', Session: expect.any(String), ChallengeParameters: { USER_ID_FOR_SRP: sub, MFAS_CAN_CHOOSE: '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]' } });
    const unavailable = 'InvalidParameterException: The selected MFA type is not available.';
    for (const ANSWER of ['SMS_MFA', 'MFA_SETUP', '__proto__']) expect(await refusal(choice, 'SELECT_MFA_TYPE', { ANSWER })).toBe(unavailable);
    expect(await refusal(choice, 'SELECT_MFA_TYPE', {})).toBe('InvalidParameterException: Missing required parameter ANSWER');
    const totp = await answer(choice, 'SELECT_MFA_TYPE', { ANSWER: 'SOFTWARE_TOKEN_MFA' });
    expect(totp.Session).not.toBe(choice.Session);
    expect(await refusal(choice, 'SELECT_MFA_TYPE', { ANSWER: 'EMAIL_OTP' })).toBe(invalidSession);
    expect(await sendCode(totp, codeAt(secret, pool.clock.now))).toBe('ok');
    const mailed = await answer(await signIn(), 'SELECT_MFA_TYPE', { ANSWER: 'EMAIL_MFA' });
    expect([mailed.ChallengeName, await refusal(mailed, 'EMAIL_OTP', { EMAIL_OTP_CODE: pool.codeFor(ada) })]).toEqual(['EMAIL_OTP', 'ok']);
  });

  test('the preferred factor is asked for without a choice', async () => {
    await useAuthenticator(pool, AccessToken);
    await prefer({ EmailMfaSettings: { Enabled: true, PreferredMfa: true } });
    expect((await signIn()).ChallengeName).toBe('EMAIL_OTP');
    await prefer({ SoftwareTokenMfaSettings: { PreferredMfa: true } });
    expect((await signIn()).ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
  });
});

describe('a pool with MFA off', () => {
  test('refuses set-up and preference, and asks nobody, not even who had a factor', async () => {
    await useAuthenticator(pool, AccessToken);
    await reopen('OFF');
    expect(await pool.refusal('AssociateSoftwareToken', { AccessToken })).toBe(notEnabled);
    expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode: '000000' })).toBe(notEnabled);
    expect(await prefer({ EmailMfaSettings: { Enabled: true } })).toBe('InvalidParameterException: MFA is turned off for the user pool.');
    expect(await settings()).toEqual({ UserMFASettingList: undefined, PreferredMfaSetting: undefined });
    expect((await signIn()).AuthenticationResult.TokenType).toBe('Bearer');
  });
});

describe('a pool that requires MFA', () => {
  beforeEach(async () => {
    await pool.dispose();
    await open('ON');
  });

  test('who has no factor sets one up in the sign-in: each step gives a new session, and the old one is dead', async () => {
    const asked = await signIn();
    expect(asked).toEqual({ ChallengeName: 'MFA_SETUP', Session: expect.any(String), ChallengeParameters: { USER_ID_FOR_SRP: sub, MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' } });
    expect(await refusal(asked, 'MFA_SETUP', {})).toBe('InvalidParameterException: User has not verified software token mfa');
    expect(await pool.refusal('VerifySoftwareToken', { Session: asked.Session, UserCode: '000000' })).toBe('SoftwareTokenMFANotFoundException: Software Token MFA does not exist for the user.');

    const associated = await pool.must('AssociateSoftwareToken', { Session: asked.Session });
    expect(await pool.refusal('AssociateSoftwareToken', { Session: asked.Session })).toBe(invalidSession);
    expect(await refusal(associated, 'MFA_SETUP', {})).toBe('InvalidParameterException: User has not verified software token mfa');
    const UserCode = codeAt(associated.SecretCode, pool.clock.now);
    expect(await pool.refusal('VerifySoftwareToken', { Session: associated.Session, UserCode: wrongCode(UserCode) })).toBe(setupMismatch);
    const verified = await pool.must('VerifySoftwareToken', { Session: associated.Session, UserCode });
    expect(verified).toEqual({ Status: 'SUCCESS', Session: expect.any(String) });
    expect(await pool.refusal('VerifySoftwareToken', { Session: associated.Session, UserCode })).toBe(invalidSession);
    expect(await refusal(associated, 'MFA_SETUP', {})).toBe(invalidSession);

    const both = await Promise.all([1, 2].map(() => pool.call('RespondToAuthChallenge', answerInput('MFA_SETUP', verified, sub, {}))));
    const [signedIn] = both.filter(({ status }) => status === 200);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    ({ AccessToken } = signedIn!.body.AuthenticationResult);
    expect(await settings()).toEqual({ UserMFASettingList: ['SOFTWARE_TOKEN_MFA'], PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA' });

    pool.clock.now += STEP;
    expect(await sendCode(await signIn(), codeAt(associated.SecretCode, pool.clock.now))).toBe('ok');
    expect(await prefer({ SoftwareTokenMfaSettings: { Enabled: false } })).toBe('InvalidParameterException: SOFTWARE_TOKEN_MFA cannot be turned off in a user pool that requires MFA.');
  });

  test('each session of the set-up ends after three minutes and belongs to its person', async () => {
    const eve = await pool.signUpAndConfirm('eve@example.com');
    const { Session } = await pool.must('AssociateSoftwareToken', { Session: (await signIn()).Session });
    expect(await pool.refusal('RespondToAuthChallenge', answerInput('MFA_SETUP', { Session }, eve, {}))).toBe(invalidSession);
    pool.clock.now += 3 * 60_000;
    expect(await pool.refusal('VerifySoftwareToken', { Session, UserCode: '000000' })).toBe(`${invalidSession.slice(0, -1)}, session is expired.`);
  });

  test('a person who is disabled in the middle does not go on', async () => {
    const { Session } = await signIn();
    await pool.admin('AdminDisableUser', { Username: ada });
    expect(await pool.refusal('AssociateSoftwareToken', { Session })).toBe('NotAuthorizedException: User is disabled.');
  });

  test('choice-based sign-in offers passwords only, and nobody looks the same', async () => {
    for (const name of [ada, 'nobody@example.com']) {
      expect((await pool.must('InitiateAuth', choiceInput(name))).AvailableChallenges).toEqual(['PASSWORD', 'PASSWORD_SRP']);
    }
  });
});
