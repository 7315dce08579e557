import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerInput, choiceInput, useAuthenticator, wrongCode } from './testing/factors.ts';
import { createSrpClient } from './testing/srp-client.ts';
import { config, named, openTestPool, password, poolName, secretHash, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const nobody = 'nobody@example.com';
const wrong = 'NotAuthorizedException: Incorrect username or password.';
const locked = 'NotAuthorizedException: Password attempts exceeded';
const mismatch = 'CodeMismatchException: Invalid code or auth state for the user.';
const invalidSession = 'NotAuthorizedException: Invalid session for the user.';
const MINUTE = 60_000;
let pool: TestPool;
let sub: string;
beforeEach(async () => {
  pool = await openTestPool();
  sub = await pool.signUpAndConfirm(ada);
});
afterEach(() => pool.dispose());

const begin = (name: string, parameters: Record<string, string> = {}) => pool.must('InitiateAuth', choiceInput(name, parameters));
const idOf = (asked: any): string => asked.ChallengeParameters.USER_ID_FOR_SRP;
const answer = (asked: any, responses: Record<string, string>, ChallengeName = asked.ChallengeName) => answerInput(ChallengeName, asked, idOf(asked), responses);
const refusal = (asked: any, responses: Record<string, string>) => pool.refusal('RespondToAuthChallenge', answer(asked, responses));
const ordinary = ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP'];
const tokens = { AccessToken: expect.any(String), IdToken: expect.any(String), RefreshToken: expect.any(String), ExpiresIn: 3600, TokenType: 'Bearer' };

describe('USER_AUTH', () => {
  test.each([ada, nobody])('without a preference %s is told what there is to choose from', async (name) => {
    expect(await begin(name)).toEqual({
      ChallengeName: 'SELECT_CHALLENGE', Session: expect.stringMatching(/^[\w-]{20,}$/),
      ChallengeParameters: { USER_ID_FOR_SRP: name === ada ? sub : expect.stringMatching(/^[0-9a-f-]{36}$/) }, AvailableChallenges: ordinary,
    });
  });

  test('a preferred password that came along is checked at once', async () => {
    expect(await begin(ada, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: password })).toEqual({ ChallengeParameters: {}, AuthenticationResult: tokens });
    for (const [name, itsPassword] of [[ada, 'Wrong-horse-1'], [nobody, password]] as const) {
      expect(await pool.refusal('InitiateAuth', choiceInput(name, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: itsPassword }))).toBe(wrong);
    }
  });

  test.each(['PASSWORD', 'PASSWORD_SRP'])('a preferred %s that did not is asked for', async (preferred) => {
    for (const name of [ada, nobody]) {
      expect(await begin(name, { PREFERRED_CHALLENGE: preferred })).toEqual({ ChallengeName: preferred, Session: expect.any(String), ChallengeParameters: { USER_ID_FOR_SRP: expect.any(String) }, AvailableChallenges: ordinary });
    }
  });

  test('a preferred passkey that the person, or nobody, does not have leads to the choice', async () => {
    for (const name of [ada, nobody]) {
      expect(await begin(name, { PREFERRED_CHALLENGE: 'WEB_AUTHN' })).toMatchObject({ ChallengeName: 'SELECT_CHALLENGE', AvailableChallenges: ordinary });
    }
  });

  test('who has a second factor is offered passwords only, as AWS has it', async () => {
    const { AccessToken } = await pool.signIn(ada);
    await useAuthenticator(pool, AccessToken);
    expect(await begin(ada)).toMatchObject({ AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'] });
    expect(await begin(ada, { PREFERRED_CHALLENGE: 'EMAIL_OTP' })).toMatchObject({ ChallengeName: 'SELECT_CHALLENGE', AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'] });
    expect((await begin(ada, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: password })).ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
  });

  test.each([
    ['no name', { SECRET_HASH: 'x' }, 'InvalidParameterException: Missing required parameter USERNAME'],
    ['no secret hash', { USERNAME: ada }, `NotAuthorizedException: Client ${config.clientId} is configured with secret but SECRET_HASH was not received`],
    ['a wrong secret hash', { USERNAME: ada, SECRET_HASH: secretHash('x') }, `NotAuthorizedException: Unable to verify secret hash for client ${config.clientId}`],
    ['a challenge that does not exist', choiceInput(ada, { PREFERRED_CHALLENGE: 'toString' }).AuthParameters, 'InvalidParameterException: Invalid PREFERRED_CHALLENGE'],
  ])('refuses %s', async (_, AuthParameters, words) => {
    expect(await pool.refusal('InitiateAuth', { ClientId: config.clientId, AuthFlow: 'USER_AUTH', AuthParameters })).toBe(words);
  });
});

describe('SELECT_CHALLENGE', () => {
  test('a password that came along is checked at once, and a wrong one leaves the choice open', async () => {
    const asked = await begin(ada);
    expect(await refusal(asked, { ANSWER: 'PASSWORD', PASSWORD: 'Wrong-horse-1' })).toBe(wrong);
    expect(await pool.must('RespondToAuthChallenge', answer(asked, { ANSWER: 'PASSWORD', PASSWORD: password }))).toEqual({ ChallengeParameters: {}, AuthenticationResult: tokens });
    expect(await refusal(asked, { ANSWER: 'PASSWORD', PASSWORD: password })).toBe(invalidSession);
  });

  test('a password can be asked for next, as PASSWORD or by SRP in two or three steps', async () => {
    const asked = await pool.must('RespondToAuthChallenge', answer(await begin(ada), { ANSWER: 'PASSWORD' }));
    expect(asked).toMatchObject({ ChallengeName: 'PASSWORD' });
    expect(await refusal(asked, {})).toBe('InvalidParameterException: Missing required parameter PASSWORD');
    expect(await refusal(asked, { PASSWORD: password })).toBe('ok');
    for (const steps of [2, 3]) {
      const srp = createSrpClient();
      let next = await begin(ada);
      if (steps === 3) next = await pool.must('RespondToAuthChallenge', answer(next, { ANSWER: 'PASSWORD_SRP' }));
      if (steps === 3) expect(await refusal(next, {})).toBe('InvalidParameterException: Missing required parameter SRP_A');
      next = await pool.must('RespondToAuthChallenge', answer(next, { ANSWER: 'PASSWORD_SRP', SRP_A: srp.SRP_A }));
      expect(next.ChallengeName).toBe('PASSWORD_VERIFIER');
      expect(await refusal(next, srp.claim(next.ChallengeParameters, password, pool.clock.now, poolName))).toBe('ok');
    }
  });

  test.each([
    ['nothing', {}, 'InvalidParameterException: Missing required parameter ANSWER'],
    ['what was not offered', { ANSWER: 'WEB_AUTHN' }, 'InvalidParameterException: The selected challenge is not available.'],
    ['what does not exist', { ANSWER: 'SMS_OTP' }, 'InvalidParameterException: The selected challenge is not available.'],
  ])('refuses %s, for nobody in the same words, and stays open', async (_, responses: Record<string, string>, words) => {
    for (const name of [ada, nobody]) {
      const asked = await begin(name);
      expect(await refusal(asked, responses)).toBe(words);
      expect((await pool.must('RespondToAuthChallenge', answer(asked, { ANSWER: 'PASSWORD' }))).ChallengeName).toBe('PASSWORD');
    }
  });

  test('what was offered is refused when a second factor has been switched on since', async () => {
    const asked = await begin(ada);
    const { AccessToken } = await pool.signIn(ada);
    await useAuthenticator(pool, AccessToken);
    expect(await refusal(asked, { ANSWER: 'EMAIL_OTP' })).toBe('InvalidParameterException: The selected challenge is not available.');
  });
});

describe('EMAIL_OTP as the first factor', () => {
  const beginOtp = (name: string) => begin(name, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });

  test('a mailed code leads to tokens, once', async () => {
    const asked = await beginOtp(ada);
    expect(asked).toEqual({
      ChallengeName: 'EMAIL_OTP', Session: expect.any(String), AvailableChallenges: ordinary,
      ChallengeParameters: { USER_ID_FOR_SRP: sub, CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL', CODE_DELIVERY_DESTINATION: 'a***@e***' },
    });
    expect(pool.outbox.list(ada)[0]).toMatchObject({ subject: 'Your Selkie sign-in code', code: expect.stringMatching(/^\d{6}$/) });
    const code = pool.codeFor(ada);
    expect(await refusal(asked, { EMAIL_OTP_CODE: wrongCode(code) })).toBe(mismatch);
    const both = await Promise.all([1, 2].map(() => refusal(asked, { EMAIL_OTP_CODE: code })));
    expect(both.sort()).toEqual([invalidSession, 'ok']);
  });

  test('nobody gets the same answer and no mail, and every code is wrong', async () => {
    const asked = await beginOtp(nobody);
    expect(asked).toMatchObject({ ChallengeName: 'EMAIL_OTP', AvailableChallenges: ordinary, ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL', CODE_DELIVERY_DESTINATION: 'n***@e***' } });
    expect(pool.outbox.list(nobody)).toEqual([]);
    for (const code of ['000000', '123456']) expect(await refusal(asked, { EMAIL_OTP_CODE: code })).toBe(mismatch);
    const chosen = await pool.must('RespondToAuthChallenge', answer(await begin(nobody), { ANSWER: 'EMAIL_OTP' }));
    expect([chosen.ChallengeName, chosen.ChallengeParameters.CODE_DELIVERY_DESTINATION, pool.outbox.list(nobody)]).toEqual(['EMAIL_OTP', 'n***@e***', []]);
  });

  test('a code belongs to its own sign-in: a stranger’s neither ends it nor takes it', async () => {
    const mine = await beginOtp(ada);
    const code = pool.codeFor(ada);
    const stranger = await beginOtp(ada);
    if (pool.codeFor(ada) !== code) expect(await refusal(stranger, { EMAIL_OTP_CODE: code })).toBe(mismatch);
    expect(await refusal(mine, { EMAIL_OTP_CODE: code })).toBe('ok');
  });

  test('a code ends after three minutes, and with a restart', async () => {
    const asked = await beginOtp(ada);
    pool.clock.now += 3 * MINUTE;
    expect(await refusal(asked, { EMAIL_OTP_CODE: pool.codeFor(ada) })).toBe(`${invalidSession.slice(0, -1)}, session is expired.`);
    const other = await beginOtp(ada);
    await pool.restart();
    expect(await refusal(other, { EMAIL_OTP_CODE: pool.codeFor(ada) })).toBe(invalidSession);
  });

  test.each([ada, nobody])('five wrong codes at %s lock, over all sessions, and apart from passwords', async (name) => {
    for (let i = 0; i < 5; i++) expect(await refusal(await beginOtp(name), { EMAIL_OTP_CODE: 'x' })).toBe(mismatch);
    const asked = await beginOtp(name);
    expect(await refusal(asked, { EMAIL_OTP_CODE: name === ada ? pool.codeFor(ada) : '000000' })).toBe(locked);
    expect(await pool.refusal('InitiateAuth', choiceInput(name, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Wrong-horse-1' }))).toBe(wrong);
    pool.clock.now += 1000;
    expect(await refusal(asked, { EMAIL_OTP_CODE: name === ada ? pool.codeFor(ada) : '000000' })).toBe(name === ada ? 'ok' : mismatch);
  });

  test.each([ada, nobody])('sends %s twenty codes an hour at most', async (name) => {
    for (let i = 0; i < 20; i++) await beginOtp(name);
    expect(await pool.refusal('InitiateAuth', choiceInput(name, { PREFERRED_CHALLENGE: 'EMAIL_OTP' }))).toBe('TooManyRequestsException: Too many requests for a code; please try again later.');
    pool.clock.now += 60 * MINUTE;
    expect((await beginOtp(name)).ChallengeName).toBe('EMAIL_OTP');
  });

  test('the right code confirms who has only signed up, and proves the address', async () => {
    await pool.must('SignUp', { ...named('new@example.com'), Password: password });
    const asked = await beginOtp('new@example.com');
    const { AuthenticationResult } = await pool.must('RespondToAuthChallenge', answer(asked, { EMAIL_OTP_CODE: pool.codeFor('new@example.com') }));
    expect(decodeJwt(AuthenticationResult.IdToken)).toMatchObject({ email: 'new@example.com', email_verified: true });
    await pool.restart();
    expect((await pool.signIn('new@example.com')).TokenType).toBe('Bearer');
  });

  test('a temporary password must still be replaced', async () => {
    await pool.admin('AdminCreateUser', { Username: 'bob@example.com', TemporaryPassword: password, MessageAction: 'SUPPRESS' });
    const asked = await beginOtp('bob@example.com');
    expect((await pool.must('RespondToAuthChallenge', answer(asked, { EMAIL_OTP_CODE: pool.codeFor('bob@example.com') }))).ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  });

  test('who is disabled learns it from the right code only', async () => {
    await pool.admin('AdminDisableUser', { Username: ada });
    const asked = await beginOtp(ada);
    const code = pool.codeFor(ada);
    expect(await refusal(asked, { EMAIL_OTP_CODE: wrongCode(code) })).toBe(mismatch);
    expect(await refusal(asked, { EMAIL_OTP_CODE: code })).toBe('NotAuthorizedException: User is disabled.');
  });

  test('a second factor that was switched on in between is asked for', async () => {
    const asked = await beginOtp(ada);
    const code = pool.codeFor(ada);
    const { AccessToken } = await pool.signIn(ada);
    await useAuthenticator(pool, AccessToken);
    expect((await pool.must('RespondToAuthChallenge', answer(asked, { EMAIL_OTP_CODE: code }))).ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
  });

  test('a person who was deleted in between is as nobody', async () => {
    const asked = await beginOtp(ada);
    await pool.must('DeleteUser', { AccessToken: (await pool.signIn(ada)).AccessToken });
    expect(await refusal(asked, { EMAIL_OTP_CODE: pool.codeFor(ada) })).toBe(mismatch);
  });
});

test('a session answers its own challenge and nobody else’s', async () => {
  await pool.signUpAndConfirm('eve@example.com');
  const [mine, eve] = [await begin(ada), await begin('eve@example.com')];
  expect(await pool.refusal('RespondToAuthChallenge', answer(mine, { EMAIL_OTP_CODE: '000000' }, 'EMAIL_OTP'))).toBe(invalidSession);
  expect(await pool.refusal('RespondToAuthChallenge', answer(mine, { SOFTWARE_TOKEN_MFA_CODE: '000000' }, 'SOFTWARE_TOKEN_MFA'))).toBe(invalidSession);
  expect(await refusal({ ...eve, Session: mine.Session }, { ANSWER: 'PASSWORD', PASSWORD: password })).toBe(invalidSession);
  expect(await pool.refusal('RespondToAuthChallenge', answer(mine, { ANSWER: 'x' }, 'CUSTOM_CHALLENGE'))).toBe('InvalidParameterException: CUSTOM_CHALLENGE is not a challenge of this client');
});
