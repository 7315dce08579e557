import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Forgery, type SoftwareAuthenticator, createSoftwareAuthenticator } from '../testing/software-authenticator.ts';
import { config, openTestPool, publicClientId, start, type TestPool } from '../testing/test-pool.ts';

const ada = 'ada@example.com';
const eve = 'eve@example.com';
const origin = 'http://localhost:3000';
const MINUTE = 60_000;
let pool: TestPool;
let sub: string;
let token: string;
beforeEach(async () => {
  pool = await openTestPool();
  sub = await pool.signUpAndConfirm(ada);
  token = (await pool.signIn(ada)).AccessToken;
});
afterEach(() => pool.dispose());

const begin = async (accessToken = token) => (await pool.must('StartWebAuthnRegistration', { AccessToken: accessToken })).CredentialCreationOptions;
const complete = (credential: object, accessToken = token) => pool.refusal('CompleteWebAuthnRegistration', { AccessToken: accessToken, Credential: credential });
const register = async (device: SoftwareAuthenticator, accessToken = token) => complete(device.create(await begin(accessToken)), accessToken);
const list = async (accessToken = token) => (await pool.must('ListWebAuthnCredentials', { AccessToken: accessToken })).Credentials;
/** The same pool with other settings, and Ada signed in again. */
const reopen = async (settings: object) => {
  await pool.service.close();
  pool = await openTestPool({ dataDir: pool.dataDir, config: { ...config, ...settings } });
};

describe('StartWebAuthnRegistration', () => {
  test('answers with the options of AWS’s example', async () => {
    const device = createSoftwareAuthenticator({ origin });
    await register(device);
    expect(await begin()).toEqual({
      rp: { id: 'localhost', name: 'localhost' },
      user: { id: Buffer.from(sub).toString('base64url'), name: ada, displayName: ada },
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }],
      timeout: 60_000,
      excludeCredentials: [{ type: 'public-key', id: device.credentials[0]!.id }],
      authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification: 'preferred' },
    });
    await expect(async () => device.create(await begin())).rejects.toMatchObject({ name: 'InvalidStateError' });
    expect((await begin()).challenge).not.toBe((await begin()).challenge);
  });

  test.each(['StartWebAuthnRegistration', 'CompleteWebAuthnRegistration', 'ListWebAuthnCredentials', 'DeleteWebAuthnCredential'])('%s wants a live access token of the person', async (operation) => {
    const input = (AccessToken: string) => ({ AccessToken, Credential: {}, CredentialId: 'x' });
    const { IdToken } = await pool.signIn(ada);
    expect(await pool.refusal(operation, input('made-up'))).toBe('NotAuthorizedException: Invalid Access Token');
    expect(await pool.refusal(operation, input(IdToken))).toBe('NotAuthorizedException: Invalid Access Token');
    await pool.must('GlobalSignOut', { AccessToken: token });
    expect(await pool.refusal(operation, input(token))).toBe('NotAuthorizedException: Access Token has been revoked');
  });

  test('a pool without passkeys refuses both steps', async () => {
    const credential = createSoftwareAuthenticator({ origin }).create(await begin());
    await reopen({ passkeys: 'off' });
    const off = 'WebAuthnNotEnabledException: Passkeys are not enabled for this user pool.';
    expect(await pool.refusal('StartWebAuthnRegistration', { AccessToken: token })).toBe(off);
    expect(await complete(credential)).toBe(off);
  });
});

describe('CompleteWebAuthnRegistration', () => {
  test('keeps the passkey, for ES256 and RS256, over a restart', async () => {
    const iCloud = Buffer.from('fbfc3007154e4ecc8c0b6e020557d7bd', 'hex');
    const [phone, key] = [createSoftwareAuthenticator({ origin, aaguid: iCloud }), createSoftwareAuthenticator({ origin, algorithm: 'RS256', counts: true })];
    expect([await register(phone), await register(key)]).toEqual(['ok', 'ok']);
    await pool.restart();
    expect(await list()).toEqual([
      {
        CredentialId: phone.credentials[0]!.id, FriendlyCredentialName: 'iCloud Keychain', RelyingPartyId: 'localhost',
        AuthenticatorAttachment: 'platform', AuthenticatorTransports: ['internal', 'hybrid'], CreatedAt: start / 1000,
      },
      {
        CredentialId: key.credentials[0]!.id, FriendlyCredentialName: 'Passkey', RelyingPartyId: 'localhost',
        AuthenticatorAttachment: 'cross-platform', AuthenticatorTransports: ['usb'], CreatedAt: start / 1000,
      },
    ]);
  });

  const wrongOrigin = 'WebAuthnOriginNotAllowedException: The origin of the credential does not align with the relying party ID of the user pool.';
  const unsupported = 'WebAuthnCredentialNotSupportedException: The credential is from an unsupported device or provider.';
  const invalid = 'InvalidParameterException: Credential data is not valid';
  const notFound = 'WebAuthnChallengeNotFoundException: The registration challenge was not found or has expired.';

  test.each<[string, Forgery, string]>([
    ['a page of another site', { origin: 'https://evil.example' }, wrongOrigin],
    ['a site whose name ends alike', { origin: 'https://evillocalhost' }, wrongOrigin],
    ['a site below whose name ours is', { origin: 'http://localhost.evil.example' }, wrongOrigin],
    ['an origin with a path', { origin: 'http://localhost:3000/' }, wrongOrigin],
    ['no origin at all', { origin: 'null' }, wrongOrigin],
    ['an Android application', { origin: 'android:apk-key-hash:abc' }, wrongOrigin],
    ['a frame of another site', { crossOrigin: true }, wrongOrigin],
    ['another relying party', { relyingPartyId: 'evil.example' }, 'WebAuthnRelyingPartyMismatchException: The relying party ID of the credential does not match that of the user pool.'],
    ['a challenge that nobody gave', { challenge: 'A'.repeat(43) }, notFound],
    ['an answer for signing in', { type: 'webauthn.get' }, invalid],
    ['nobody present', { userPresent: false }, invalid],
  ])('refuses %s, and keeps nothing', async (_, forgery, refusal) => {
    expect(await complete(createSoftwareAuthenticator({ origin }).create(await begin(), forgery))).toBe(refusal);
    expect(await list()).toEqual([]);
  });

  test.each([['http://localhost:3000'], ['http://localhost'], ['https://localhost:8443'], ['http://app.localhost:3000']])('takes a page on %s', async (page) => {
    expect(await register(createSoftwareAuthenticator({ origin: page }))).toBe('ok');
  });

  test('elsewhere than on localhost the page must be on https', async () => {
    await reopen({ relyingPartyId: 'selkie.example' });
    expect(await register(createSoftwareAuthenticator({ origin: 'http://selkie.example' }))).toBe(wrongOrigin);
    expect(await register(createSoftwareAuthenticator({ origin: 'https://example' }))).toBe(wrongOrigin);
    expect(await register(createSoftwareAuthenticator({ origin: 'https://notselkie.example' }))).toBe(wrongOrigin);
    expect(await register(createSoftwareAuthenticator({ origin: 'https://selkie.example' }))).toBe('ok');
    expect(await register(createSoftwareAuthenticator({ origin: 'https://terminal.selkie.example:444' }))).toBe('ok');
  });

  test('refuses an algorithm that was not offered', async () => {
    expect(await register(createSoftwareAuthenticator({ origin, algorithm: 'EdDSA' }))).toBe(unsupported);
  });

  test('user verification is wanted where the pool says so', async () => {
    const careless = createSoftwareAuthenticator({ origin, verifiesUser: false });
    expect(await register(careless)).toBe('ok');
    await reopen({ passkeys: 'required' });
    expect((await begin()).authenticatorSelection.userVerification).toBe('required');
    expect(await register(createSoftwareAuthenticator({ origin, verifiesUser: false }))).toBe(unsupported);
    expect(await register(createSoftwareAuthenticator({ origin }))).toBe('ok');
  });

  test('a challenge works once, also after a refusal', async () => {
    const [options, device] = [await begin(), createSoftwareAuthenticator({ origin })];
    expect(await complete(device.create(options))).toBe('ok');
    expect(await complete(device.create(options))).toBe(notFound);
    const other = await begin();
    expect(await complete(device.create({ ...other, excludeCredentials: [] }, { origin: 'https://evil.example' }))).toBe(wrongOrigin);
    expect(await complete(device.create({ ...other, excludeCredentials: [] }))).toBe(notFound);
    expect(await list()).toHaveLength(1);
  });

  test('a challenge ends after three minutes', async () => {
    const credential = createSoftwareAuthenticator({ origin }).create(await begin());
    pool.clock.now += 3 * MINUTE;
    expect(await complete(credential)).toBe(notFound);
  });

  test('another person cannot answer a challenge, nor take it away', async () => {
    await pool.signUpAndConfirm(eve);
    const { AccessToken: hers } = await pool.signIn(eve);
    const credential = createSoftwareAuthenticator({ origin }).create(await begin());
    expect(await complete(credential, hers)).toBe(notFound);
    expect(await complete(credential)).toBe('ok');
    expect(await list(hers)).toEqual([]);
  });

  test('a credential belongs to one account only', async () => {
    await pool.signUpAndConfirm(eve);
    const { AccessToken: hers } = await pool.signIn(eve);
    const credential = createSoftwareAuthenticator({ origin }).create(await begin());
    expect(await complete(credential)).toBe('ok');
    const { challenge } = await begin(hers);
    const copied = { ...credential, response: { ...credential.response, clientDataJSON: Buffer.from(JSON.stringify({ type: 'webauthn.create', challenge, origin })).toString('base64url') } };
    expect(await complete(copied, hers)).toBe('InvalidParameterException: The credential is already registered.');
    expect(await list(hers)).toEqual([]);
  });

  test.each<[string, (credential: any) => unknown]>([
    ['an empty object', () => ({})],
    ['another id outside than inside', (credential) => ({ ...credential, id: 'AAAA', rawId: 'AAAA' })],
    ['two different ids', (credential) => ({ ...credential, id: 'AAAA' })],
    ['another kind of credential', (credential) => ({ ...credential, type: 'password' })],
    ['no client data', (credential) => ({ ...credential, response: { ...credential.response, clientDataJSON: undefined } })],
    ['client data that is no JSON', (credential) => ({ ...credential, response: { ...credential.response, clientDataJSON: 'AAAA' } })],
    ['an attestation that is no CBOR', (credential) => ({ ...credential, response: { ...credential.response, attestationObject: 'AAAA' } })],
    ['an attestation that was cut off', (credential) => ({ ...credential, response: { ...credential.response, attestationObject: credential.response.attestationObject.slice(0, 120) } })],
    ['a signing-in answer', (credential) => ({ ...credential, response: { clientDataJSON: credential.response.clientDataJSON, authenticatorData: 'AAAA', signature: 'AAAA' } })],
  ])('refuses %s as invalid data', async (_, change) => {
    const credential = createSoftwareAuthenticator({ origin }).create(await begin());
    expect(await complete(change(credential) as object)).toBe(invalid);
    expect(await list()).toEqual([]);
  });

  test('a token of another app client is refused', async () => {
    await reopen({ publicClientId });
    const credential = createSoftwareAuthenticator({ origin }).create(await begin());
    const other = await pool.signInPublicly(ada);
    expect(await complete(credential, other.AccessToken)).toBe('WebAuthnClientMismatchException: The access token is for a different client than the one that started the registration.');
    expect(await complete(credential)).toBe('ok');
  });

  test('a person has at most twenty passkeys', async () => {
    for (let i = 0; i < 19; i++) expect(await register(createSoftwareAuthenticator({ origin }))).toBe('ok');
    const [one, two] = [createSoftwareAuthenticator({ origin }).create(await begin()), createSoftwareAuthenticator({ origin }).create(await begin())];
    const full = 'LimitExceededException: A user can have at most 20 passkeys.';
    expect((await Promise.all([complete(one), complete(two)])).sort()).toEqual([full, 'ok']);
    expect(await pool.refusal('StartWebAuthnRegistration', { AccessToken: token })).toBe(full);
    expect(await list()).toHaveLength(20);
  });
});

describe('ListWebAuthnCredentials and DeleteWebAuthnCredential', () => {
  const devices = () => Array.from({ length: 3 }, () => createSoftwareAuthenticator({ origin }));
  const remove = (id: string, accessToken = token) => pool.refusal('DeleteWebAuthnCredential', { AccessToken: accessToken, CredentialId: id });

  test('pages hold each passkey once, also when the list changes in between', async () => {
    const all = devices();
    for (const device of all) await register(device);
    const ids = all.map(({ credentials }) => credentials[0]!.id);
    const first = await pool.must('ListWebAuthnCredentials', { AccessToken: token, MaxResults: 2 });
    expect(first.Credentials.map((one: any) => one.CredentialId)).toEqual(ids.slice(0, 2));
    expect(await remove(ids[0]!)).toBe('ok');
    const second = await pool.must('ListWebAuthnCredentials', { AccessToken: token, MaxResults: 2, NextToken: first.NextToken });
    expect(second).toEqual({ Credentials: [expect.objectContaining({ CredentialId: ids[2] })] });
    expect(await pool.refusal('ListWebAuthnCredentials', { AccessToken: token, NextToken: 'made-up' })).toBe('InvalidParameterException: Invalid pagination token given.');
    expect(await pool.refusal('ListWebAuthnCredentials', { AccessToken: token, MaxResults: 21 })).toMatch(/^InvalidParameterException: .*'maxResults'.*less than or equal to 20$/);
  });

  test('removes a passkey once, and nobody else’s', async () => {
    const device = createSoftwareAuthenticator({ origin });
    await register(device);
    await pool.signUpAndConfirm(eve);
    const id = device.credentials[0]!.id;
    const gone = 'ResourceNotFoundException: The passkey was not found.';
    expect(await remove(id, (await pool.signIn(eve)).AccessToken)).toBe(gone);
    expect(await remove(id)).toBe('ok');
    expect(await remove(id)).toBe(gone);
    expect(await list()).toEqual([]);
    await pool.restart();
    expect(await list()).toEqual([]);
  });
});
