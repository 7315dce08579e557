import {
  AdminCreateUserCommand, CognitoIdentityProviderClient, ConfirmSignUpCommand, GetTokensFromRefreshTokenCommand, GetUserCommand, GlobalSignOutCommand,
  InitiateAuthCommand, NotAuthorizedException, RefreshTokenReuseException, RespondToAuthChallengeCommand, RevokeTokenCommand, SignUpCommand,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFaults } from '../faults.ts';
import { startFront, type Front } from '../front.ts';
import { createRequestLog } from '../request-log.ts';
import { defaultCost } from './passwords.ts';
import { config, named, openTestPool, password, refreshInput, secretHash, signInInput, type TestPool } from './testing/test-pool.ts';

/** The real SDK against the service on a port, with the cost of passwords that production uses. */
const ada = 'ada@example.com';
let pool: TestPool;
let front: Front;
let client: CognitoIdentityProviderClient;
beforeAll(async () => {
  pool = await openTestPool({ now: Date.now, scryptCost: defaultCost, rotationGraceSeconds: 0 });
  front = await startFront({ service: pool.service, port: 0, faults: createFaults(), log: createRequestLog() });
  client = new CognitoIdentityProviderClient({ region: config.region, endpoint: front.url, maxAttempts: 1, credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'key-secret' } });
});
afterAll(async () => {
  client.destroy();
  await front.close();
  await pool.dispose();
});

test('a person signs up, signs in, refreshes and signs out, as the app does it', async () => {
  const { UserSub } = await client.send(new SignUpCommand({ ...named(ada), Password: password }));
  await expect(client.send(new SignUpCommand({ ...named(ada), Password: password }))).rejects.toBeInstanceOf(UsernameExistsException);
  await client.send(new ConfirmSignUpCommand({ ...named(ada), ConfirmationCode: pool.codeFor(ada) }));
  const { AuthenticationResult: tokens } = await client.send(new InitiateAuthCommand(signInInput(ada, password) as never));

  const keys = createRemoteJWKSet(new URL(`${front.url}/${config.userPoolId}/.well-known/jwks.json`));
  const id = await jwtVerify(tokens!.IdToken!, keys, { issuer: config.issuer, audience: config.clientId });
  expect(id.payload).toMatchObject({ sub: UserSub, email: ada, email_verified: true, token_use: 'id' });
  const { UserAttributes } = await client.send(new GetUserCommand({ AccessToken: tokens!.AccessToken }));
  expect(UserAttributes).toContainEqual({ Name: 'email', Value: ada });

  const refreshed = await client.send(new GetTokensFromRefreshTokenCommand(refreshInput(tokens!.RefreshToken!)));
  expect(refreshed.AuthenticationResult?.RefreshToken).not.toBe(tokens!.RefreshToken);
  await expect(client.send(new GetTokensFromRefreshTokenCommand(refreshInput(tokens!.RefreshToken!)))).rejects.toBeInstanceOf(RefreshTokenReuseException);
  await expect(client.send(new GetUserCommand({ AccessToken: refreshed.AuthenticationResult!.AccessToken }))).rejects.toBeInstanceOf(NotAuthorizedException);

  const again = await client.send(new InitiateAuthCommand(signInInput(ada, password) as never));
  await client.send(new RevokeTokenCommand({ ClientId: config.clientId, ClientSecret: config.clientSecret, Token: again.AuthenticationResult!.RefreshToken! }));
  await expect(client.send(new GlobalSignOutCommand({ AccessToken: again.AuthenticationResult!.AccessToken }))).rejects.toMatchObject({ name: 'NotAuthorizedException', message: 'Access Token has been revoked' });
});

test('the SDK’s own signature opens the administrator’s operations, another key’s does not', async () => {
  const { User } = await client.send(new AdminCreateUserCommand({ UserPoolId: config.userPoolId, Username: 'bob@example.com', TemporaryPassword: password }));
  expect(User?.UserCreateDate?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  const challenge = await client.send(new InitiateAuthCommand(signInInput('bob@example.com', password) as never));
  const answer = await client.send(new RespondToAuthChallengeCommand({
    ClientId: config.clientId, ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: challenge.Session,
    ChallengeResponses: { USERNAME: User!.Username!, NEW_PASSWORD: 'Battery-staple-2', SECRET_HASH: secretHash(User!.Username!) },
  }));
  expect(answer.AuthenticationResult?.TokenType).toBe('Bearer');
  const stranger = new CognitoIdentityProviderClient({ region: config.region, endpoint: front.url, maxAttempts: 1, credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'wrong' } });
  await expect(stranger.send(new AdminCreateUserCommand({ UserPoolId: config.userPoolId, Username: 'eve@example.com' }))).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  stranger.destroy();
});

test('a wrong password takes as long for nobody as for somebody', async () => {
  const time = async (name: string) => {
    const began = performance.now();
    await expect(client.send(new InitiateAuthCommand(signInInput(name, 'Wrong-horse-1') as never))).rejects.toBeInstanceOf(NotAuthorizedException);
    return performance.now() - began;
  };
  await time('warm-up@example.com');
  const [known, unknown] = [[], []] as [number[], number[]];
  for (let i = 0; i < 3; i++) {
    known.push(await time(ada));
    unknown.push(await time('nobody@example.com'));
  }
  // Without the dummy hash the quotient is over 20; the bound leaves room for a busy machine.
  const ratio = Math.min(...known) / Math.min(...unknown);
  expect(ratio).toBeGreaterThan(1 / 3);
  expect(ratio).toBeLessThan(3);
});
