import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Forgery, type SoftwareAuthenticator, createSoftwareAuthenticator } from '../testing/software-authenticator.ts';
import { config, openTestPool, secretHash, type TestPool } from '../testing/test-pool.ts';
import type * as verification from '../web-authn/verify-authentication.ts';

/** Runs once, after the next signature was checked and before the answer is judged. */
let meanwhile: () => Promise<unknown>;
vi.mock('../web-authn/verify-authentication.ts', async (original) => {
  const { verifyAuthentication } = await original<typeof verification>();
  return {
    async verifyAuthentication(...args: Parameters<typeof verifyAuthentication>) {
      const verified = await verifyAuthentication(...args);
      const run = meanwhile;
      meanwhile = async () => undefined;
      await run();
      return verified;
    },
  };
});

const ada = 'ada@example.com';
const wrong = 'NotAuthorizedException: Incorrect username or password.';
let pool: TestPool;
let sub: string;
let key: SoftwareAuthenticator;
beforeEach(async () => {
  meanwhile = async () => undefined;
  pool = await openTestPool();
  sub = await pool.signUpAndConfirm(ada);
  key = createSoftwareAuthenticator({ origin: 'http://localhost:3000', counts: true });
  const { AccessToken } = await pool.signIn(ada);
  const { CredentialCreationOptions } = await pool.must('StartWebAuthnRegistration', { AccessToken });
  await pool.must('CompleteWebAuthnRegistration', { AccessToken, Credential: key.create(CredentialCreationOptions) });
});
afterEach(() => pool.dispose());

async function input(forgery: Forgery = {}) {
  const { Session, ChallengeParameters } = await pool.must('InitiateAuth', {
    ClientId: config.clientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: ada, PREFERRED_CHALLENGE: 'WEB_AUTHN', SECRET_HASH: secretHash(ada) },
  });
  const credential = key.get(JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS), forgery);
  return {
    ClientId: config.clientId, ChallengeName: 'WEB_AUTHN', Session,
    ChallengeResponses: { USERNAME: sub, SECRET_HASH: secretHash(sub), CREDENTIAL: JSON.stringify(credential) },
  };
}
const answer = async (forgery?: Forgery) => pool.refusal('RespondToAuthChallenge', await input(forgery));

test.each([[7, 7], [7, 9]])('of a key and its copy at one moment, one signs in: counter %i beside %i', async (mine, theirs) => {
  const outcomes: string[] = [];
  meanwhile = async () => void outcomes.push(await answer({ counter: theirs }));
  outcomes.push(await answer({ counter: mine }));
  expect(outcomes).toEqual(['ok', wrong]);
  expect(await answer({ counter: theirs })).toBe(wrong);
  expect(await answer({ counter: theirs + 1 })).toBe('ok');
});

test('a passkey that is removed while its signature is checked signs nobody in', async () => {
  const { AccessToken } = await pool.signIn(ada);
  meanwhile = () => pool.must('DeleteWebAuthnCredential', { AccessToken, CredentialId: key.credentials[0]!.id });
  expect(await answer()).toBe(wrong);
});

test('a person who is deleted or disabled while the signature is checked does not sign in', async () => {
  meanwhile = () => pool.admin('AdminDisableUser', { Username: ada });
  expect(await answer()).toBe('NotAuthorizedException: User is disabled.');
  await pool.admin('AdminEnableUser', { Username: ada });
  meanwhile = () => pool.admin('AdminDeleteUser', { Username: ada });
  expect(await answer()).toBe(wrong);
});

test('an unverified signature is one factor, also when passkeys begin to count as both while it is checked', async () => {
  meanwhile = async () => {
    const { AccessToken } = await pool.signIn(ada);
    const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken });
    await pool.must('VerifySoftwareToken', { AccessToken, UserCode: new TOTP({ secret: Secret.fromBase32(SecretCode) }).generate({ timestamp: pool.clock.now }) });
    await pool.must('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled: true }, WebAuthnMfaSettings: { Enabled: true } });
  };
  const { body } = await pool.call('RespondToAuthChallenge', await input({ userVerified: false }));
  expect([body.ChallengeName, body.AuthenticationResult]).toEqual(['SOFTWARE_TOKEN_MFA', undefined]);
  const { AuthenticationResult } = await pool.must('RespondToAuthChallenge', await input());
  expect(AuthenticationResult.TokenType).toBe('Bearer');
});
