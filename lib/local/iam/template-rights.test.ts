import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evaluate, evaluateFederation, evaluateTrust, type Principal } from './evaluate.ts';
import { readStack, readTemplate, type Stack } from './read-stack.ts';
import { eraserSession, personSession, roleArn } from './testing/test-rules.ts';

/**
 * What the template's roles may do beyond the bucket, act by act, and who may take the app's role. What they may do in the bucket is
 * attacked over the wire in lib/server/sync/store-attacks.integration.test.ts.
 */
const account = '000000000000';
const pool = `arn:aws:cognito-idp:eu-west-1:${account}:userpool/eu-west-1_Selkie`;
const host = `arn:aws:iam::${account}:role/host`;

const stackOf = (parameters: Record<string, string>, template: unknown = readTemplate()): Stack => readStack(template, {
  accountId: account, region: 'eu-west-1', names: { Bucket: 'files', UserPool: 'eu-west-1_Selkie', UserPoolClient: 'client', IdentityPool: 'eu-west-1:1' },
  parameters: { AppOrigin: 'https://selkie.example', BucketName: 'files', LoginDomainPrefix: 'selkie', OperatorArn: `arn:aws:iam::${account}:role/operator`, ...parameters },
});
const onHost = stackOf({ AppPrincipalArn: host });
const vercel = { VercelTeam: 'acme', VercelProject: 'selkie' };
const onVercel = stackOf(vercel);

const bearerOf = (stack: Stack, name: 'AppRole' | 'PersonRole' | 'EraserRole', tags = {}): Principal => ({ arn: roleArn(name), name, tags, policy: stack.roles.get(roleArn(name))!.policy });
const may = (principal: Principal, action: string, resource: string): boolean => evaluate(principal, { action, resource, context: { 'aws:securetransport': ['true'] } }, []).allowed;

/** Every operation of a service, by the file names of AWS's own client. */
function operationsOf(client: string): string[] {
  const files = readdirSync(new URL(`../../../node_modules/@aws-sdk/${client}/dist-types/commands`, import.meta.url));
  return files.flatMap((name) => /^(\w+)Command\.d\.ts$/.exec(name)?.[1] ?? []);
}

const poolActs = [...operationsOf('client-cognito-identity-provider').map((name) => `cognito-idp:${name}`), 'cognito-idp:*', 'cognito-idp:Admin*', 'cognito-idp:AssociateWebACL'];
const three = ['cognito-idp:AdminDeleteSoftwareToken', 'cognito-idp:AdminDeleteUser', 'cognito-idp:AdminUserGlobalSignOut'];

test('of all that Cognito can do to a pool the app may do three acts, to its own pool alone', () => {
  expect(poolActs.length).toBeGreaterThan(100);
  for (const stack of [onHost, onVercel]) {
    const app = bearerOf(stack, 'AppRole');
    const done = (resource: string) => poolActs.filter((action) => may(app, action, resource)).toSorted();
    expect(done(pool)).toEqual(three);
    for (const other of [`${pool}2`, pool.slice(0, -1), `${pool}/x`, pool.replace('eu-west-1:', 'eu-west-2:'), pool.replace(account, '111111111111'), '*', `arn:aws:cognito-idp:eu-west-1:${account}:userpool/*`]) expect([other, done(other)]).toEqual([other, []]);
  }
});

test('a person and the eraser may do nothing to the pool', () => {
  for (const { roleArn: arn, tags } of [personSession({ sub: 'ada' }), eraserSession({ sub: 'ada' })]) {
    const who = bearerOf(onHost, arn.endsWith('PersonRole') ? 'PersonRole' : 'EraserRole', tags);
    expect([pool, '*'].flatMap((resource) => poolActs.filter((action) => may(who, action, resource)))).toEqual([]);
  }
});

test('nobody may touch the identity pool, roles, keys, logs or the stack itself', () => {
  const acts = [
    ...operationsOf('client-cognito-identity').map((name) => `cognito-identity:${name}`), 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:PassRole', 'iam:CreateAccessKey', 'iam:AttachRolePolicy',
    'cloudformation:UpdateStack', 'cloudformation:DeleteStack', 'sts:GetFederationToken', 'sts:SetSourceIdentity', 'logs:DeleteLogGroup', 'kms:Decrypt', 'ses:SendEmail', 'lambda:InvokeFunction', '*',
  ];
  for (const name of ['AppRole', 'PersonRole', 'EraserRole'] as const) {
    const who = bearerOf(onHost, name, { sub: 'ada' });
    for (const resource of ['*', pool, roleArn('AppRole'), roleArn('PersonRole'), 'arn:aws:cognito-identity:eu-west-1:000000000000:identitypool/eu-west-1:1']) expect([name, resource, acts.filter((action) => may(who, action, resource))]).toEqual([name, resource, []]);
  }
});

test('the app may become the eraser and nobody else', () => {
  const app = bearerOf(onHost, 'AppRole');
  const becomes = [roleArn('EraserRole'), roleArn('PersonRole'), roleArn('AppRole'), host, '*'].filter((role) => may(app, 'sts:AssumeRole', role) || may(app, 'sts:AssumeRoleWithWebIdentity', role));
  expect(becomes).toEqual([roleArn('EraserRole')]);
});

interface Token {
  team?: string;
  aud?: string;
  sub?: string;
}
const good = { aud: 'https://vercel.com/acme', sub: 'owner:acme:project:selkie:environment:production' };

/** Whether the bearer of a token of Vercel may take the app's role; the team is that of the issuer who signed it. */
function takes({ team = 'acme', ...claims }: Token, stack = onVercel, action = 'sts:AssumeRoleWithWebIdentity'): boolean {
  const context = Object.fromEntries(Object.entries(claims).map(([name, value]) => [`oidc.vercel.com/${team}:${name}`, [value]]));
  return evaluateFederation(`arn:aws:iam::${account}:oidc-provider/oidc.vercel.com/${team}`, { action, resource: roleArn('AppRole'), context }, stack.roles.get(roleArn('AppRole'))!.trust).allowed;
}

const strangers: ReadonlyArray<readonly [what: string, token: Token]> = [
  ['another project', { ...good, sub: 'owner:acme:project:other:environment:production' }],
  ['a project whose name begins alike', { ...good, sub: 'owner:acme:project:selkie2:environment:production' }],
  ['a project of any name', { ...good, sub: 'owner:acme:project:*:environment:production' }],
  ['a preview', { ...good, sub: 'owner:acme:project:selkie:environment:preview' }],
  ['somebody’s own machine', { ...good, sub: 'owner:acme:project:selkie:environment:development' }],
  ['an environment of one’s own', { ...good, sub: 'owner:acme:project:selkie:environment:production2' }],
  ['another team, by its own issuer', { team: 'evil', aud: 'https://vercel.com/evil', sub: 'owner:evil:project:selkie:environment:production' }],
  ['another team that claims to be ours, by its own issuer', { team: 'evil', ...good }],
  ['another team, by our issuer', { ...good, sub: 'owner:evil:project:selkie:environment:production' }],
  ['a token for another audience', { ...good, aud: 'https://vercel.com/evil' }],
  ['a token for AWS at large', { ...good, aud: 'sts.amazonaws.com' }],
  ['a token without an audience', { sub: good.sub }],
  ['a token without a subject', { aud: good.aud }],
  ['a token in capitals', { ...good, sub: good.sub.toUpperCase() }],
  ['a token with more behind its subject', { ...good, sub: `${good.sub}:x` }],
  ['a token with an empty subject', { ...good, sub: '' }],
];

test('production of the project takes the app’s role', () => {
  expect([takes(good), takes(good, stackOf({ ...vercel, VercelProviderExists: 'yes' }))]).toEqual([true, true]);
  expect(takes({ ...good, sub: 'owner:acme:project:selkie:environment:preview' }, stackOf({ ...vercel, VercelEnvironment: 'preview' }))).toBe(true);
});

test.each(strangers)('%s does not', (_, token) => {
  expect(takes(token)).toBe(false);
});

test('a token of Vercel opens nothing else: no other act, no other role, no stack for hosts of one’s own', () => {
  expect([takes(good, onVercel, 'sts:TagSession'), takes(good, onVercel, 'sts:AssumeRole'), takes(good, onHost)]).toEqual([false, false, false]);
  const provider = `arn:aws:iam::${account}:oidc-provider/oidc.vercel.com/acme`;
  const context = { 'oidc.vercel.com/acme:aud': [good.aud], 'oidc.vercel.com/acme:sub': [good.sub] };
  for (const name of ['PersonRole', 'EraserRole'] as const) {
    expect(evaluateFederation(provider, { action: 'sts:AssumeRoleWithWebIdentity', resource: roleArn(name), context }, onVercel.roles.get(roleArn(name))!.trust).allowed).toBe(false);
  }
});

test('the host that the stack names takes the app’s role, another does not, and on Vercel none does', () => {
  const asks = (arn: string, stack: Stack) => evaluateTrust({ arn, name: arn, tags: {}, policy: 'everything' }, { action: 'sts:AssumeRole', resource: roleArn('AppRole'), context: {} }, stack.roles.get(roleArn('AppRole'))!.trust).allowed;
  expect([asks(host, onHost), asks(`${host}2`, onHost), asks(`arn:aws:iam::${account}:root`, onHost), asks(host, onVercel)]).toEqual([true, false, false, false]);
});

test('the account trusts one team of Vercel, for that team’s audience, and makes no provider where there is one or none is wanted', () => {
  expect([...onVercel.identityProviders]).toEqual([['https://oidc.vercel.com/acme', ['https://vercel.com/acme']]]);
  expect([[...onHost.identityProviders], [...stackOf({ ...vercel, VercelProviderExists: 'yes' }).identityProviders]]).toEqual([[], []]);
});

test.each(['aud', 'sub'])('each claim is needed: without the condition on %s some of the strangers get in', (claim) => {
  const text = JSON.stringify(readTemplate());
  const condition = new RegExp(String.raw`(,?)\\"oidc\.vercel\.com/\$\{VercelTeam\}:${claim}\\":\\"[^"]*\\"(,?)`);
  const loosened = text.replace(condition, (_, before: string, after: string) => (before !== '' && after !== '' ? ',' : ''));
  expect(loosened).not.toBe(text);
  const stack = stackOf(vercel, JSON.parse(loosened));
  expect(strangers.filter(([, token]) => takes(token, stack)).length).toBeGreaterThan(0);
});
