import * as v from 'valibot';
import { requireClient } from '../client.ts';
import { fields } from '../fields.ts';
import { clientScopes } from '../managed-login/scopes.ts';
import { operation } from '../operation.ts';
import { requirePool } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html: what this pool does, in AWS's words. */
export const describeUserPoolClient = operation({
  name: 'DescribeUserPoolClient',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, ClientId: fields.clientId }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    const { config, lives } = pool;
    const client = requireClient(pool, input.ClientId);
    return {
      UserPoolClient: {
        UserPoolId: config.userPoolId,
        ClientName: client.secrets.length === 0 ? 'public' : 'app',
        ClientId: client.id,
        ...(client.secrets.length === 0 ? {} : { ClientSecret: client.secrets[0] }),
        ExplicitAuthFlows: client.flows.filter((flow) => flow !== 'REFRESH_TOKEN').map((flow) => `ALLOW_${flow}`),
        AccessTokenValidity: lives.accessSeconds,
        IdTokenValidity: lives.accessSeconds,
        RefreshTokenValidity: lives.refreshSeconds,
        TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' },
        AuthSessionValidity: 3,
        RefreshTokenRotation: client.rotates ? { Feature: 'ENABLED', RetryGracePeriodSeconds: lives.rotationGraceSeconds } : { Feature: 'DISABLED' },
        EnableTokenRevocation: true,
        PreventUserExistenceErrors: 'ENABLED',
        // It is taken, and there is no threat protection here that would use it.
        EnablePropagateAdditionalUserContextData: client.secrets.length > 0,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: clientScopes,
        SupportedIdentityProviders: ['COGNITO'],
        CallbackURLs: config.callbackUrls,
        LogoutURLs: config.logoutUrls,
      },
    };
  },
});
