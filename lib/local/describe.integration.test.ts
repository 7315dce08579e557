import {
  CognitoIdentityClient, DescribeIdentityPoolCommand, GetPrincipalTagAttributeMapCommand,
} from '@aws-sdk/client-cognito-identity';
import {
  CognitoIdentityProviderClient, DescribeUserPoolClientCommand, DescribeUserPoolCommand, GetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetBucketLocationCommand, GetBucketVersioningCommand, GetPublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessKey, rootKey, startRouteStack, userPoolId, type RouteStack } from '../server/testing/route-stack.ts';

/** How the pieces are set, as the SDK reads it with the account's own key, and refused to the app. */
let stack: RouteStack;
beforeAll(async () => {
  stack = await startRouteStack({ mfa: 'ON' });
});
afterAll(() => stack.close());

const clientsOf = (credentials: { accessKeyId: string; secretAccessKey: string }) => {
  const common = { region: 'eu-west-1', maxAttempts: 1, credentials };
  return {
    people: new CognitoIdentityProviderClient({ ...common, endpoint: stack.cloud.endpoints.cognito }),
    identities: new CognitoIdentityClient({ ...common, endpoint: stack.cloud.endpoints.cognito }),
    s3: new S3Client({ ...common, endpoint: stack.cloud.endpoints.s3, forcePathStyle: true }),
  };
};
const ClientId = 'selkielocalclient0000000000';
const IdentityPoolId = 'eu-west-1:00000000-0000-4000-8000-000000000001';
const IdentityProviderName = `cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`;

test('the user pool, its client and its factors are described as they behave', async () => {
  const { people } = clientsOf(rootKey);
  const { UserPool } = await people.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId }));
  expect(UserPool).toMatchObject({ Id: userPoolId, MfaConfiguration: 'ON', UsernameAttributes: ['email'], Policies: { PasswordPolicy: { MinimumLength: 8 } } });
  const { UserPoolClient } = await people.send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId }));
  expect(UserPoolClient).toMatchObject({
    ClientSecret: 'a-client-secret-of-this-test', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 }, RefreshTokenValidity: 30 * 24 * 3600, CallbackURLs: ['http://localhost:3000/api/auth/callback'],
  });
  const factors = await people.send(new GetUserPoolMfaConfigCommand({ UserPoolId: userPoolId }));
  expect(factors).toMatchObject({ MfaConfiguration: 'ON', WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'preferred' } });
});

test('the identity pool says that it lets nobody in without a sign-in, and which claim becomes which tag', async () => {
  const { identities } = clientsOf(rootKey);
  expect(await identities.send(new DescribeIdentityPoolCommand({ IdentityPoolId }))).toMatchObject({
    AllowUnauthenticatedIdentities: false, AllowClassicFlow: false, CognitoIdentityProviders: [{ ClientId, ProviderName: IdentityProviderName, ServerSideTokenCheck: true }],
  });
  expect(await identities.send(new GetPrincipalTagAttributeMapCommand({ IdentityPoolId, IdentityProviderName }))).toMatchObject({ UseDefaults: false, PrincipalTags: { sub: 'sub' } });
});

test('the bucket says where it is, that it keeps no versions and that nothing in it is public', async () => {
  const { s3 } = clientsOf(rootKey);
  expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'selkie' }))).LocationConstraint).toBe('eu-west-1');
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'selkie' }))).Status).toBeUndefined();
  expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket: 'selkie' }))).PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true,
  });
});

test('the app’s own role may read none of it', async () => {
  const { people, identities, s3 } = clientsOf(accessKey);
  const asked = [
    people.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId })),
    people.send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId })),
    people.send(new GetUserPoolMfaConfigCommand({ UserPoolId: userPoolId })),
    identities.send(new DescribeIdentityPoolCommand({ IdentityPoolId })),
    identities.send(new GetPrincipalTagAttributeMapCommand({ IdentityPoolId, IdentityProviderName })),
    s3.send(new GetBucketVersioningCommand({ Bucket: 'selkie' })),
    s3.send(new GetPublicAccessBlockCommand({ Bucket: 'selkie' })),
  ];
  const names = (await Promise.allSettled(asked)).map((one) => (one.status === 'rejected' ? (one.reason as Error).name : 'answered'));
  expect(names).toEqual([...Array.from({ length: 5 }, () => 'AccessDeniedException'), 'AccessDenied', 'AccessDenied']);
});
