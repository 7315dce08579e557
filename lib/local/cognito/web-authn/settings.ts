import type { Pool } from '../pool.ts';
import { ServiceError } from '../service-error.ts';
import type { Passkey, User } from '../users.ts';

/** Whether WEB_AUTHN is among the pool's first factors. */
function arePasskeysOn(pool: Pool): boolean {
  return pool.config.passkeys !== 'off';
}

/** The passkeys that the person can sign in with now: none while the pool has them off, nor those of another relying party. */
export function passkeysOf(pool: Pool, user: User): Passkey[] {
  if (!arePasskeysOn(pool)) return [];
  return user.passkeys.filter(({ relyingPartyId }) => relyingPartyId === pool.config.relyingPartyId);
}

/** Throws WebAuthnNotEnabledException unless it is. */
export function requirePasskeysOn(pool: Pool): void {
  if (!arePasskeysOn(pool)) throw new ServiceError('WebAuthnNotEnabledException', 'Passkeys are not enabled for this user pool.');
}

/**
 * `UserVerification` of API_WebAuthnConfigurationType: `preferred` unless the pool says otherwise, and always `required` for who
 * has passkeys stand for both factors (API_WebAuthnMfaSettingsType).
 */
export function userVerificationOf(pool: Pool, user: User): 'required' | 'preferred' {
  return pool.config.passkeys === 'required' || user.mfa.passkey === true ? 'required' : 'preferred';
}

/** COSE identifiers of what AWS offers in its options: ES256 and RS256. */
export const supportedAlgorithms = [-7, -257];

/** Cognito's user handle: the bytes of the `sub` as text. */
export function userHandleOf(sub: string): string {
  return Buffer.from(sub).toString('base64url');
}

/** Milliseconds that the browser may ask the person: AWS's example says 60000. */
export const ceremonyTimeoutMs = 60_000;
