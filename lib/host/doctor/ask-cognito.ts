import { DescribeIdentityPoolCommand, GetIdCommand, GetPrincipalTagAttributeMapCommand, type DescribeIdentityPoolCommandOutput, CognitoIdentityClient } from '@aws-sdk/client-cognito-identity';
import {
  AdminDeleteSoftwareTokenCommand, AdminDeleteUserCommand, AdminUserGlobalSignOutCommand, DescribeUserPoolClientCommand, DescribeUserPoolCommand, GetUserPoolMfaConfigCommand,
  InitiateAuthCommand, type GetUserPoolMfaConfigCommandOutput, type UserPoolClientType, type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Environment as Settings } from '../../core/session/environment.ts';
import { askAws, type AwsClients } from './ask-aws.ts';
import type { Asked } from './check.ts';
import { noteClock, type Context } from './context.ts';
import { silence } from './silence.ts';

/** What Cognito says. Every person that is named to it is a new one whom nobody is. */
export interface CognitoEvidence {
  settings: Settings;
  /** The pool's public keys. */
  keys: Asked<unknown>;
  /** A sign-in with a password, as the app begins it. */
  password: Asked<unknown>;
  /** A sign-in with a passkey, as the app begins it. */
  choice: Asked<unknown>;
  /** The acts of an administrator that the app does, by the right that each needs. */
  rights: Readonly<Record<string, Asked<unknown>>>;
  pool: Asked<UserPoolType>;
  client: Asked<UserPoolClientType>;
  factors: Asked<GetUserPoolMfaConfigCommandOutput>;
  /** Where the pool's domain leads somebody who comes as the app sends them. */
  login: Asked<{ status: number; location: string }> | undefined;
  identity: { provider: Asked<unknown>; pool: Asked<DescribeIdentityPoolCommandOutput>; tags: Asked<Record<string, string>> } | undefined;
}

export async function askCognito(context: Context, clients: AwsClients): Promise<CognitoEvidence> {
  const { settings, timeoutMs } = context;
  const { userPoolId: UserPoolId, clientId: ClientId, clientSecret } = settings.cognito;
  const { people, reader } = clients;
  const ask = <T>(request: Parameters<typeof askAws<T>>[1]) => askAws(timeoutMs, request);
  const nobody = `doctor-${randomBytes(8).toString('hex')}@selkie.invalid`;
  const SECRET_HASH = createHmac('sha256', clientSecret).update(nobody + ClientId).digest('base64');
  const initiate = (AuthFlow: 'USER_PASSWORD_AUTH' | 'USER_AUTH', more: Record<string, string>) =>
    ask((deadline) => people.send(new InitiateAuthCommand({ AuthFlow, ClientId, AuthParameters: { USERNAME: nobody, SECRET_HASH, ...more } }), deadline));
  const signIn = () => initiate('USER_PASSWORD_AUTH', { PASSWORD: `Doctor-${randomBytes(12).toString('hex')}` });
  const choose = () => initiate('USER_AUTH', { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
  const withPool = { UserPoolId, Username: nobody };

  if (context.brief === true) {
    const [keys, password, choice] = await Promise.all([askKeys(context), signIn(), choose()]);
    const none: Asked<never> = { kind: 'silent', why: 'it is not looked at at a start' };
    return { settings, keys, password, choice, rights: {}, pool: none, client: none, factors: none, login: undefined, identity: undefined };
  }
  const [keys, password, choice, deleteUser, deleteApp, signOut, pool, client, factors, login, identity] = await Promise.all([
    askKeys(context),
    signIn(),
    choose(),
    ask((deadline) => people.send(new AdminDeleteUserCommand(withPool), deadline)),
    ask((deadline) => people.send(new AdminDeleteSoftwareTokenCommand(withPool), deadline)),
    ask((deadline) => people.send(new AdminUserGlobalSignOutCommand(withPool), deadline)),
    ask(async (deadline) => (await reader.people.send(new DescribeUserPoolCommand({ UserPoolId }), deadline)).UserPool ?? {}),
    ask(async (deadline) => (await reader.people.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }), deadline)).UserPoolClient ?? {}),
    ask((deadline) => reader.people.send(new GetUserPoolMfaConfigCommand({ UserPoolId }), deadline)),
    askLogin(context),
    askIdentityPool(context, clients),
  ]);
  const rights = { 'cognito-idp:AdminDeleteUser': deleteUser, 'cognito-idp:AdminDeleteSoftwareToken': deleteApp, 'cognito-idp:AdminUserGlobalSignOut': signOut };
  return { settings, keys, password, choice, rights, pool, client, factors, login, identity };
}

async function askKeys(context: Context): Promise<Asked<unknown>> {
  const askedAtMs = context.now();
  try {
    const answer = await fetch(context.settings.cognito.jwksUrl, { redirect: 'manual', signal: AbortSignal.timeout(context.timeoutMs) });
    noteClock(context, 'Cognito', answer.headers.get('date'), askedAtMs);
    if (answer.status >= 500) return { kind: 'silent', why: `it answered HTTP ${answer.status}` };
    if (!answer.ok) return { kind: 'refused', code: `HTTP ${answer.status}`, message: '', status: answer.status };
    const { keys } = (await answer.json()) as { keys?: unknown[] };
    return Array.isArray(keys) && keys.length > 0 ? { kind: 'answer', value: keys } : { kind: 'refused', code: 'no keys', message: '', status: answer.status };
  } catch (error) {
    return { kind: 'silent', why: silence(error) };
  }
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html: nobody is signed in by looking. */
async function askLogin({ settings: { appOrigin, cognito }, timeoutMs }: Context): Promise<CognitoEvidence['login']> {
  if (cognito.domain === undefined) return undefined;
  const query = new URLSearchParams({
    response_type: 'code', client_id: cognito.clientId, redirect_uri: `${appOrigin}/api/auth/callback`, scope: 'openid email profile aws.cognito.signin.user.admin',
    state: 'doctor', nonce: 'doctor', code_challenge_method: 'S256', code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
  });
  try {
    const answer = await fetch(`${cognito.domain}/oauth2/authorize?${query.toString()}`, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    if (answer.status >= 500) return { kind: 'silent', why: `it answered HTTP ${answer.status}` };
    return { kind: 'answer', value: { status: answer.status, location: answer.headers.get('location') ?? '' } };
  } catch (error) {
    return { kind: 'silent', why: silence(error) };
  }
}

async function askIdentityPool({ settings: { cognito }, timeoutMs, now }: Context, { reader: { identities } }: AwsClients): Promise<CognitoEvidence['identity']> {
  const { identityPoolId: IdentityPoolId, issuer, region, endpoint } = cognito;
  if (IdentityPoolId === undefined) return undefined;
  const IdentityProviderName = issuer.replace('https://', '');
  // A public operation: it must not fail for want of AWS credentials.
  const anybody = new CognitoIdentityClient({
    region, maxAttempts: 1, systemClockOffset: now() - Date.now(), credentials: { accessKeyId: 'none', secretAccessKey: 'none' }, ...(endpoint !== undefined && { endpoint }),
  });
  const [provider, pool, tags] = await Promise.all([
    // No token, and so no person: what is refused first tells whether the pool is there and knows our user pool.
    askAws(timeoutMs, (deadline) => anybody.send(new GetIdCommand({ IdentityPoolId, Logins: { [IdentityProviderName]: 'no.token.here' } }), deadline)),
    askAws(timeoutMs, (deadline) => identities.send(new DescribeIdentityPoolCommand({ IdentityPoolId }), deadline)),
    askAws(timeoutMs, async (deadline) => (await identities.send(new GetPrincipalTagAttributeMapCommand({ IdentityPoolId, IdentityProviderName }), deadline)).PrincipalTags ?? {}),
  ]);
  anybody.destroy();
  return { provider, pool, tags };
}
