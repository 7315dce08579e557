import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requirePool } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html: what this pool does, in AWS's words. */
export const getUserPoolMfaConfig = operation({
  name: 'GetUserPoolMfaConfig',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    const { mfa = 'OPTIONAL', passkeys = 'preferred', relyingPartyId } = pool.config;
    return {
      MfaConfiguration: mfa,
      SoftwareTokenMfaConfiguration: { Enabled: mfa !== 'OFF' },
      ...(passkeys === 'off' ? {} : { WebAuthnConfiguration: { RelyingPartyId: relyingPartyId, UserVerification: passkeys, FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' } }),
    };
  },
});
