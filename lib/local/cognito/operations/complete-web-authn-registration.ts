import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireAccess } from '../require-access.ts';
import { ServiceError, refuse } from '../service-error.ts';
import { parseRegistration } from '../web-authn/parse-credential.ts';
import { readClientData } from '../web-authn/read-client-data.ts';
import { requireRoom } from '../web-authn/require-room.ts';
import { requirePasskeysOn, userVerificationOf } from '../web-authn/settings.ts';
import { verifyRegistration } from '../web-authn/verify-registration.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html */
export const completeWebAuthnRegistration = operation({
  name: 'CompleteWebAuthnRegistration',
  authorization: 'public',
  input: v.object({ AccessToken: fields.accessToken, Credential: v.record(v.string(), v.unknown()) }),
  async run(input, pool) {
    const user = await requireAccess(pool, input.AccessToken);
    requirePasskeysOn(pool);
    requireRoom(user);
    const { clientId } = await pool.tokens.verifyAccess(input.AccessToken);
    const response = parseRegistration(input.Credential);
    const { relyingPartyId } = pool.config;
    const { challenge, origin, isOriginAllowed } = readClientData(response.response.clientDataJSON, 'webauthn.create', relyingPartyId);
    pool.registrations.take(challenge, user.sub, clientId);
    if (!isOriginAllowed) {
      throw new ServiceError('WebAuthnOriginNotAllowedException', 'The origin of the credential does not align with the relying party ID of the user pool.');
    }

    const passkey = await verifyRegistration(response, { challenge, origin, relyingPartyId, userVerification: userVerificationOf(pool, user) });
    // Two ceremonies may have ended meanwhile, and a credential belongs to one account only (WebAuthn 7.1 step 27).
    requireRoom(user);
    const isTaken = pool.users.list().some(({ passkeys }) => passkeys.some(({ credentialId }) => credentialId === passkey.credentialId));
    if (isTaken) throw refuse.invalid('The credential is already registered.');
    user.passkeys.push({ ...passkey, createdAt: pool.now() });
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
