import { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { judgeSignIn } from './sign-in.ts';

const Session = 'a-session-of-cognito-0000';
const judged = (ChallengeName: string, ChallengeParameters: Record<string, string> = {}) =>
  judgeSignIn({ ChallengeName: ChallengeName as ChallengeNameType, Session, ChallengeParameters }, 'ada@example.com', 0);

test("every challenge of the SDK's enum is a question, a step that needs no person, or refused by name", () => {
  const offered: Record<string, Record<string, string>> = {
    MFA_SETUP: { MFAS_CAN_SETUP: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]' },
    SELECT_MFA_TYPE: { MFAS_CAN_CHOOSE: '["EMAIL_OTP","SOFTWARE_TOKEN_MFA"]' },
    WEB_AUTHN: { CREDENTIAL_REQUEST_OPTIONS: '{}' },
  };
  const answers = Object.fromEntries(Object.values(ChallengeNameType).map((name) => {
    const judgement = judged(name, offered[name]);
    return [name, judgement.kind === 'challenge' ? judgement.challenge : judgement.kind];
  }));
  expect(answers).toEqual({
    SOFTWARE_TOKEN_MFA: 'totp', EMAIL_OTP: 'email-code', NEW_PASSWORD_REQUIRED: 'new-password', MFA_SETUP: 'set-up', SELECT_MFA_TYPE: 'choose-factor',
    WEB_AUTHN: 'passkey', SELECT_CHALLENGE: 'unsupported', PASSWORD: 'unsupported', PASSWORD_SRP: 'unsupported', PASSWORD_VERIFIER: 'unsupported',
    ADMIN_NO_SRP_AUTH: 'unsupported', CUSTOM_CHALLENGE: 'unsupported', DEVICE_SRP_AUTH: 'unsupported', DEVICE_PASSWORD_VERIFIER: 'unsupported',
    SMS_MFA: 'unsupported', SMS_OTP: 'unsupported',
  });
});

test('a challenge that AWS has not invented yet, or one without a session, lets nobody in', () => {
  expect(judged('RETINA_SCAN')).toEqual({ kind: 'unsupported', name: 'RETINA_SCAN' });
  const AuthenticationResult = { IdToken: 'i', AccessToken: 'a', RefreshToken: 'r', ExpiresIn: 3600 };
  expect(judgeSignIn({ ChallengeName: 'RETINA_SCAN' as ChallengeNameType, Session, AuthenticationResult }, 'ada', 0).kind).toBe('unsupported');
  expect(judgeSignIn({ ChallengeName: 'SOFTWARE_TOKEN_MFA' }, 'ada', 0)).toEqual({ kind: 'unsupported', name: 'SOFTWARE_TOKEN_MFA' });
  for (const missing of ['IdToken', 'AccessToken', 'RefreshToken']) {
    expect(judgeSignIn({ AuthenticationResult: { ...AuthenticationResult, [missing]: undefined } }, 'ada', 0)).toEqual({ kind: 'unsupported', name: 'no tokens' });
  }
  expect(judgeSignIn({}, 'ada', 0).kind).toBe('unsupported');
});

test('of several factors the authenticator app is chosen, then the mail; a text message never', () => {
  expect(judged('SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: '["SMS_MFA","EMAIL_OTP","SOFTWARE_TOKEN_MFA"]' })).toMatchObject({ answer: 'SOFTWARE_TOKEN_MFA' });
  expect(judged('SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: '["SMS_MFA","EMAIL_OTP"]' })).toMatchObject({ answer: 'EMAIL_OTP' });
  expect(judged('SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: '["SMS_MFA","EMAIL_MFA"]' })).toMatchObject({ answer: 'EMAIL_MFA' });
  for (const none of ['["SMS_MFA"]', '[]', '{', '"EMAIL_OTP"', '{"EMAIL_OTP":1}']) expect([none, judged('SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: none }).kind]).toEqual([none, 'unsupported']);
  expect(judged('MFA_SETUP', { MFAS_CAN_SETUP: '["SMS_MFA"]' }).kind).toBe('unsupported');
});

test('from the second step on the real user name counts, where Cognito tells it', () => {
  expect(judged('SOFTWARE_TOKEN_MFA', { USER_ID_FOR_SRP: 'sub-1' })).toEqual({ kind: 'challenge', challenge: 'totp', cognitoSession: Session, username: 'sub-1' });
  expect(judged('EMAIL_OTP')).toMatchObject({ username: 'ada@example.com' });
});

test('tokens say when the access token ends, by our clock', () => {
  const AuthenticationResult = { IdToken: 'i', AccessToken: 'a', RefreshToken: 'r', ExpiresIn: 3600 };
  expect(judgeSignIn({ AuthenticationResult }, 'ada', 1_000)).toEqual({ kind: 'tokens', idToken: 'i', tokens: { accessToken: 'a', idToken: 'i', refreshToken: 'r', accessExpiresAtMs: 3_601_000 } });
});
