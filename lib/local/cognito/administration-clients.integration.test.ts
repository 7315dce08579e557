import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient, CompleteWebAuthnRegistrationCommand, InitiateAuthCommand, ListWebAuthnCredentialsCommand, RespondToAuthChallengeCommand,
  StartWebAuthnRegistrationCommand, WebAuthnOriginNotAllowedException,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFaults } from '../faults.ts';
import { startFront, type Front } from '../front.ts';
import { createRequestLog } from '../request-log.ts';
import { type Ran, findAllOnPath, run } from '../s3/testing/command-line.ts';
import { createSoftwareAuthenticator } from './testing/software-authenticator.ts';
import { config, openTestPool, password, refreshInput, secretHash, signInInput, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
let pool: TestPool;
let front: Front;
let work: string;
beforeEach(async () => {
  pool = await openTestPool({ now: Date.now });
  front = await startFront({ service: pool.service, port: 0, faults: createFaults(), log: createRequestLog() });
  work = await mkdtemp(join(tmpdir(), 'selkie-cognito-clients-'));
});
afterEach(async () => {
  await front.close();
  await pool.dispose();
  await rm(work, { recursive: true, force: true });
});

test('the SDK registers a passkey and signs in with it, on the wire', async () => {
  await pool.signUpAndConfirm(ada);
  const { AccessToken } = await pool.signIn(ada);
  const client = new CognitoIdentityProviderClient({ region: config.region, endpoint: front.url, maxAttempts: 1, credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
  const phone = createSoftwareAuthenticator({ origin: 'http://localhost:3000' });
  const begin = async () => (await client.send(new StartWebAuthnRegistrationCommand({ AccessToken }))).CredentialCreationOptions as never;
  const forged = phone.create(await begin(), { origin: 'https://evil.example' });
  await expect(client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential: forged as never }))).rejects.toBeInstanceOf(WebAuthnOriginNotAllowedException);
  const began = Date.now();
  await client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential: phone.create(await begin()) as never }));
  const { Credentials } = await client.send(new ListWebAuthnCredentialsCommand({ AccessToken }));
  expect(Credentials).toEqual([expect.objectContaining({ CredentialId: phone.credentials[1]!.id, RelyingPartyId: 'localhost', CreatedAt: expect.any(Date) })]);
  expect(Credentials![0]!.CreatedAt!.getTime()).toBeGreaterThanOrEqual(began);

  const asked = await client.send(new InitiateAuthCommand({
    ClientId: config.clientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: ada, PREFERRED_CHALLENGE: 'WEB_AUTHN', SECRET_HASH: secretHash(ada) },
  }));
  const { USER_ID_FOR_SRP: sub, CREDENTIAL_REQUEST_OPTIONS: options } = asked.ChallengeParameters!;
  const answer = await client.send(new RespondToAuthChallengeCommand({
    ClientId: config.clientId, ChallengeName: 'WEB_AUTHN', Session: asked.Session,
    ChallengeResponses: { USERNAME: sub!, SECRET_HASH: secretHash(sub!), CREDENTIAL: JSON.stringify(phone.get(JSON.parse(options!))) },
  }));
  expect(answer.AuthenticationResult?.TokenType).toBe('Bearer');
  client.destroy();
});

// CI installs it, so there a missing one is a failure; on a developer's machine it is skipped and the name says why.
const ci = Boolean(process.env['CI']);
const paths = findAllOnPath('aws');
const awses = paths.length > 0
  ? paths.map((path) => ({ title: path, program: () => path }))
  : [{ title: `aws${ci ? '' : ' (skipped: it is not on PATH; Debian package awscli)'}`, program: () => expect.fail('aws is not on PATH: install the Debian package awscli.') }];

describe.skipIf(paths.length === 0 && !ci).each(awses)('$title', ({ program }) => {
  const call = (operation: string, args: string[], env: Record<string, string> = {}): Promise<Ran> =>
    run(program(), ['--endpoint-url', front.url, '--region', config.region, '--output', 'json', 'cognito-idp', operation, '--user-pool-id', config.userPoolId, ...args], {
      AWS_ACCESS_KEY_ID: 'AKTEST',
      AWS_SECRET_ACCESS_KEY: 'key-secret',
      AWS_CONFIG_FILE: join(work, 'aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(work, 'aws-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      AWS_MAX_ATTEMPTS: '1',
      LC_ALL: 'C.UTF-8',
      ...env,
    });
  const ok = async (operation: string, ...args: string[]): Promise<any> => {
    const ran = await call(operation, args);
    expect(ran.code, `aws cognito-idp ${operation} ${args.join(' ')}\n${ran.stderr}`).toBe(0);
    return ran.stdout.trim() === '' ? undefined : JSON.parse(ran.stdout);
  };

  // Each call starts Python anew, which takes seconds on a busy machine: what other tests prove goes without it.
  test('makes a person and a group, joins them, signs the person out, and disables them', { timeout: 120_000 }, async () => {
    const { User } = await ok('admin-create-user', '--username', ada, '--message-action', 'SUPPRESS', '--user-attributes', `Name=email,Value=${ada}`, 'Name=email_verified,Value=true');
    expect(User).toMatchObject({ UserStatus: 'FORCE_CHANGE_PASSWORD', Enabled: true });
    expect(await ok('create-group', '--group-name', 'admin', '--precedence', '1')).toMatchObject({ Group: { GroupName: 'admin', Precedence: 1, UserPoolId: config.userPoolId } });
    await ok('admin-add-user-to-group', '--username', ada, '--group-name', 'admin');
    await pool.admin('AdminSetUserPassword', { Username: ada, Password: password, Permanent: true });
    const tokens = await pool.signIn(ada);
    expect(decodeJwt(tokens.IdToken)['cognito:groups']).toEqual(['admin']);

    await ok('admin-user-global-sign-out', '--username', ada);
    expect(await pool.refusal('GetTokensFromRefreshToken', refreshInput(tokens.RefreshToken))).toBe('NotAuthorizedException: Refresh Token has been revoked');
    await ok('admin-disable-user', '--username', User.Username);
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('NotAuthorizedException: User is disabled.');

    for (const name of ['eve@example.com', 'adam@example.com']) await pool.admin('AdminCreateUser', { Username: name, MessageAction: 'SUPPRESS' });
    // Two pages of one, which it puts together.
    const { Users } = await ok('list-users', '--filter', 'email ^= "ad"', '--page-size', '1');
    expect(Users).toMatchObject([{ Username: User.Username, Enabled: false, UserStatus: 'CONFIRMED' }, { Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' }]);
  });

  test('says what is wrong, and does nothing with a wrong key', { timeout: 120_000 }, async () => {
    const [stranger, nobody] = await Promise.all([
      call('admin-create-user', ['--username', ada], { AWS_SECRET_ACCESS_KEY: 'other' }),
      call('admin-disable-user', ['--username', ada]),
    ]);
    expect([stranger.code === 0, /InvalidSignatureException/.test(stranger.stderr)]).toEqual([false, true]);
    expect([nobody.code === 0, /UserNotFoundException.*User does not exist\./.test(nobody.stderr)]).toEqual([false, true]);
    expect(await pool.admin('ListUsers', {})).toEqual({ Users: [] });
  });
});
