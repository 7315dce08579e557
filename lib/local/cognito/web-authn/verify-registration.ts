import { type RegistrationResponseJSON, type VerifiedRegistrationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { ServiceError } from '../service-error.ts';
import type { Passkey } from '../users.ts';
import { friendlyName } from './friendly-name.ts';
import { invalidCredential } from './parse-credential.ts';
import { supportedAlgorithms } from './settings.ts';

export interface RegistrationExpectation {
  challenge: string;
  origin: string;
  relyingPartyId: string;
  userVerification: 'required' | 'preferred';
}

/** Whatever signature algorithm an authenticator may have: EdDSA, ES256 to ES512, PS256 to PS512, RS256 to RS512, RS1 (IANA's COSE registry). */
const everyAlgorithm = [-8, -7, -35, -36, -37, -38, -39, -257, -258, -259, -65535];

/**
 * The new passkey of a registration (WebAuthn level 3, section 7.1). Throws WebAuthnRelyingPartyMismatchException,
 * WebAuthnCredentialNotSupportedException (algorithm, user verification), or InvalidParameterException for the rest.
 */
export async function verifyRegistration(response: RegistrationResponseJSON, expected: RegistrationExpectation): Promise<Omit<Passkey, 'createdAt'>> {
  const check = (requireUserVerification: boolean, supportedAlgorithmIDs: number[]): Promise<VerifiedRegistrationResponse> =>
    verifyRegistrationResponse({
      response,
      expectedChallenge: expected.challenge,
      expectedOrigin: expected.origin,
      expectedRPID: expected.relyingPartyId,
      requireUserVerification,
      supportedAlgorithmIDs,
    });
  const { registrationInfo } = await check(expected.userVerification === 'required', supportedAlgorithms).catch(async (error: unknown) => {
    if (error instanceof Error && error.name === 'UnexpectedRPIDHash') {
      throw new ServiceError('WebAuthnRelyingPartyMismatchException', 'The relying party ID of the credential does not match that of the user pool.');
    }
    // The library tells the rest apart by its sentences only; what a laxer pool would take is sound, but not supported here.
    const isSound = await check(false, everyAlgorithm).then(({ verified }) => verified, () => false);
    if (isSound) throw new ServiceError('WebAuthnCredentialNotSupportedException', 'The credential is from an unsupported device or provider.');
    throw invalidCredential();
  });
  if (registrationInfo === undefined || registrationInfo.credential.id !== response.id) throw invalidCredential();
  const { credential, aaguid } = registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    friendlyName: friendlyName(aaguid),
    relyingPartyId: expected.relyingPartyId,
    transports: response.response.transports ?? [],
    ...(response.authenticatorAttachment === undefined ? {} : { attachment: response.authenticatorAttachment }),
  };
}
