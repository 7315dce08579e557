import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENVIRONMENT_NAMES } from '../../core/session/environment.ts';
import { readTemplate, templatePath } from '../../local/iam/read-stack.ts';
import { conditionsInWords } from './conditions-in-words.ts';
import { planOf } from './plan.ts';
import { printPlan, quoted } from './print-plan.ts';

const deployment = { stack: 'selkie', region: 'eu-west-1' };
const template = readTemplate();
const bare = planOf(template, {}, deployment);
const onVercel = planOf(template, { VercelTeam: 'acme', VercelProject: 'selkie', OperatorArn: 'arn:aws:iam::123456789012:role/ops' }, deployment);

test('the template says why of everything it makes, keeps what may not be lost, and fits into one call of CloudFormation', () => {
  expect(bare.makes.filter(({ why }) => why === '')).toEqual([]);
  expect(bare.makes.filter(({ outlives }) => outlives).map(({ id }) => id)).toEqual(['UserPool', 'Bucket', 'BucketPolicy']);
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: beyond it the template would need a bucket first.
  expect(readFileSync(templatePath).length).toBeLessThan(51_200);
});

test('on Vercel there is a provider more, and the app’s role is for one environment of one project', () => {
  expect(onVercel.makes.map(({ id }) => id).filter((id) => !bare.makes.some((one) => one.id === id))).toEqual(['VercelProvider']);
  expect(onVercel.becomes.filter(({ role }) => role === 'AppRole')).toEqual([{
    role: 'AppRole', who: ['arn:aws:iam::123456789012:oidc-provider/oidc.vercel.com/acme'], by: ['sts:AssumeRoleWithWebIdentity'],
    if: ['oidc.vercel.com/acme:aud is https://vercel.com/acme', 'oidc.vercel.com/acme:sub is owner:acme:project:selkie:environment:production'],
  }]);
  expect(bare.becomes.filter(({ role }) => role === 'AppRole')).toEqual([{ role: 'AppRole', who: ['arn:aws:iam::000000000000:role/HOST'], by: ['sts:AssumeRole'], if: [] }]);
});

test('the rights are those of the policies, with variables and conditions', () => {
  expect(bare.rights.filter(({ role }) => role === 'PersonRole')).toEqual([
    { role: 'PersonRole', may: ['s3:GetObject', 's3:PutObject'], on: ['arn:aws:s3:::BUCKET/u/${aws:PrincipalTag/sub}/*'], if: [] },
    { role: 'PersonRole', may: ['s3:ListBucket'], on: ['arn:aws:s3:::BUCKET'], if: ['s3:prefix is like u/${aws:PrincipalTag/sub}/*'] },
  ]);
  expect(bare.rights.filter(({ role }) => role === 'AppRole').flatMap(({ may }) => may)).toEqual([
    's3:GetObject', 's3:PutObject', 's3:ListBucket', 'sts:AssumeRole', 'sts:TagSession', 'cognito-idp:AdminDeleteUser', 'cognito-idp:AdminDeleteSoftwareToken', 'cognito-idp:AdminUserGlobalSignOut',
  ]);
  expect(bare.refusals.map(({ name }) => name)).toEqual(['NothingWithoutTls', 'NothingIsOverwritten', 'NothingIsCopied', 'NothingComesInParts', 'NothingIsDeleted', 'NothingIsRelabelled', 'RulesChangeOnDeployment']);
});

test('the command holds what was given, leaves open what is needed, and says nothing of defaults', () => {
  expect(bare.command.slice(bare.command.indexOf('--parameter-overrides') + 1)).toEqual(['AppOrigin=…', 'BucketName=…', 'LoginDomainPrefix=…', 'OperatorArn=…', 'AppPrincipalArn=…']);
  expect(onVercel.command).toEqual([
    'aws', 'cloudformation', 'deploy', '--stack-name', 'selkie', '--region', 'eu-west-1', '--template-file', 'lib/infra/selkie.template.json', '--capabilities', 'CAPABILITY_IAM', '--parameter-overrides',
    'AppOrigin=…', 'BucketName=…', 'LoginDomainPrefix=…', 'OperatorArn=arn:aws:iam::123456789012:role/ops', 'VercelTeam=acme', 'VercelProject=selkie',
  ]);
});

test('each output is a variable that the app reads, once', () => {
  const names = bare.variables.map(({ name }) => name);
  expect([names.filter((name) => !(ENVIRONMENT_NAMES as readonly string[]).includes(name)), new Set(names).size]).toEqual([[], names.length]);
});

test('in words every condition is a sentence, and nothing of the plan is left out', () => {
  const text = printPlan(onVercel);
  for (const { id, why } of onVercel.makes) expect([id, text.includes(id), text.includes(why)]).toEqual([id, true, true]);
  for (const { may, on, if: conditions } of onVercel.rights) for (const part of [may.join(', '), ...on, ...conditions]) expect(text).toContain(part);
  for (const { name, refuses, on, if: conditions } of onVercel.refusals) for (const part of [name, refuses.join(', '), ...on, ...conditions]) expect(text).toContain(part);
  for (const { name, about } of onVercel.parameters) for (const part of [name, about]) expect(text).toContain(part);
  expect(text).not.toMatch(/\b(String|Arn)(Not)?(Equals|Like)\b|For(All|Any)Values?:|undefined|\[object/);
});

test('conditions in words', () => {
  expect(conditionsInWords({ StringLike: { 's3:prefix': ['a/*', 'b/*'] }, Null: { x: 'true', y: 'false' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': 'sub' } })).toEqual(['s3:prefix is like a/* or b/*', 'x is absent', 'y is there', 'aws:TagKeys are only sub']);
  expect(conditionsInWords(undefined)).toEqual([]);
});

test.each([['a=b', 'a=b'], ['a=*', "'a=*'"], ['MailFrom=Ada <a@b>', "'MailFrom=Ada <a@b>'"], ["it's", "'it'\\''s'"], ['', "''"]])('%j is %s for a shell', (word, expected) => {
  expect(quoted(word)).toBe(expected);
});
