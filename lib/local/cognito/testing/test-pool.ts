import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { createIam } from '../../iam/iam.ts';
import { createOutbox, type Outbox } from '../../outbox/outbox.ts';
import type { LocalService, ServiceRequest } from '../../service.ts';
import { createCognito, type CognitoOptions } from '../cognito.ts';
import { accessKeys, signRequest } from './sign-request.ts';
import { createSrpClient } from './srp-client.ts';

export const config = {
  region: 'eu-west-1',
  userPoolId: 'eu-west-1_Test00001',
  clientId: 'testclient0000000000000000',
  clientSecret: 'testsecret0000000000000000000000000000000000000',
  issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Test00001',
  identityPoolId: 'eu-west-1:00000000-0000-4000-8000-000000000001',
  relyingPartyId: 'localhost',
  callbackUrls: ['http://localhost:3000/api/auth/callback'],
  logoutUrls: ['http://localhost:3000/'],
};

/** What SRP binds passwords to. */
export const poolName = 'Test00001';

/** For pools that are opened with it in their configuration. */
export const publicClientId = 'publicclient00000000000000';

export const password = 'Correct-horse-1';

/** Milliseconds since 1970 at which every test begins. */
export const start = Date.UTC(2026, 10, 21, 12);

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: any;
}

export interface TestPool {
  service: LocalService;
  outbox: Outbox;
  dataDir: string;
  warnings: string[];
  clock: { now: number };
  /** Calls an operation as the SDK would, without a port. */
  call(operation: string, input: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** As `call`, but throws unless it succeeds. */
  must(operation: string, input: unknown): Promise<any>;
  /** As `call`, and only the refusal: `Type: message`, or `ok`. */
  refusal(operation: string, input: unknown, headers?: Record<string, string>): Promise<string>;
  /** An administrator's operation on this pool, signed; throws unless it succeeds. */
  admin(operation: string, input: object): Promise<any>;
  /** As `admin`, and only the refusal: `Type: message`, or `ok`. */
  adminRefusal(operation: string, input: object): Promise<string>;
  signUpAndConfirm(email: string): Promise<string>;
  signIn(email: string, itsPassword?: string): Promise<any>;
  /** By SRP, at the public client; the pool must have been opened with one. */
  signInPublicly(email: string, itsPassword?: string): Promise<any>;
  /** The newest code that was mailed to the address. */
  codeFor(email: string): string;
  /** The same data folder, opened again. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

export function secretHash(username: string): string {
  return createHmac('sha256', config.clientSecret).update(username + config.clientId).digest('base64');
}

export function request(method: string, path: string, headers: Record<string, string>, body: string | Buffer = ''): ServiceRequest {
  return { method, path, query: '', headers, body: Buffer.from(body), raw: {} as IncomingMessage };
}

/** One for all pools of a test file: making one takes up to half a second. */
const key = generateKeyPair('RS256', { extractable: true }).then(({ privateKey }) => exportJWK(privateKey));

export async function openTestPool(options: Partial<CognitoOptions> = {}): Promise<TestPool> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'selkie-cognito-')));
  await writeFile(join(dataDir, 'key.json'), JSON.stringify({ jwk: { ...(await key), kid: 'test-key' } }));
  const clock = { now: start };
  const now = () => clock.now;
  const warnings: string[] = [];
  const warn = (sentence: string) => void warnings.push(sentence);
  const outbox = await createOutbox({ dataDir, now, announce: () => undefined, warn });
  const open = () => createCognito({ dataDir, config, now, outbox, warn, scryptCost: { N: 16, r: 1, p: 1 }, iam: createIam({ rootKeys: accessKeys, region: config.region, now }), ...options });
  const asAdmin = (operation: string, input: object) => {
    const body = JSON.stringify({ UserPoolId: config.userPoolId, ...input });
    return pool.call(operation, body, signRequest(operation, body, (options.now ?? now)()));
  };

  const pool: TestPool = {
    service: await open(),
    outbox,
    dataDir,
    warnings,
    clock,
    async call(operation, input, headers = {}) {
      const response = await pool.service.handle(request('POST', '/', {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        ...headers,
      }, typeof input === 'string' ? input : JSON.stringify(input)));
      return { status: response.status, headers: response.headers, body: JSON.parse(String(response.body)) };
    },
    async must(operation, input) {
      const answer = await pool.call(operation, input);
      if (answer.status !== 200) throw new Error(`${operation}: ${answer.body.__type}: ${answer.body.message}`);
      return answer.body;
    },
    async refusal(operation, input, headers) {
      const answer = await pool.call(operation, input, headers);
      return answer.status === 200 ? 'ok' : `${answer.body.__type}: ${answer.body.message}`;
    },
    async admin(operation, input) {
      const answer = await asAdmin(operation, input);
      if (answer.status !== 200) throw new Error(`${operation}: ${answer.body.__type}: ${answer.body.message}`);
      return answer.body;
    },
    async adminRefusal(operation, input) {
      const answer = await asAdmin(operation, input);
      return answer.status === 200 ? 'ok' : `${answer.body.__type}: ${answer.body.message}`;
    },
    async signUpAndConfirm(email) {
      const { UserSub } = await pool.must('SignUp', { ...named(email), Password: password });
      await pool.must('ConfirmSignUp', { ...named(email), ConfirmationCode: pool.codeFor(email) });
      return UserSub;
    },
    async signIn(email, itsPassword = password) {
      const { AuthenticationResult } = await pool.must('InitiateAuth', signInInput(email, itsPassword));
      return AuthenticationResult;
    },
    async signInPublicly(email, itsPassword = password) {
      const srp = createSrpClient();
      const asked = await pool.must('InitiateAuth', { ClientId: publicClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: email, SRP_A: srp.SRP_A } });
      const claim = srp.claim(asked.ChallengeParameters, itsPassword, (options.now ?? now)(), poolName);
      const answer = { USERNAME: asked.ChallengeParameters.USER_ID_FOR_SRP, ...claim };
      const { AuthenticationResult } = await pool.must('RespondToAuthChallenge', { ClientId: publicClientId, ChallengeName: 'PASSWORD_VERIFIER', Session: asked.Session, ChallengeResponses: answer });
      return AuthenticationResult;
    },
    codeFor(email) {
      const mail = outbox.list(email)[0];
      if (mail === undefined) throw new Error(`No mail for ${email}`);
      return mail.code;
    },
    async restart() {
      await pool.service.close();
      pool.service = await open();
    },
    async dispose() {
      await pool.service.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return pool;
}

/** The members that name a client and a person. */
export function named(username: string) {
  return { ClientId: config.clientId, Username: username, SecretHash: secretHash(username) };
}

export function signInInput(username: string, itsPassword: string) {
  return {
    ClientId: config.clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: itsPassword, SECRET_HASH: secretHash(username) },
  };
}

export function refreshInput(refreshToken: string) {
  return { ClientId: config.clientId, ClientSecret: config.clientSecret, RefreshToken: refreshToken };
}
