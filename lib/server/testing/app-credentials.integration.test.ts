import { STSClient } from '@aws-sdk/client-sts';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { evaluateFederation, evaluateTrust } from '../../local/iam/evaluate.ts';
import { type Iam } from '../../local/iam/iam.ts';
import { readStack, readTemplate } from '../../local/iam/read-stack.ts';
import { roleArn, testRules } from '../../local/iam/testing/test-rules.ts';
import { type AppCredentialSources, createAppCredentials } from '../app-credentials.ts';

/**
 * The app takes its role at an STS whose answer is what the template's trust policy says, on Vercel and on hosts of one's own.
 * What it gets is opened by the embedded cloud's IAM.
 */
const region = 'eu-west-1';
const LIFE_MS = 3_600_000;
const host = 'arn:aws:iam::000000000000:user/host';
let nowMs = Date.UTC(2026, 10, 22);
const now = () => nowMs;

const stackWith = (parameters: Record<string, string>) => readStack(readTemplate(), {
  accountId: '000000000000', region, names: { Bucket: 'files', UserPool: `${region}_Test`, UserPoolClient: 'client', IdentityPool: `${region}:1` },
  parameters: { AppOrigin: 'https://selkie.example', BucketName: 'files', LoginDomainPrefix: 'selkie', OperatorArn: 'arn:aws:iam::000000000000:role/operator', ...parameters },
}).roles.get(roleArn('AppRole'))!.trust;
const trustOf = { vercel: stackWith({ VercelTeam: 'acme', VercelProject: 'selkie' }), host: stackWith({ AppPrincipalArn: host }) };

const { iam, mint } = testRules({ bucket: 'files', region, now });
let asked: URLSearchParams[];
let signedBy: string[];
let isDown: boolean;
let door: Server;
let endpoint: string;

/** As Vercel's token, but for the signature, which is the real STS's to check. */
const tokenOf = (claims: Record<string, string>): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const ours = { aud: 'https://vercel.com/acme', sub: 'owner:acme:project:selkie:environment:production' };

function isTrusted(form: URLSearchParams): boolean {
  const resource = form.get('RoleArn') ?? '';
  if (resource !== roleArn('AppRole')) return false;
  if (form.get('Action') === 'AssumeRole') return evaluateTrust({ arn: host, name: host, tags: {}, policy: [] }, { action: 'sts:AssumeRole', resource, context: {} }, trustOf.host).allowed;
  const claims = JSON.parse(Buffer.from(form.get('WebIdentityToken')?.split('.')[1] ?? '', 'base64url').toString()) as Record<string, string>;
  const context = Object.fromEntries(Object.entries(claims).map(([name, value]) => [`oidc.vercel.com/acme:${name}`, [value]]));
  return evaluateFederation('arn:aws:iam::000000000000:oidc-provider/oidc.vercel.com/acme', { action: 'sts:AssumeRoleWithWebIdentity', resource, context }, trustOf.vercel).allowed;
}

beforeAll(async () => {
  door = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    asked.push(form);
    signedBy.push(/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody');
    const action = form.get('Action');
    const isGood = !isDown && isTrusted(form);
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = mint.issue({ roleArn: roleArn('AppRole'), sessionName: form.get('RoleSessionName') ?? '', tags: {} }, LIFE_MS / 1000);
    const credentials = `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(expiresAt).toISOString()}</Expiration></Credentials>`;
    response.writeHead(isGood ? 200 : isDown ? 503 : 403, { 'content-type': 'text/xml' });
    response.end(isGood
      ? `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${credentials}</${action}Result></${action}Response>`
      : `<ErrorResponse><Error><Type>Sender</Type><Code>${isDown ? 'ServiceUnavailable' : 'AccessDenied'}</Code><Message>no</Message></Error></ErrorResponse>`);
  });
  await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(door.address() as { port: number }).port}`;
  // What Vercel's functions carry, or a host's own key: only the second is ever to be used.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDHOST', AWS_SECRET_ACCESS_KEY: 'secret' });
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
beforeEach(() => {
  [asked, signedBy, isDown] = [[], [], false];
});
afterAll(async () => {
  vi.restoreAllMocks();
  await new Promise((resolve) => door.close(resolve));
});

function provider(env: Partial<AppCredentialSources['env']>, token: string | null | (() => string | null) = null) {
  const sts = new STSClient({ region, endpoint, maxAttempts: 1 });
  return createAppCredentials({
    roleArn: roleArn('AppRole'), env: { AWS_WEB_IDENTITY_TOKEN_FILE: undefined, VERCEL: undefined, VERCEL_OIDC_TOKEN: undefined, ...env },
    requestToken: async () => (typeof token === 'function' ? token() : token), sts: () => sts, now,
  });
}

function bearer(of: Iam, { accessKeyId, sessionToken }: { accessKeyId: string; sessionToken: string }): string {
  const opened = of.open(accessKeyId, sessionToken);
  return opened.kind === 'known' ? opened.principal.name : opened.kind;
}
const asApp = 'arn:aws:sts::000000000000:assumed-role/AppRole/selkie';
const refusal = (work: Promise<unknown> | undefined) => work?.then(() => 'taken', (error: Error) => error.name);

test('on Vercel the token of the request opens the app’s role, unsigned, whatever keys the function carries', async () => {
  const credentials = await provider({ VERCEL: '1' }, tokenOf(ours))!();
  expect([bearer(iam, credentials), signedBy, asked.map((form) => [form.get('Action'), form.get('WebIdentityToken')])]).toEqual([asApp, ['nobody'], [['AssumeRoleWithWebIdentity', tokenOf(ours)]]]);
});

test('where the request has none, the token of the environment serves; without both nothing is asked', async () => {
  expect(bearer(iam, await provider({ VERCEL: '1', VERCEL_OIDC_TOKEN: tokenOf(ours) })!())).toBe(asApp);
  expect([await refusal(provider({ VERCEL: '1' })!()), asked.length]).toEqual(['NoVercelToken', 1]);
});

test('on a host of one’s own the host’s key takes the role', async () => {
  expect([bearer(iam, await provider({})!()), signedBy, asked.map((form) => form.get('Action'))]).toEqual([asApp, ['AKIDHOST'], ['AssumeRole']]);
});

test('without a role, or with a token file, which is Kubernetes’ way, the SDK finds credentials by itself', () => {
  const sts = () => new STSClient({ region, endpoint });
  const without = createAppCredentials({ roleArn: undefined, env: { AWS_WEB_IDENTITY_TOKEN_FILE: undefined, VERCEL: '1', VERCEL_OIDC_TOKEN: tokenOf(ours) }, requestToken: async () => tokenOf(ours), sts, now });
  expect([without, provider({ AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token' })]).toEqual([undefined, undefined]);
});

test('many at once ask once; the set is kept until five minutes before its end, and outlives a failing renewal while it is good', async () => {
  const start = nowMs;
  const take = provider({ VERCEL: '1' }, tokenOf(ours))!;
  const first = await Promise.all(Array.from({ length: 20 }, take));
  expect([new Set(first).size, asked.length]).toEqual([1, 1]);
  nowMs = start + LIFE_MS - 5 * 60_000 - 1;
  expect([await take() === first[0], asked.length]).toEqual([true, 1]);
  isDown = true;
  nowMs = start + LIFE_MS - 60_000;
  expect([await take() === first[0], asked.length]).toEqual([true, 2]);
  nowMs = start + LIFE_MS - 9_000;
  expect(await refusal(take())).toBe('ServiceUnavailable');
  isDown = false;
  expect([bearer(iam, await take()), asked.length]).toEqual([asApp, 4]);
  nowMs = start;
});

test('a token that STS refuses harms only its own request: the next one asks again', async () => {
  const tokens = [tokenOf({ ...ours, sub: 'owner:acme:project:other:environment:production' }), tokenOf(ours)];
  const take = provider({ VERCEL: '1' }, () => tokens.shift()!)!;
  expect([await refusal(take()), await refusal(take()), asked.length]).toEqual(['AccessDenied', 'taken', 2]);
});
