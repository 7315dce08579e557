import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { config, named, openTestPool, password, secretHash, signInInput, start, type TestPool } from './testing/test-pool.ts';

const ada = 'Ada@example.com';
const HOUR = 60 * 60 * 1000;
let pool: TestPool;
beforeEach(async () => { pool = await openTestPool(); });
afterEach(() => pool.dispose());

describe('SignUp', () => {
  test('makes an unconfirmed person and mails a six-digit code', async () => {
    const answer = await pool.must('SignUp', { ...named(ada), Password: password, UserAttributes: [{ Name: 'email', Value: ada }] });
    expect(answer).toEqual({
      UserConfirmed: false,
      UserSub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      CodeDeliveryDetails: { Destination: 'A***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    });
    expect(pool.outbox.list()).toEqual([
      { to: ada, subject: 'Your Selkie confirmation code', code: expect.stringMatching(/^\d{6}$/), at: new Date(start).toISOString() },
    ]);
  });

  test('refuses an address that is taken, in any letter case, confirmed or not', async () => {
    await pool.must('SignUp', { ...named(ada), Password: password });
    const again = { ...named('ada@EXAMPLE.com'), Password: password };
    expect(await pool.refusal('SignUp', again)).toBe('UsernameExistsException: An account with the given email already exists.');
    await pool.must('ConfirmSignUp', { ...named(ada), ConfirmationCode: pool.codeFor(ada) });
    expect(await pool.refusal('SignUp', again)).toBe('UsernameExistsException: An account with the given email already exists.');
    expect(pool.outbox.list()).toHaveLength(1);
  });

  test('of two at once for one address, one wins', async () => {
    const both = await Promise.all([1, 2].map(() => pool.refusal('SignUp', { ...named(ada), Password: password })));
    expect(both.sort()).toEqual(['UsernameExistsException: An account with the given email already exists.', 'ok']);
  });

  test.each([
    ['Short-1', 'Password not long enough'],
    ['NO-LOWER-CASE-1', 'Password must have lowercase characters'],
    ['no-upper-case-1', 'Password must have uppercase characters'],
    ['No-numbers-here', 'Password must have numeric characters'],
    ['NoSymbols1Here', 'Password must have symbol characters'],
  ])('refuses the password %s', async (weak, why) => {
    expect(await pool.refusal('SignUp', { ...named(ada), Password: weak })).toBe(`InvalidPasswordException: Password did not conform with policy: ${why}`);
  });

  test.each([
    ['a name that is no address', { ...named('ada'), Password: password }, 'InvalidParameterException: Username should be an email.'],
    ['an unknown client', { ...named(ada), Password: password, ClientId: 'nobody' }, 'ResourceNotFoundException: User pool client nobody does not exist.'],
    ['no secret hash', { ClientId: config.clientId, Username: ada, Password: password }, `NotAuthorizedException: Client ${config.clientId} is configured with secret but SECRET_HASH was not received`],
    ['the secret hash of another name', { ...named(ada), Password: password, SecretHash: secretHash('eve@example.com') }, `NotAuthorizedException: Unable to verify secret hash for client ${config.clientId}`],
    ['the secret hash of another spelling', { ...named(ada), Password: password, SecretHash: secretHash(ada.toLowerCase()) }, `NotAuthorizedException: Unable to verify secret hash for client ${config.clientId}`],
    ['a verified address by claim', { ...named(ada), Password: password, UserAttributes: [{ Name: 'email_verified', Value: 'true' }] }, 'NotAuthorizedException: A client attempted to write unauthorized attribute'],
    ['a chosen sub', { ...named(ada), Password: password, UserAttributes: [{ Name: 'sub', Value: 'x' }] }, 'InvalidParameterException: Cannot modify an already provided attribute: sub'],
    ['another address as attribute', { ...named(ada), Password: password, UserAttributes: [{ Name: 'email', Value: 'eve@example.com' }] }, 'InvalidParameterException: The email attribute must be the same as the user name.'],
    ['an undefined attribute', { ...named(ada), Password: password, UserAttributes: [{ Name: 'custom:x', Value: 'x' }] }, 'InvalidParameterException: Attributes did not conform to the schema: custom:x: The attribute custom:x is not defined in schema.'],
    ['no password', named(ada), "InvalidParameterException: 1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null"],
    ['a password of 257', { ...named(ada), Password: `Aa1-${'x'.repeat(253)}` }, "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256"],
    ['a number as password', { ...named(ada), Password: 12345678 }, "SerializationException: The value at 'password' has the wrong JSON type: expected string."],
    ['a list as name', { ...named(ada), Username: [ada], Password: password }, "SerializationException: The value at 'username' has the wrong JSON type: expected string."],
  ])('refuses %s', async (_, input, refusal) => {
    expect(await pool.refusal('SignUp', input)).toBe(refusal);
    expect(pool.outbox.list()).toEqual([]);
  });

  test('ignores members it does not know, and takes null as absent', async () => {
    expect(await pool.refusal('SignUp', { ...named(ada), Password: password, Surprise: { a: 1 }, ClientMetadata: null })).toBe('ok');
  });
});

describe('ConfirmSignUp', () => {
  test('confirms once, with the code, by address or by sub', async () => {
    const { UserSub } = await pool.must('SignUp', { ...named(ada), Password: password });
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('UserNotConfirmedException: User is not confirmed.');
    expect(await pool.must('ConfirmSignUp', { ...named(UserSub), ConfirmationCode: pool.codeFor(ada) })).toEqual({});
    expect(await pool.refusal('ConfirmSignUp', { ...named(ada), ConfirmationCode: pool.codeFor(ada) })).toBe('NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED');
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('ok');
  });

  test('refuses a code after 24 hours', async () => {
    await pool.must('SignUp', { ...named(ada), Password: password });
    pool.clock.now += 24 * HOUR;
    expect(await pool.refusal('ConfirmSignUp', { ...named(ada), ConfirmationCode: pool.codeFor(ada) })).toBe('ExpiredCodeException: Invalid code provided, please request a code again.');
  });

  test('after five wrong codes even the right one waits an hour', async () => {
    await pool.must('SignUp', { ...named(ada), Password: password });
    const right = pool.codeFor(ada);
    const wrong = right === '000000' ? '000001' : '000000';
    for (let i = 0; i < 5; i++) {
      expect(await pool.refusal('ConfirmSignUp', { ...named(ada), ConfirmationCode: wrong })).toBe('CodeMismatchException: Invalid verification code provided, please try again.');
    }
    const limited = 'LimitExceededException: Attempt limit exceeded, please try after some time.';
    expect(await pool.refusal('ConfirmSignUp', { ...named(ada), ConfirmationCode: right })).toBe(limited);
    pool.clock.now += HOUR - 1;
    expect(await pool.refusal('ConfirmSignUp', { ...named(ada), ConfirmationCode: right })).toBe(limited);
    pool.clock.now += 1;
    expect(await pool.refusal('ConfirmSignUp', { ...named(ada), ConfirmationCode: right })).toBe('ok');
  });

  test('says the same for nobody as for a person without a code, and limits both', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await pool.refusal('ConfirmSignUp', { ...named('no@example.com'), ConfirmationCode: '123456' })).toBe('ExpiredCodeException: Invalid code provided, please request a code again.');
    }
    expect(await pool.refusal('ConfirmSignUp', { ...named('no@example.com'), ConfirmationCode: '123456' })).toBe('LimitExceededException: Attempt limit exceeded, please try after some time.');
  });
});

describe('ResendConfirmationCode', () => {
  test('mails a new code that replaces the old one', async () => {
    await pool.must('SignUp', { ...named(ada), Password: password });
    const old = pool.codeFor(ada);
    const answer = await pool.must('ResendConfirmationCode', named(ada));
    expect(answer).toEqual({ CodeDeliveryDetails: { Destination: 'A***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' } });
    expect(pool.outbox.list(ada)).toHaveLength(2);
    if (pool.codeFor(ada) !== old) {
      expect(await pool.refusal('ConfirmSignUp', { ...named(ada), ConfirmationCode: old })).toMatch(/^CodeMismatchException/);
    }
    expect(await pool.refusal('ConfirmSignUp', { ...named(ada), ConfirmationCode: pool.codeFor(ada) })).toBe('ok');
    expect(await pool.refusal('ResendConfirmationCode', named(ada))).toBe('InvalidParameterException: User is already confirmed.');
  });

  test('pretends to mail nobody, and limits that too', async () => {
    for (let i = 0; i < 20; i++) {
      expect(await pool.must('ResendConfirmationCode', named('no@example.com'))).toEqual({
        CodeDeliveryDetails: { Destination: 'n***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
      });
    }
    expect(pool.outbox.list()).toEqual([]);
    expect(await pool.refusal('ResendConfirmationCode', named('no@example.com'))).toBe('LimitExceededException: Attempt limit exceeded, please try after some time.');
  });
});
