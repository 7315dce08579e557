import { expect, test } from 'vitest';
import { evaluate, evaluateTrust, type Access, type Principal } from './evaluate.ts';
import { parsePolicy } from './policy.ts';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
const statement = (over: object) => ({ Sid: 'S', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*', ...over });
const own = (...statements: object[]) => parsePolicy({ Version: '2012-10-17', Statement: statements }, 'identity');
const theirs = (...statements: object[]) => parsePolicy({ Version: '2012-10-17', Statement: statements }, 'resource');
const role = (policy: Principal['policy'], tags = {}): Principal => ({ arn: 'arn:aws:iam::000000000000:role/R', name: 'R', tags, policy });
const get: Access = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context: {} };
const may = (principal: Principal, access = get, policy = [] as ReturnType<typeof theirs>) => {
  const decision = evaluate(principal, access, policy);
  return decision.allowed ? 'allowed' : decision.why;
};
const NOTHING_ALLOWS = 'because no identity-based policy allows the s3:GetObject action';

test('nothing is allowed unless something says so, and actions have no case', () => {
  expect([may(role([])), may(role(own(statement({})))), may(role(own(statement({ Action: 'S3:getobject' })))), may(role(own(statement({ Action: 's3:Get*' })))), may(role(own(statement({ Action: 's3:PutObject' }))))])
    .toEqual([NOTHING_ALLOWS, 'allowed', 'allowed', 'allowed', NOTHING_ALLOWS]);
});

test('a Deny decides over every Allow, wherever it stands, also against the root', () => {
  const deny = { Effect: 'Deny' };
  expect(may(role(own(statement({}), statement(deny))))).toBe('with an explicit deny in an identity-based policy');
  const bucket = theirs(statement({ ...deny, Principal: '*' }), statement({ Principal: '*' }));
  for (const principal of [role(own(statement({}))), role('everything')]) expect(may(principal, get, bucket)).toBe('with an explicit deny in a resource-based policy');
  expect(may(role('everything'))).toBe('allowed');
});

test('NotAction and NotResource mean all but these', () => {
  const { Action: _, ...noAction } = statement({ NotAction: 's3:Delete*' });
  const { Resource: __, ...noResource } = statement({ NotResource: 'arn:aws:s3:::b/secret/*' });
  const at = (resource: string): Access => ({ ...get, resource });
  expect([may(role(own(noAction))), may(role(own(noAction)), { ...get, action: 's3:DeleteObject' }), may(role(own(noResource))), may(role(own(noResource)), at('arn:aws:s3:::b/secret/x'))])
    .toEqual(['allowed', 'because no identity-based policy allows the s3:DeleteObject action', 'allowed', NOTHING_ALLOWS]);
});

test('a bucket’s policy allows whom it names; the account’s name leaves it to the account’s own policies', () => {
  const of = (Principal: unknown) => theirs(statement({ Principal }));
  const named = { AWS: 'arn:aws:iam::000000000000:role/R' };
  expect([may(role([]), get, of(named)), may(role([]), get, of('*')), may(role([]), get, of({ AWS: '*' })), may(role([]), get, of({ AWS: 'arn:aws:iam::000000000000:root' })), may(role([]), get, of({ AWS: 'arn:aws:iam::000000000000:role/Q' }))])
    .toEqual(['allowed', 'allowed', 'allowed', NOTHING_ALLOWS, NOTHING_ALLOWS]);
});

test('conditions are met all together, and see the principal’s ARN and tags', () => {
  const Condition = { StringLike: { 's3:prefix': ['u/${aws:PrincipalTag/sub}/*'] }, ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/R' } };
  const policy = own(statement({ Condition }));
  const asks = (prefix: string | undefined, tags: object) => may(role(policy, tags), { ...get, context: prefix === undefined ? {} : { 's3:prefix': [prefix] } });
  expect([asks('u/ada/', { sub: 'ada' }), asks('u/eve/', { sub: 'ada' }), asks(undefined, { sub: 'ada' }), asks('u/ada/', {})]).toEqual(['allowed', NOTHING_ALLOWS, NOTHING_ALLOWS, NOTHING_ALLOWS]);
});

test('the context of a request can’t pretend to be the principal', () => {
  const policy = own(statement({ Condition: { StringEquals: { 'aws:PrincipalTag/sub': 'ada' } } }));
  const context = { 'aws:principalarn': ['arn:aws:iam::000000000000:role/Other'] };
  expect(may(role(policy, { sub: 'eve' }), { ...get, context: { 'aws:principaltag/sub': ['ada'] } })).toBe(NOTHING_ALLOWS);
  const bucket = theirs(statement({ Effect: 'Deny', Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/R' } } }));
  expect(may(role('everything'), { ...get, context }, bucket)).toBe('with an explicit deny in a resource-based policy');
});

test('a role is taken by whom its trust policy names, whatever the taker’s own policy says, and never without it', () => {
  const trusts = (Principal: object) => parsePolicy({ Version: '2012-10-17', Statement: [{ Sid: 'T', Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] }, 'trust');
  const access: Access = { action: 'sts:AssumeRole', resource: 'arn:aws:iam::000000000000:role/Target', context: {} };
  const full = role(own(statement({ Action: '*', Resource: '*' })));
  const root = { AWS: 'arn:aws:iam::000000000000:root' };
  expect([
    evaluateTrust(role([]), access, trusts({ AWS: role([]).arn })).allowed, evaluateTrust(full, access, trusts({ AWS: 'arn:aws:iam::000000000000:role/Q' })).allowed,
    evaluateTrust(full, access, trusts({ Federated: 'cognito-identity.amazonaws.com' })).allowed, evaluateTrust(full, access, []).allowed,
    evaluateTrust(full, access, trusts(root)).allowed, evaluateTrust(role([]), access, trusts(root)).allowed,
  ]).toEqual([true, false, false, false, true, false]);
});
