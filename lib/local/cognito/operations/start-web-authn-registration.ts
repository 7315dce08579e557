import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireAccess } from '../require-access.ts';
import { requireRoom } from '../web-authn/require-room.ts';
import { ceremonyTimeoutMs, requirePasskeysOn, supportedAlgorithms, userHandleOf, userVerificationOf } from '../web-authn/settings.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html
 * The options have the members of that page's example, in JSON with base64url for binary.
 */
export const startWebAuthnRegistration = operation({
  name: 'StartWebAuthnRegistration',
  authorization: 'public',
  input: v.object({ AccessToken: fields.accessToken }),
  async run(input, pool) {
    const user = await requireAccess(pool, input.AccessToken);
    requirePasskeysOn(pool);
    requireRoom(user);
    const { clientId } = await pool.tokens.verifyAccess(input.AccessToken);
    const { relyingPartyId } = pool.config;
    return {
      CredentialCreationOptions: {
        rp: { id: relyingPartyId, name: relyingPartyId },
        user: { id: userHandleOf(user.sub), name: user.email, displayName: user.email },
        challenge: pool.registrations.begin(user.sub, clientId),
        pubKeyCredParams: supportedAlgorithms.map((alg) => ({ type: 'public-key', alg })),
        timeout: ceremonyTimeoutMs,
        excludeCredentials: user.passkeys.map(({ credentialId }) => ({ type: 'public-key', id: credentialId })),
        authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification: userVerificationOf(pool, user) },
      },
    };
  },
});
