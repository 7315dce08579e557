import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTemplate } from '../iam/read-stack.ts';
import { resolveTemplate } from '../iam/resolve-template.ts';
import { config, openTestPool, type TestPool } from './testing/test-pool.ts';

/**
 * What is deployed to AWS and what is tested against here are the same pool: the template's properties beside what the embedded
 * Cognito says of itself.
 */
const resources = resolveTemplate(readTemplate(), {
  accountId: '123456789012', region: config.region, names: { Bucket: 'files', UserPool: config.userPoolId, UserPoolClient: config.clientId, IdentityPool: config.identityPoolId },
  parameters: {
    AppOrigin: 'https://selkie.example', BucketName: 'files', LoginDomainPrefix: 'selkie-example', OperatorArn: 'arn:aws:iam::123456789012:role/operator', AppPrincipalArn: 'arn:aws:iam::123456789012:role/host',
  },
});
const propertiesOf = (id: string): Record<string, any> => resources.find((one) => one.id === id)!.properties;
const only = (names: readonly string[], of: Record<string, any>) => Object.fromEntries(names.map((name) => [name, of[name]]));

let pool: TestPool;
beforeAll(async () => {
  pool = await openTestPool({ config: { ...config, callbackUrls: ['https://selkie.example/api/auth/callback'], logoutUrls: ['https://selkie.example/'], relyingPartyId: 'selkie.example', passkeys: 'required' } });
});
afterAll(() => pool.dispose());

test('the pool takes the same sign-ins, passwords, second factors and ways back', async () => {
  const { UserPool: described } = await pool.admin('DescribeUserPool', {});
  const same = ['UserPoolTier', 'UsernameAttributes', 'UsernameConfiguration', 'AutoVerifiedAttributes', 'Policies', 'MfaConfiguration', 'AccountRecoverySetting', 'AdminCreateUserConfig', 'DeletionProtection'];
  expect(only(same, propertiesOf('UserPool'))).toEqual(only(same, described));
});

test('the app client has the same flows, lives, rotation and addresses; SRP, which the app does not use, is off in AWS', async () => {
  const { UserPoolClient: described } = await pool.admin('DescribeUserPoolClient', { ClientId: config.clientId });
  const client = propertiesOf('UserPoolClient');
  const same = [
    'UserPoolId', 'AuthSessionValidity', 'RefreshTokenRotation', 'EnableTokenRevocation', 'PreventUserExistenceErrors', 'EnablePropagateAdditionalUserContextData', 'AllowedOAuthFlowsUserPoolClient', 'AllowedOAuthFlows',
    'AllowedOAuthScopes', 'SupportedIdentityProviders', 'CallbackURLs', 'LogoutURLs',
  ];
  expect(only(same, client)).toEqual(only(same, described));
  expect(client['ExplicitAuthFlows']).toEqual(described.ExplicitAuthFlows.filter((flow: string) => flow !== 'ALLOW_USER_SRP_AUTH'));
  expect([client['GenerateSecret'], client['TokenValidityUnits']]).toEqual([described.ClientSecret !== undefined, { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' }]);
  expect([client['AccessTokenValidity'] * 60, client['IdTokenValidity'] * 60, client['RefreshTokenValidity'] * 24 * 3600]).toEqual([described.AccessTokenValidity, described.IdTokenValidity, described.RefreshTokenValidity]);
});

test('passkeys are bound to the app’s host, ask who it is, and count for two factors; the second factor is an authenticator app', async () => {
  const found = await pool.admin('GetUserPoolMfaConfig', {});
  const { WebAuthnRelyingPartyID, WebAuthnUserVerification, WebAuthnFactorConfiguration, EnabledMfas } = propertiesOf('UserPool');
  expect({ RelyingPartyId: WebAuthnRelyingPartyID, UserVerification: WebAuthnUserVerification, FactorConfiguration: WebAuthnFactorConfiguration }).toEqual(found.WebAuthnConfiguration);
  expect([EnabledMfas, found.SoftwareTokenMfaConfiguration, found.SmsMfaConfiguration]).toEqual([['SOFTWARE_TOKEN_MFA'], { Enabled: true }, undefined]);
});

test('managed login has its address and a style, and administrators a group', () => {
  expect([propertiesOf('LoginDomain'), propertiesOf('LoginBranding'), propertiesOf('AdminGroup')]).toEqual([
    { UserPoolId: config.userPoolId, Domain: 'selkie-example', ManagedLoginVersion: 2 }, { UserPoolId: config.userPoolId, ClientId: config.clientId, UseCognitoProvidedValues: true }, { UserPoolId: config.userPoolId, GroupName: 'admin' },
  ]);
});
