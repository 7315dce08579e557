import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { passwordPolicy } from '../passwords.ts';
import { requirePool } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html: what this pool does, in AWS's words. */
export const describeUserPool = operation({
  name: 'DescribeUserPool',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    const { userPoolId, passkeys, mfa = 'OPTIONAL' } = pool.config;
    return {
      UserPool: {
        Id: userPoolId,
        Name: 'selkie',
        UserPoolTier: 'ESSENTIALS',
        Policies: {
          PasswordPolicy: passwordPolicy,
          SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', ...(passkeys === 'off' ? [] : ['WEB_AUTHN'])] },
        },
        UsernameAttributes: ['email'],
        UsernameConfiguration: { CaseSensitive: false },
        AutoVerifiedAttributes: ['email'],
        AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: 'verified_email' }] },
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
        MfaConfiguration: mfa,
        EstimatedNumberOfUsers: pool.users.list().length,
        // Nothing here deletes a pool.
        DeletionProtection: 'ACTIVE',
      },
    };
  },
});
