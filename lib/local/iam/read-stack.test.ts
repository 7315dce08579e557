import { expect, test } from 'vitest';
import { parsePolicy } from './policy.ts';
import { readStack, readTemplate } from './read-stack.ts';
import { resolveTemplate, type StackSettings } from './resolve-template.ts';

const settings: StackSettings = {
  accountId: '123456789012', region: 'eu-west-1', names: { Bucket: 'files', IdentityPool: 'eu-west-1:1', UserPool: 'eu-west-1_A', UserPoolClient: 'c' },
  parameters: {
    AppOrigin: 'https://selkie.example', BucketName: 'files', LoginDomainPrefix: 'selkie', AppPrincipalArn: 'arn:aws:iam::123456789012:user/u', OperatorArn: 'arn:aws:iam::123456789012:role/o',
  },
};

/** A template of one role with this statement in its policy. */
const withStatement = (statement: object) => {
  const template = readTemplate() as { Resources: { PersonRole: { Properties: { Policies: Array<{ PolicyDocument: { Statement: object[] } }> } } } };
  template.Resources.PersonRole.Properties.Policies[0]!.PolicyDocument.Statement.push(statement);
  return template;
};

test('the template is read whole: three roles, one bucket’s policy, and `sub` as the one tag', () => {
  const stack = readStack(readTemplate(), settings);
  expect([...stack.roles.keys()]).toEqual(['PersonRole', 'AppRole', 'EraserRole'].map((name) => `arn:aws:iam::123456789012:role/${name}`));
  expect([...stack.bucketPolicies].map(([bucket, statements]) => [bucket, statements.map(({ sid, effect }) => `${effect} ${sid}`)])).toEqual([['files', [
    'Deny NothingWithoutTls', 'Deny NothingIsOverwritten', 'Deny NothingIsCopied', 'Deny NothingComesInParts', 'Deny NothingIsDeleted', 'Deny NothingIsRelabelled', 'Deny RulesChangeOnDeployment',
  ]]]);
  expect([...stack.identityProviders]).toEqual([]);
  expect(stack.identityPool).toEqual({ id: 'eu-west-1:1', roleArn: 'arn:aws:iam::123456789012:role/PersonRole', tagsOfClaims: { sub: 'sub' } });
});

test('functions of CloudFormation are replaced by what they stand for', () => {
  const resolved = resolveTemplate({
    AWSTemplateFormatVersion: '2010-09-09', Parameters: { BucketName: { Type: 'String' }, Team: { Type: 'String', Default: 'acme' } },
    Conditions: { Never: { 'Fn::Equals': [{ Ref: 'Team' }, ''] }, Always: { 'Fn::Not': [{ Condition: 'Never' }] } },
    Resources: {
      Absent: { Type: 'AWS::IAM::OIDCProvider', Condition: 'Never', Properties: { Url: { Ref: 'Nobody' } } },
      Provider: { Type: 'AWS::IAM::OIDCProvider', Condition: 'Always', Properties: { Url: { 'Fn::Sub': 'https://oidc.vercel.com/${Team}' } } },
      Y: { Type: 'T', Properties: {
        a: { 'Fn::If': ['Always', { 'Fn::GetAtt': ['Provider', 'Arn'] }, { 'Fn::GetAtt': ['Absent', 'Arn'] }] }, b: { 'Fn::If': ['Never', 1, { Ref: 'AWS::NoValue' }] },
        c: [{ 'Fn::If': ['Never', 1, { Ref: 'AWS::NoValue' }] }, 2], d: { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, e: { 'Fn::Sub': ['${One}-${Team}', { One: { 'Fn::Sub': '${Team}!' } }] },
      } },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'BucketName' } } }, Role: { Type: 'AWS::IAM::Role', Properties: {} },
      X: { Type: 'T', Properties: { a: { 'Fn::Sub': '${Bucket.Arn}/u/${!aws:PrincipalTag/sub}/*' }, b: { 'Fn::GetAtt': ['Role', 'Arn'] }, c: { 'Fn::Join': ['-', [{ Ref: 'Bucket' }, 'x']] }, d: [{ 'Fn::Sub': '${AWS::Region}:${AWS::AccountId}:${AWS::Partition}' }], e: { Ref: 'Role' } } },
    },
  }, settings);
  expect(resolved.map(({ id }) => id)).toEqual(['Provider', 'Y', 'Bucket', 'Role', 'X']);
  expect(resolved[1]!.properties).toEqual({ a: 'arn:aws:iam::123456789012:oidc-provider/oidc.vercel.com/acme', c: [2], d: 'b', e: 'acme!-acme' });
  expect(resolved[4]!.properties).toEqual({ a: 'arn:aws:s3:::files/u/${aws:PrincipalTag/sub}/*', b: 'arn:aws:iam::123456789012:role/Role', c: 'files-x', d: ['eu-west-1:123456789012:aws'], e: 'Role' });
});

test.each<[value: object, sentence: RegExp]>([
  [{ Ref: 'Nobody' }, /refers to Nobody/], [{ 'Fn::GetAtt': ['Bucket', 'DomainName'] }, /Bucket\.DomainName/], [{ 'Fn::If': ['A', 1, 2] }, /condition A is not there/], [{ 'Fn::If': ['OnVercel', 1] }, /Fn::If/], [{ 'Fn::Sub': ['${A}'] }, /Fn::Sub/], [{ 'Fn::Sub': ['${A}', {}] }, /refers to A/],
  [{ 'Fn::GetAtt': ['VercelProvider', 'Arn'] }, /VercelProvider\.Arn/], [{ 'Fn::Select': [3, ['a']] }, /Fn::Select/],
  [{ 'Fn::Sub': '${Nobody}' }, /Nobody/], [{ 'Fn::ImportValue': 'x' }, /Fn::ImportValue/],
])('%j is not understood, and says so', (value, sentence) => {
  const template = readTemplate() as { Resources: { Bucket: { Properties: Record<string, unknown> } } };
  template.Resources.Bucket.Properties['BucketName'] = value;
  expect(() => readStack(template, settings)).toThrow(sentence);
});

test.each<[statement: object, sentence: string]>([
  [{ Sid: 'X', Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } }, 'PersonRole: X: the condition key s3:TlsVersion is not known here'],
  [{ Sid: 'X', Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { NumericLessThan: { 's3:max-keys': '1' } } }, 'PersonRole: X: the condition operator NumericLessThan is not known here'],
  [{ Sid: 'X', Effect: 'Allow', Action: 's3:*', Resource: '${aws:username}' }, 'PersonRole: X: the variable ${aws:username} is not known here'],
  [{ Sid: 'X', Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' }, 'PersonRole: X: a policy of a role names no Principal'],
  [{ Sid: 'X', Effect: 'Allow', Action: 's3:*' }, 'PersonRole: X: the Resource is missing'],
  [{ Sid: 'X', Effect: 'Allow', Resource: '*' }, 'PersonRole: X: the Action is missing'],
  [{ Sid: 'X', Effect: 'Allow', Action: 's3:*', NotAction: 's3:*', Resource: '*' }, 'PersonRole: X: Action and NotAction exclude one another'],
])('a statement that is not understood stops the start with its name: %#', (statement, sentence) => {
  expect(() => readStack(withStatement(statement), settings)).toThrow(sentence);
});

test.each([{ Effect: 'Maybe' }, { Sid: undefined }, { Comment: 'x' }, { NotPrincipal: '*' }, { Principal: { Service: 'ec2.amazonaws.com' } }, { Principal: {} }, { Principal: { AWS: 'arn:aws:iam::*:root' } }])('%j is no statement', (over) => {
  expect(() => parsePolicy({ Version: '2012-10-17', Statement: [{ Sid: 'X', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', ...over }] }, 'resource')).toThrow();
});

test('a resource of a kind that is not understood, another version, or a parameter without a value stops the start', () => {
  const template = readTemplate() as { Resources: Record<string, object> };
  expect(() => readStack({ ...template, Resources: { ...template.Resources, Other: { Type: 'AWS::IAM::ManagedPolicy', Properties: {} } } }, settings)).toThrow('Other: a resource of type AWS::IAM::ManagedPolicy is not understood here');
  expect(() => parsePolicy({ Version: '2008-10-17', Statement: [] }, 'identity')).toThrow('not understood at Version');
  expect(() => readStack(template, { ...settings, parameters: {} })).toThrow('parameter AppOrigin has no value');
});

test('a group of the pool has no role: that would be a second way to rights', () => {
  const template = readTemplate() as { Resources: { AdminGroup: { Properties: object } } };
  Object.assign(template.Resources.AdminGroup.Properties, { RoleArn: 'arn:aws:iam::123456789012:role/PersonRole' });
  expect(() => readStack(template, settings)).toThrow('AdminGroup: not understood at RoleArn');
});

test('the identity pool of the template lets no guest in and has no second way', () => {
  for (const change of [{ AllowUnauthenticatedIdentities: true }, { AllowClassicFlow: true }]) {
    const template = readTemplate() as { Resources: { IdentityPool: { Properties: object } } };
    Object.assign(template.Resources.IdentityPool.Properties, change);
    expect(() => readStack(template, settings)).toThrow('IdentityPool: not understood at');
  }
});

test('the bucket of the template keeps versions, is encrypted, has no access lists and is closed to the public', () => {
  const bucket = resolveTemplate(readTemplate(), settings).find(({ id }) => id === 'Bucket');
  expect(bucket).toMatchObject({
    type: 'AWS::S3::Bucket',
    properties: {
      VersioningConfiguration: { Status: 'Enabled' }, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    },
  });
});
