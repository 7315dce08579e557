import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSoftwareTokenOwner } from '../software-token-owner.ts';
import { newAuthenticatorSecret } from '../totp.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html
 * A new secret each time. An authenticator that the person has goes on working until VerifySoftwareToken sees a code of the
 * new one. In a sign-in the secret lives in the session, which is replaced.
 */
export const associateSoftwareToken = operation({
  name: 'AssociateSoftwareToken',
  authorization: 'public',
  input: v.object({ AccessToken: v.optional(fields.accessToken), Session: v.optional(fields.session) }),
  async run(input, pool) {
    const owner = await requireSoftwareTokenOwner(pool, input);
    const secret = newAuthenticatorSecret();
    if ('session' in owner) return { SecretCode: secret, Session: pool.challenges.replace(owner.session, { secret }) };
    owner.user.pendingAuthenticatorSecret = secret;
    await pool.save();
    return { SecretCode: secret };
  },
});
