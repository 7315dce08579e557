import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';
import { refuse } from '../service-error.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html
 * For somebody who lost their authenticator app: the next sign-in does not ask for it, and they can set up a new one.
 */
export const adminDeleteSoftwareToken = operation({
  name: 'AdminDeleteSoftwareToken',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    if (user.status === 'UNCONFIRMED') throw refuse.notConfirmed();
    delete user.authenticator;
    delete user.pendingAuthenticatorSecret;
    user.mfa.enabled = user.mfa.enabled.filter((factor) => factor !== 'SOFTWARE_TOKEN_MFA');
    if (user.mfa.preferred === 'SOFTWARE_TOKEN_MFA') delete user.mfa.preferred;
    // A passkey may stand for both factors only beside another second one (API_WebAuthnMfaSettingsType).
    if (user.mfa.enabled.length === 0) delete user.mfa.passkey;
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
