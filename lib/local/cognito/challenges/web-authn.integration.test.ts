import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Forgery, type SoftwareAuthenticator, createSoftwareAuthenticator } from '../testing/software-authenticator.ts';
import { config, openTestPool, secretHash, signInInput, password, type TestPool } from '../testing/test-pool.ts';

const ada = 'ada@example.com';
const eve = 'eve@example.com';
const origin = 'http://localhost:3000';
const MINUTE = 60_000;
const wrong = 'NotAuthorizedException: Incorrect username or password.';
const used = 'NotAuthorizedException: Invalid session for the user.';
let pool: TestPool;
let sub: string;
let phone: SoftwareAuthenticator;
beforeEach(async () => {
  pool = await openTestPool();
  sub = await pool.signUpAndConfirm(ada);
  phone = createSoftwareAuthenticator({ origin });
  await register(ada, phone);
});
afterEach(() => pool.dispose());

async function register(email: string, device: SoftwareAuthenticator): Promise<void> {
  const { AccessToken } = await pool.signIn(email);
  const { CredentialCreationOptions } = await pool.must('StartWebAuthnRegistration', { AccessToken });
  await pool.must('CompleteWebAuthnRegistration', { AccessToken, Credential: device.create(CredentialCreationOptions) });
}
const initiate = (name = ada) => pool.must('InitiateAuth', {
  ClientId: config.clientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: name, PREFERRED_CHALLENGE: 'WEB_AUTHN', SECRET_HASH: secretHash(name) },
});
const begin = async (name = ada) => {
  const { Session, ChallengeParameters } = await initiate(name);
  return { session: Session as string, options: JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS) };
};
const input = (session: string, credential: unknown, name = sub) => ({
  ClientId: config.clientId, ChallengeName: 'WEB_AUTHN', Session: session,
  ChallengeResponses: { USERNAME: name, SECRET_HASH: secretHash(name), CREDENTIAL: typeof credential === 'string' ? credential : JSON.stringify(credential) },
});
const answer = (session: string, credential: unknown, name = sub) => pool.refusal('RespondToAuthChallenge', input(session, credential, name));
const attempt = async (forgery: Forgery = {}, device = phone) => {
  const { session, options } = await begin();
  return answer(session, device.get(options, forgery));
};

test('a passkey signs in: the challenge names it, and the answer gives tokens', async () => {
  const challenge = await initiate();
  expect(challenge).toMatchObject({ ChallengeName: 'WEB_AUTHN', Session: expect.stringMatching(/^[\w-]{20,}$/) });
  const options = JSON.parse(challenge.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS);
  expect(options).toEqual({
    challenge: expect.stringMatching(/^[\w-]{43}$/), timeout: 60_000, rpId: 'localhost', userVerification: 'preferred',
    allowCredentials: [{ type: 'public-key', id: phone.credentials[0]!.id, transports: ['internal', 'hybrid'] }],
  });
  const { AuthenticationResult: tokens } = await pool.must('RespondToAuthChallenge', input(challenge.Session, phone.get(options)));
  expect(tokens).toEqual({ AccessToken: expect.any(String), IdToken: expect.any(String), RefreshToken: expect.any(String), ExpiresIn: 3600, TokenType: 'Bearer' });
  expect((await pool.must('GetUser', { AccessToken: tokens.AccessToken })).Username).toBe(sub);
});

test('a passkey that was found without a name signs its person in', async () => {
  const { session, options } = await begin(sub);
  const credential = phone.get({ ...options, allowCredentials: [] });
  const name = Buffer.from(credential.response.userHandle!, 'base64url').toString();
  expect(await answer(session, credential, name)).toBe('ok');
});

describe('refuses', () => {
  test.each<[string, Forgery]>([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a frame of another site', { crossOrigin: true }],
    ['another relying party', { relyingPartyId: 'evil.example' }],
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['nobody present', { userPresent: false }],
    ['another key’s signature', { strangeKey: true }],
    ['another person’s handle', { userHandle: Buffer.from('somebody').toString('base64url') }],
  ])('%s, and the session is used up', async (_, forgery) => {
    const { session, options } = await begin();
    expect(await answer(session, phone.get(options, forgery))).toBe(wrong);
    expect(await answer(session, phone.get(options))).toBe(used);
  });

  test('client data that was changed after signing', async () => {
    const { session, options } = await begin();
    const stolen = phone.get({ ...options, challenge: 'A'.repeat(43) });
    const clientDataJSON = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge: options.challenge, origin, crossOrigin: false })).toString('base64url');
    expect(await answer(session, { ...stolen, response: { ...stolen.response, clientDataJSON } })).toBe(wrong);
  });

  test.each([
    ['no JSON', '{'],
    ['an empty object', '{}'],
    ['a list', '[]'],
    ['null', 'null'],
  ])('%s, without using the session up', async (_, text) => {
    const { session, options } = await begin();
    expect(await answer(session, text)).toBe('InvalidParameterException: Credential data is not valid');
    expect(await answer(session, phone.get(options))).toBe('ok');
  });

  test('a registration in place of an assertion', async () => {
    const { session, options } = await begin();
    const registration = createSoftwareAuthenticator({ origin }).create({ ...options, rp: { id: 'localhost', name: '' }, user: { id: 'AAAA', name: '', displayName: '' }, pubKeyCredParams: [] });
    expect(await answer(session, registration)).toBe('InvalidParameterException: Credential data is not valid');
    expect(await answer(session, phone.get(options, { type: 'webauthn.create' }))).toBe('InvalidParameterException: Credential data is not valid');
  });

  test('an answer without a credential', async () => {
    const { session } = await begin();
    expect(await answer(session, '')).toBe('InvalidParameterException: Missing required parameter CREDENTIAL');
  });

  test('the same answer twice, also at the same time', async () => {
    const { session, options } = await begin();
    const credential = phone.get(options);
    expect((await Promise.all([answer(session, credential), answer(session, credential)])).sort()).toEqual([used, 'ok']);
    expect(await answer(session, credential)).toBe(used);
    expect(await answer((await begin()).session, credential)).toBe(wrong);
  });

  test('a session after three minutes', async () => {
    const { session, options } = await begin();
    pool.clock.now += 3 * MINUTE;
    expect(await answer(session, phone.get(options))).toBe('NotAuthorizedException: Invalid session for the user, session is expired.');
  });

  test('another person’s passkey, session and name, in every mixture', async () => {
    const hers = createSoftwareAuthenticator({ origin });
    const eveSub = await pool.signUpAndConfirm(eve);
    await register(eve, hers);
    const adas = await begin();
    const anyOf = (options: object) => ({ ...options, allowCredentials: [] }) as never;
    expect(await answer(adas.session, hers.get(anyOf(adas.options)))).toBe(wrong);
    expect(await answer((await begin()).session, hers.get(anyOf(adas.options)), eveSub)).toBe(used);
    const eves = await begin(eve);
    expect(await answer(eves.session, hers.get(eves.options), sub)).toBe(used);
    const adaAgain = await begin();
    const renamed = { ...hers.get(anyOf(adaAgain.options)), id: phone.credentials[0]!.id, rawId: phone.credentials[0]!.id };
    expect(await answer(adaAgain.session, { ...renamed, response: { ...renamed.response, userHandle: phone.credentials[0]!.userHandle } })).toBe(wrong);
    expect(await answer((await begin(eve)).session, hers.get(anyOf((await begin(eve)).options)), eveSub)).toBe(wrong);
  });

  test('a counter that does not go up: the key was copied', async () => {
    const key = createSoftwareAuthenticator({ origin, counts: true });
    await register(ada, key);
    const one = { ...(await begin()).options, allowCredentials: [{ type: 'public-key', id: key.credentials[0]!.id }] };
    const withKey = async (forgery: Forgery = {}) => {
      const { session, options } = await begin();
      return answer(session, key.get({ ...options, allowCredentials: one.allowCredentials }, forgery));
    };
    expect(await withKey({ counter: 7 })).toBe('ok');
    for (const counter of [7, 6, 0]) expect(await withKey({ counter })).toBe(wrong);
    await pool.restart();
    expect(await withKey({ counter: 7 })).toBe(wrong);
    expect(await withKey({ counter: 8 })).toBe('ok');
  });

  test('a passkey that was removed, before or after the challenge', async () => {
    const { session, options } = await begin();
    const { AccessToken } = await pool.signIn(ada);
    await pool.must('DeleteWebAuthnCredential', { AccessToken, CredentialId: phone.credentials[0]!.id });
    expect(await answer(session, phone.get(options))).toBe(wrong);
    expect((await initiate()).ChallengeName).toBe('SELECT_CHALLENGE');
  });

  test('a person who was disabled or deleted after the challenge', async () => {
    const { session, options } = await begin();
    await pool.admin('AdminDisableUser', { Username: ada });
    expect(await answer(session, phone.get(options))).toBe('NotAuthorizedException: User is disabled.');
    await pool.admin('AdminEnableUser', { Username: ada });
    const again = await begin();
    await pool.admin('AdminDeleteUser', { Username: ada });
    expect(await answer(again.session, phone.get(again.options))).toBe(wrong);
  });

  test('who is not verified, where the pool requires it', async () => {
    expect(await attempt({ userVerified: false })).toBe('ok');
    await pool.service.close();
    pool = await openTestPool({ dataDir: pool.dataDir, config: { ...config, passkeys: 'required' } });
    expect((await begin()).options.userVerification).toBe('required');
    expect(await attempt({ userVerified: false })).toBe(wrong);
    expect(await attempt()).toBe('ok');
  });
});

test('passkeys of another relying party, and of a pool that has them off, are not asked for', async () => {
  for (const settings of [{ relyingPartyId: 'selkie.example' }, { passkeys: 'off' as const }]) {
    await pool.service.close();
    pool = await openTestPool({ dataDir: pool.dataDir, config: { ...config, ...settings } });
    expect((await initiate()).ChallengeName).toBe('SELECT_CHALLENGE');
  }
});

test('the password still signs in beside a passkey', async () => {
  expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('ok');
});

describe('who has a second factor on', () => {
  const turnOn = async (settings: object) => {
    const { AccessToken } = await pool.signIn(ada);
    const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken });
    await pool.must('VerifySoftwareToken', { AccessToken, UserCode: new TOTP({ secret: Secret.fromBase32(SecretCode) }).generate({ timestamp: pool.clock.now }) });
    await pool.must('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled: true }, ...settings });
  };

  test('is not asked for a passkey while that is one factor only', async () => {
    const before = await begin();
    await turnOn({});
    expect((await initiate()).ChallengeName).toBe('SELECT_CHALLENGE');
    const { body } = await pool.call('RespondToAuthChallenge', input(before.session, phone.get(before.options)));
    expect([body.ChallengeName, body.AuthenticationResult]).toEqual(['SOFTWARE_TOKEN_MFA', undefined]);
  });

  test('signs in with a verified passkey alone once that counts as both, and never with an unverified one', async () => {
    await turnOn({ WebAuthnMfaSettings: { Enabled: true } });
    expect((await begin()).options.userVerification).toBe('required');
    expect(await attempt({ userVerified: false })).toBe(wrong);
    const { session, options } = await begin();
    const { AuthenticationResult } = await pool.must('RespondToAuthChallenge', input(session, phone.get(options)));
    expect(AuthenticationResult.TokenType).toBe('Bearer');
  });
});
