import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { named, openTestPool, password, refreshInput, signInInput, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const next = 'Battery-staple-2';
const HOUR = 60 * 60 * 1000;
let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool();
  await pool.signUpAndConfirm(ada);
});
afterEach(() => pool.dispose());

const wrong = 'NotAuthorizedException: Incorrect username or password.';

describe('ForgotPassword and ConfirmForgotPassword', () => {
  const reset = (code: string, itsPassword = next) => pool.refusal('ConfirmForgotPassword', { ...named(ada), ConfirmationCode: code, Password: itsPassword });

  test('a mailed code sets a new password, once', async () => {
    expect(await pool.must('ForgotPassword', named(ada))).toEqual({
      CodeDeliveryDetails: { Destination: 'a***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    });
    expect(pool.outbox.list(ada)[0]!.subject).toBe('Your Selkie password reset code');
    const code = pool.codeFor(ada);
    expect(await reset(code, 'weak')).toBe('InvalidPasswordException: Password did not conform with policy: Password not long enough');
    expect(await reset(code)).toBe('ok');
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe(wrong);
    expect(await pool.refusal('InitiateAuth', signInInput(ada, next))).toBe('ok');
    expect(await reset(code)).toBe('ExpiredCodeException: Invalid code provided, please request a code again.');
  });

  test('a code dies after an hour and after five guesses', async () => {
    await pool.must('ForgotPassword', named(ada));
    const code = pool.codeFor(ada);
    const bad = code === '111111' ? '222222' : '111111';
    for (let i = 0; i < 5; i++) expect(await reset(bad)).toBe('CodeMismatchException: Invalid verification code provided, please try again.');
    expect(await reset(code)).toBe('LimitExceededException: Attempt limit exceeded, please try after some time.');
    pool.clock.now += HOUR;
    expect(await reset(code)).toBe('ExpiredCodeException: Invalid code provided, please request a code again.');
  });

  test('of two who redeem one code at once, one wins', async () => {
    await pool.must('ForgotPassword', named(ada));
    const code = pool.codeFor(ada);
    expect((await Promise.all([reset(code), reset(code)])).sort()).toEqual(['ExpiredCodeException: Invalid code provided, please request a code again.', 'ok']);
  });

  test('answers nobody, and people without a verified address, as it answers others, but mails nothing', async () => {
    await pool.must('SignUp', { ...named('bob@example.com'), Password: password });
    const before = pool.outbox.list().length;
    for (const [name, destination] of [['no@example.com', 'n***@e***'], ['bob@example.com', 'b***@e***']] as const) {
      expect(await pool.must('ForgotPassword', named(name))).toEqual({ CodeDeliveryDetails: { Destination: destination, DeliveryMedium: 'EMAIL', AttributeName: 'email' } });
    }
    expect(pool.outbox.list()).toHaveLength(before);
    expect(await pool.refusal('ConfirmForgotPassword', { ...named('no@example.com'), ConfirmationCode: '123456', Password: next })).toBe('CodeMismatchException: Invalid verification code provided, please try again.');
  });
});

describe('ChangePassword', () => {
  const change = (AccessToken: string, PreviousPassword: string, ProposedPassword = next) =>
    pool.refusal('ChangePassword', { AccessToken, PreviousPassword, ProposedPassword });

  test('needs the current password and a good new one, and keeps the sessions', async () => {
    const { AccessToken, RefreshToken } = await pool.signIn(ada);
    expect(await change(AccessToken, 'Wrong-horse-1')).toBe(wrong);
    expect(await change(AccessToken, password, 'weak')).toBe('InvalidPasswordException: Password did not conform with policy: Password not long enough');
    expect(await change(AccessToken, password)).toBe('ok');
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe(wrong);
    expect(await pool.refusal('InitiateAuth', signInInput(ada, next))).toBe('ok');
    expect(await pool.refusal('GetTokensFromRefreshToken', refreshInput(RefreshToken))).toBe('ok');
  });

  test('counts wrong guesses together with those of the sign-in', async () => {
    const { AccessToken } = await pool.signIn(ada);
    for (let i = 0; i < 5; i++) expect(await change(AccessToken, 'Wrong-horse-1')).toBe(wrong);
    expect(await change(AccessToken, password)).toBe('LimitExceededException: Attempt limit exceeded, please try after some time.');
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('NotAuthorizedException: Password attempts exceeded');
  });

  test('refuses a revoked token', async () => {
    const { AccessToken } = await pool.signIn(ada);
    await pool.must('GlobalSignOut', { AccessToken });
    expect(await change(AccessToken, password)).toBe('NotAuthorizedException: Access Token has been revoked');
  });
});
