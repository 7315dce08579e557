import { readTemplate } from '../../../local/iam/read-stack.ts';
import { loosenedTemplates } from '../../../server/sync/testing/loosened-templates.ts';
import type { Environment } from '../../environment.ts';
import { instanceSettings } from '../instances.ts';
import { makeAuthority } from './certificates.ts';
import { clientId, identityPoolId } from './services.ts';
import { unguessable, type Breakage } from './stand.ts';
import { answers, cache, cookies, cut, drops, headers, looksFirst, operation, redisCommand, redisInfo, refuses, status, when } from './twists.ts';

/** One fault each, and the one error that it must be called. */
export type BrokenDeployment = readonly [name: string, id: string, breakage: Breakage | ((env: Environment) => Breakage)];

const api = ({ url }: { url: string }) => url.startsWith('/api/');
const client = (members: object) => ({ cognito: operation('DescribeUserPoolClient', ({ UserPoolClient }) => void Object.assign(UserPoolClient, members)) });
const pool = (members: object) => ({ cognito: operation('DescribeUserPool', ({ UserPool }) => void Object.assign(UserPool, members)) });
const identities = (members: object) => ({ cognito: operation('DescribeIdentityPool', (answer) => void Object.assign(answer, members)) });
const loosened = (sid: string, how: string): Breakage => {
  const found = loosenedTemplates().find((one) => one.sid === sid && one.how === how);
  if (found === undefined) throw new Error(`The template has no ${sid} to loosen ${how}.`);
  return { services: { template: found.template } };
};
const withoutPolicy = (): unknown => {
  const template = readTemplate() as { Resources: Record<string, { Type: string }> };
  for (const [name, { Type }] of Object.entries(template.Resources)) if (Type === 'AWS::S3::BucketPolicy') delete template.Resources[name];
  return template;
};
const accessDenied = (action: string) => answers(403, `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>because no identity-based policy allows the ${action} action</Message></Error>`, { 'content-type': 'application/xml' });
const weakToken = 'redis-redis-redis-redis-redis-redis-';
const inBase64 = (text: string) => Buffer.from(text).toString('base64');
const two = (env: Environment, other: Environment) => new Map([['a', instanceSettings(env)], ['b', instanceSettings({ ...env, ...other })]]);
/** Of nobody that anybody trusts. */
const strangers = () => {
  const authority = makeAuthority();
  const certified = authority.certify('localhost', 90);
  authority.dispose();
  return certified;
};

const environment: readonly BrokenDeployment[] = [
  ['a missing secret', 'environment.valid', { env: { SESSION_SECRET: undefined } }],
  ['half of Cognito configured', 'environment.valid', { env: { COGNITO_CLIENT_SECRET: undefined } }],
  ['an http origin on the internet', 'environment.valid', { env: { APP_ORIGIN: 'http://selkie.example' } }],
  ['an https origin with an insecure cookie', 'environment.valid', { env: { APP_ORIGIN: 'https://selkie.example', SESSION_COOKIE_SECURE: 'false' } }],
  ['a pool of another region', 'environment.valid', { env: { COGNITO_REGION: 'us-east-1' } }],
  ['an idle time longer than the whole session', 'environment.valid', { env: { SESSION_IDLE_SECONDS: '900000' } }],
  ['a key map that is no JSON', 'environment.valid', { env: { SESSION_SECRET: '{1: x}' } }],
  ['certificates that nobody verifies', 'environment.tls-verification', { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }],
  ['an open inspector', 'environment.inspector', { env: { NODE_OPTIONS: '--inspect=0.0.0.0:9229' } }],
  ['CORS for the own origin', 'environment.cors-own', (env) => ({ env: { CORS_ALLOWED_ORIGINS: env.APP_ORIGIN } })],
  ['CORS for a page in the clear', 'environment.cors-plain', { env: { CORS_ALLOWED_ORIGINS: 'http://status.example' } }],
  ['an identity pool of another region', 'environment.identity-region', { env: { COGNITO_IDENTITY_POOL_ID: identityPoolId.replace('eu-west-1', 'us-east-1') } }],
  ['a secret of zeros', 'secrets.session', { env: { SESSION_SECRET: Buffer.alloc(32).toString('base64') } }],
  ['a secret out of a tutorial', 'secrets.session', { env: { SESSION_SECRET: inBase64('complex_password_at_least_32_characters_long') } }],
  ['an older key that is a sentence', 'secrets.session', { env: { SESSION_SECRET: JSON.stringify({ 1: inBase64('the quick brown fox jumps over it'), 2: unguessable() }) } }],
  ['an actions key of half the length', 'secrets.actions-key', { env: { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: unguessable().slice(0, 22) } }],
  ['a token of Redis that repeats itself', 'secrets.redis-token', (env) => ({
    env: { UPSTASH_REDIS_REST_TOKEN: weakToken },
    redis: (request, answer) => {
      if (request.headers.authorization === `Bearer ${weakToken}`) request.headers.authorization = `Bearer ${env.UPSTASH_REDIS_REST_TOKEN}`;
      return answer();
    },
  })],
  ['a metrics token of one letter', 'secrets.metrics-token', { env: { METRICS_TOKEN: 'x'.repeat(40) } }],
  ['one secret in two places', 'secrets.distinct', (env) => ({ env: { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: env.SESSION_SECRET } })],
  ['an instance that lacks the new key', 'instances.secrets', (env) => ({ instances: two({ ...env, SESSION_SECRET: JSON.stringify({ 1: env.SESSION_SECRET, 2: unguessable() }) }, { SESSION_SECRET: env.SESSION_SECRET }) })],
  ['an instance with another client secret', 'instances.secrets', (env) => ({ instances: two(env, { COGNITO_CLIENT_SECRET: 'a'.repeat(51) }) })],
  ['an instance that trusts another number of proxies', 'instances.settings', (env) => ({ instances: two(env, { TRUSTED_PROXY_HOPS: '2' }) })],
];

const cognito: readonly BrokenDeployment[] = [
  ['Cognito that hangs up', 'cognito.reachable', { cognito: cut }],
  ['Cognito that fails', 'cognito.reachable', { cognito: answers(503, '<h1>Service Unavailable</h1>') }],
  ['a pool that does not exist', 'cognito.pool', { env: { COGNITO_USER_POOL_ID: 'eu-west-1_Other0000' } }],
  ['a client that does not exist', 'cognito.client', { env: { COGNITO_CLIENT_ID: 'otherclient0000000000000000' } }],
  ['a client of another pool', 'cognito.client', { cognito: refuses('DescribeUserPoolClient', 'ResourceNotFoundException', `User pool client ${clientId} does not exist.`) }],
  ['another client’s secret', 'cognito.secret', { env: { COGNITO_CLIENT_SECRET: 'b'.repeat(51) } }],
  ['a client without the password flow', 'cognito.password-flow', { cognito: refuses('InitiateAuth', 'InvalidParameterException', 'USER_PASSWORD_AUTH flow not enabled for this client', ({ AuthFlow }) => AuthFlow === 'USER_PASSWORD_AUTH') }],
  ['a client without choice-based sign-in', 'cognito.choice-flow', { cognito: refuses('InitiateAuth', 'InvalidParameterException', 'USER_AUTH flow not enabled for this client', ({ AuthFlow }) => AuthFlow === 'USER_AUTH') }],
  ['Cognito that tells who is known', 'cognito.user-existence', { cognito: refuses('InitiateAuth', 'UserNotFoundException', 'User does not exist.', ({ AuthFlow }) => AuthFlow === 'USER_PASSWORD_AUTH') }],
  ['user existence errors of old', 'cognito.user-existence', client({ PreventUserExistenceErrors: 'LEGACY' })],
  ['refresh tokens that stay the same', 'cognito.rotation', client({ RefreshTokenRotation: { Feature: 'DISABLED' } })],
  ['a second way to refresh', 'cognito.rotation', client({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] })],
  ['refresh tokens of a week', 'cognito.refresh-life', { services: { pool: { refreshLifeSeconds: 7 * 24 * 3600 } } }],
  ['sessions that outlive every token', 'cognito.refresh-life', { env: { SESSION_ABSOLUTE_SECONDS: String(30 * 24 * 3600) } }],
  ['tokens that can’t be revoked', 'cognito.revocation', client({ EnableTokenRevocation: false })],
  ['Cognito that drops the person’s address', 'cognito.user-context', client({ EnablePropagateAdditionalUserContextData: false })],
  ['another callback address', 'cognito.managed-login', { services: { pool: { callbackUrls: ['https://old.example/api/auth/callback'] } } }],
  ['a managed login that is not there', 'cognito.managed-login', { env: { COGNITO_DOMAIN: 'http://127.0.0.1:9' } }],
  ['the implicit grant', 'cognito.grants', client({ AllowedOAuthFlows: ['code', 'implicit'] })],
  ['a client without the scope for factors', 'cognito.grants', client({ AllowedOAuthScopes: ['openid', 'email', 'profile'] })],
  ['a pool of telephone numbers', 'cognito.email-sign-in', pool({ UsernameAttributes: ['phone_number'] })],
  ['a pool that knows letter case', 'cognito.email-sign-in', pool({ UsernameConfiguration: { CaseSensitive: true } })],
  ['a pool without MFA', 'cognito.mfa', { services: { pool: { mfa: 'OFF' } } }],
  ['text messages as a factor', 'cognito.text-messages', { cognito: operation('GetUserPoolMfaConfig', (answer) => void (answer.SmsMfaConfiguration = { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::1:role/sms' } })) }],
  ['remembered devices', 'cognito.text-messages', pool({ DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } })],
  ['passkeys of another host', 'cognito.relying-party', { services: { pool: { relyingPartyId: 'selkie.example' } } }],
  ['passwords of six characters', 'cognito.password-length', pool({ Policies: { PasswordPolicy: { MinimumLength: 6 }, SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } } })],
  ['an app that may not delete people', 'cognito.app-rights', { cognito: refuses('AdminDeleteUser', 'AccessDeniedException', 'User is not authorized to perform: cognito-idp:AdminDeleteUser') }],
  ['an identity pool that does not exist', 'cognito.identity-pool', { env: { COGNITO_IDENTITY_POOL_ID: 'eu-west-1:00000000-0000-4000-8000-00000000000f' } }],
  ['an identity pool for another client', 'cognito.identity-pool', identities({ CognitoIdentityProviders: [] })],
  ['an identity pool that takes revoked tokens', 'cognito.identity-pool', { cognito: operation('DescribeIdentityPool', (answer) => void (answer.CognitoIdentityProviders[0].ServerSideTokenCheck = false)) }],
  ['an identity pool open to guests', 'cognito.no-guests', identities({ AllowUnauthenticatedIdentities: true })],
  ['an identity pool with the classic flow', 'cognito.no-guests', identities({ AllowClassicFlow: true })],
  ['a folder by a claim that people choose', 'cognito.principal-tags', { cognito: operation('GetPrincipalTagAttributeMap', (answer) => void (answer.PrincipalTags = { sub: 'email' })) }],
  ['an identity pool without tags', 'cognito.principal-tags', { cognito: refuses('GetPrincipalTagAttributeMap', 'ResourceNotFoundException', 'No principal tags are set.') }],
];

const s3: readonly BrokenDeployment[] = [
  ['S3 that hangs up', 's3.reachable', { s3: cut }],
  ['S3 that fails', 's3.reachable', { s3: answers(503, '') }],
  ['a wrong AWS secret', 's3.credentials', { env: { AWS_SECRET_ACCESS_KEY: unguessable() } }],
  ['a key that was taken back', 's3.credentials', { env: { AWS_ACCESS_KEY_ID: 'AKIDTHATISNOTTHERE00' } }],
  ['a role that the app may not take', 's3.credentials', { env: { AWS_ROLE_ARN: 'arn:aws:iam::000000000000:role/Nobody' } }],
  ['a bucket that does not exist', 's3.bucket', { env: { S3_BUCKET: 'not-there' } }],
  ['a bucket of another region', 's3.region', { env: { S3_REGION: 'us-east-1' } }],
  ['an app that may not list', 's3.rights', { s3: when(({ method, url }) => method === 'GET' && url.includes('list-type=2'), accessDenied('s3:ListBucket')) }],
  ['an app that may not create', 's3.rights', { s3: when(({ method, url }) => method === 'PUT' && url.includes('/probe/'), accessDenied('s3:PutObject')) }],
  ['a store that ignores conditions', 's3.create-only', { s3: when(({ method, url }) => method === 'PUT' && url.includes('/probe/create-only'), answers(200, '', { etag: '"x"' })) }],
  ['a store that can do no conditional writes', 's3.create-only', { s3: when(({ method, url }) => method === 'PUT' && url.includes('/probe/create-only'), answers(501, '<Error><Code>NotImplemented</Code></Error>')) }],
  ['a store that looks first and writes later', 's3.create-only-race', { s3: looksFirst() }],
  ['a bucket without a policy', 's3.policy', { services: { template: withoutPolicy() } }],
  ['a policy that lets delete', 's3.refuses-deletion', loosened('NothingIsDeleted', 'dropped')],
  ['a policy that lets delete people’s files', 's3.refuses-deletion', loosened('NothingIsDeleted', 'without resource 1')],
  ['a policy that lets overwrite', 's3.refuses-overwriting', loosened('NothingIsOverwritten', 'dropped')],
  ['a policy that lets overwrite account records', 's3.refuses-overwriting', loosened('NothingIsOverwritten', 'without resource 2')],
  ['a policy that lets copy', 's3.refuses-copying', loosened('NothingIsCopied', 'dropped')],
  ['a store that begins uploads in parts', 's3.refuses-parts', {
    s3: when(({ method, url }) => method === 'POST' && url.includes('uploads'), answers(200, '<?xml version="1.0"?><InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>', { 'content-type': 'application/xml' })),
  }],
  ['an app that may read everybody’s files', 's3.foreign-files', loosened('AccountRecords', 'for any resource')],
  ['an eraser that is not there', 's3.eraser', { env: { S3_ERASER_ROLE_ARN: 'arn:aws:iam::000000000000:role/Nobody' } }],
  ['an eraser for everybody at once', 's3.eraser-bound', loosened('AppForOnePerson', 'without StringLike')],
  ['an eraser that may delete another person’s files', 's3.eraser-bound', loosened('ErasedObjects', 'for any resource')],
  ['a bucket that may become public', 's3.public-access', { s3: when(({ url }) => url.includes('publicAccessBlock'), async (_request, answer) => {
    const reply = await answer();
    return { ...reply, body: String(reply.body).replace('<BlockPublicPolicy>true', '<BlockPublicPolicy>false') };
  }) }],
];

const redis: readonly BrokenDeployment[] = [
  ['Redis that hangs up', 'redis.reachable', { redis: cut }],
  ['a page in the place of Redis', 'redis.reachable', { redis: answers(200, '<h1>Welcome to nginx!</h1>', { 'content-type': 'text/html' }) }],
  ['another database’s token', 'redis.token', { env: { UPSTASH_REDIS_REST_TOKEN: unguessable() } }],
  ['a token that may only read', 'redis.token', { redis: redisCommand('EVAL', () => ({ error: "NOPERM this user has no permissions to run the 'eval' command" })) }],
  ['Redis that is open to anybody', 'redis.refuses-strangers', (env) => ({ redis: (request, answer) => {
    request.headers.authorization = `Bearer ${env.UPSTASH_REDIS_REST_TOKEN}`;
    return answer();
  } })],
  ['Redis in the clear', 'redis.tls', (env) => ({
    // Another address than loopback by name, and this machine all the same.
    env: { UPSTASH_REDIS_REST_URL: env.UPSTASH_REDIS_REST_URL!.replace('127.0.0.1', '0.0.0.0') },
    redis: (request, answer) => {
      request.headers.host = '127.0.0.1';
      return answer();
    },
  })],
  ['Redis without scripts', 'redis.scripts', { redis: redisCommand('EVAL', () => ({ error: "ERR Command is not available: 'EVAL'" })) }],
  ['an old Redis', 'redis.version', { redis: redisInfo('redis_version:6.2.14') }],
  ['Redis with eviction on', 'redis.eviction', { redis: redisInfo('maxmemory_policy:allkeys-lru') }],
  ['Redis that forgets at a restart', 'redis.persistence', { redis: redisInfo('aof_enabled:0') }],
  ['Redis with a full disk', 'redis.persistence', { redis: redisInfo('aof_last_write_status:err') }],
  ['Redis on the moon', 'redis.latency', { redis: when(({ body }) => body.includes('PING'), async (_request, answer) => {
    await new Promise((resolve) => setTimeout(resolve, 900));
    return answer();
  }) }],
  ['a clock that is off by a day', 'clock.services', { clockMs: 24 * 3600 * 1000 }],
  ['a clock that is an hour late', 'clock.services', { clockMs: -3600 * 1000 }],
  ['Redis with a clock of its own', 'clock.services', { redis: redisCommand('TIME', ({ result }) => ({ result: [String(Number(result[0]) - 7200), '0'] })) }],
];

const deployment: readonly BrokenDeployment[] = [
  ['a proxy without an app', 'deployment.reachable', { front: answers(502, 'Bad Gateway') }],
  ['a proxy that forgets the Host', 'deployment.reachable', { front: (request, answer) => {
    request.headers.host = 'upstream';
    return answer();
  } }],
  ['another origin than people open', 'deployment.origin', { env: { APP_ORIGIN: 'https://localhost:1', COGNITO_DOMAIN: undefined } }],
  ['a certificate that has ended', 'deployment.certificate', { certificate: (authority) => authority.certify('localhost', -1) }],
  ['a certificate that ends in a week', 'deployment.certificate', { certificate: (authority) => authority.certify('localhost', 7) }],
  ['a certificate of another host', 'deployment.certificate', { certificate: (authority) => authority.certify('other.example', 90) }],
  ['a certificate of nobody', 'deployment.certificate', { certificate: strangers }],
  ['plain http that serves', 'deployment.redirect', { plain: { status: 200 } }],
  ['plain http that leads elsewhere', 'deployment.redirect', { plain: { status: 301, location: 'https://old.example/' } }],
  ['a proxy that hides the health check', 'deployment.health', { front: when(({ url }) => url === '/api/health', status(404, '')) }],
  ['an app that can’t reach S3', 'deployment.ready', { front: when(({ url }) => url === '/api/ready', status(503, '{"detail":"Not reachable: s3."}')) }],
  ['one trusted proxy too many', 'deployment.client-address', { hops: 2 }],
  ['one trusted proxy too few', 'deployment.shared-address', { hops: 0 }],
  ['a proxy that makes every request our own', 'deployment.cross-site', (env) => ({ front: (request, answer) => {
    request.headers.origin = env.APP_ORIGIN;
    request.headers['sec-fetch-site'] = 'same-origin';
    return answer();
  } })],
  ['CORS for everybody', 'deployment.cors', { front: headers((all) => void (all['access-control-allow-origin'] = '*'), api) }],
  ['a proxy that answers to any name', 'deployment.foreign-host', (env) => ({ front: (request, answer) => {
    request.headers.host = new URL(env.APP_ORIGIN!).host;
    return answer();
  } })],
  ['metrics for everybody', 'deployment.metrics', { front: when(({ url }) => url === '/api/metrics', answers(200, 'selkie_sign_ins_total 7', { 'content-type': 'text/plain' })) }],
  ['a cookie that scripts read', 'cookies.session', { front: cookies((cookie) => (cookie.includes('-sid=') ? cookie.replace('; HttpOnly', '') : cookie)) }],
  ['a cookie for the network', 'cookies.session', { front: cookies((cookie) => (cookie.includes('-sid=') ? cookie.replace('; Secure', '') : cookie)) }],
  ['a cookie for other sites', 'cookies.session', { front: cookies((cookie) => (cookie.includes('-sid=') ? cookie.replace('SameSite=Lax', 'SameSite=None') : cookie)) }],
  ['a cookie for all sibling hosts', 'cookies.session', { front: cookies((cookie) => (cookie.includes('-sid=') ? `${cookie}; Domain=example` : cookie)) }],
  ['a cookie whose prefix was lost', 'cookies.session', { front: cookies((cookie) => cookie.replace('__Host-Http-sid=', 'sid=')) }],
  ['a sign-in’s cookie on one path only', 'cookies.transaction', { front: cookies((cookie) => (cookie.includes('-tx=') ? cookie.replace('Path=/', 'Path=/api') : cookie)) }],
  ['a proxy that drops the policy of the API', 'headers.content-security-policy', { front: drops('content-security-policy', api) }],
  ['a proxy that loosens the policy', 'headers.content-security-policy', { front: headers((all) => void (all['content-security-policy'] = String(all['content-security-policy']).replace("'strict-dynamic'", "'unsafe-inline'")), ({ url }) => !url.startsWith('/_next/')) }],
  ['a second policy', 'headers.content-security-policy', { front: headers((all) => void (all['content-security-policy'] = [String(all['content-security-policy']), "default-src 'self'"]), ({ url }) => !url.startsWith('/_next/')) }],
  ['files of the build without a policy', 'headers.content-security-policy', { front: drops('content-security-policy', ({ url }) => url.startsWith('/_next/')) }],
  ['a cache before the pages', 'headers.nonce', () => ({ front: cache() })],
  ['a proxy that forgets HSTS', 'headers.strict-transport-security', { front: drops('strict-transport-security') }],
  ['a proxy with a short HSTS', 'headers.strict-transport-security', { front: headers((all) => void (all['strict-transport-security'] = 'max-age=3600')) }],
  ['a proxy that forgets COOP', 'headers.cross-origin-opener-policy', { front: drops('cross-origin-opener-policy') }],
  ['build files that anybody may load', 'headers.cross-origin-resource-policy', { front: drops('cross-origin-resource-policy', ({ url }) => url.startsWith('/_next/')) }],
  ['a proxy that lets types be guessed', 'headers.x-content-type-options', { front: drops('x-content-type-options') }],
  ['a proxy that tells addresses', 'headers.referrer-policy', { front: headers((all) => void (all['referrer-policy'] = 'unsafe-url')) }],
  ['a proxy that forgets the features', 'headers.permissions-policy', { front: drops('permissions-policy') }],
  ['a proxy that keeps the API', 'headers.cache-control', { front: headers((all) => void (all['cache-control'] = 'public, max-age=60'), api) }],
];

/** Those that show without a look at the running deployment, and those that need one. */
export const brokenServices: readonly BrokenDeployment[] = [...environment, ...cognito, ...s3, ...redis];
export const brokenFronts: readonly BrokenDeployment[] = deployment;
