import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { Passkey } from '../users.ts';

/**
 * Whether the answer is a signature of this passkey over this challenge (WebAuthn level 3, section 7.2): what came
 * with it, or undefined. Changes nothing; the caller keeps the counter.
 */
export async function verifyAuthentication(
  response: AuthenticationResponseJSON,
  passkey: Passkey,
  expected: { challenge: string; origin: string; requireUserVerification: boolean },
): Promise<{ counter: number; isUserVerified: boolean } | undefined> {
  const result = await verifyAuthenticationResponse({
    response,
    expectedChallenge: expected.challenge,
    expectedOrigin: expected.origin,
    expectedRPID: passkey.relyingPartyId,
    credential: { id: passkey.credentialId, publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')), counter: passkey.counter },
    requireUserVerification: expected.requireUserVerification,
  }).catch(() => undefined);
  return result?.verified === true ? { counter: result.authenticationInfo.newCounter, isUserVerified: result.authenticationInfo.userVerified } : undefined;
}
