import type { Pool } from './pool.ts';
import type { SecondFactor, User } from './users.ts';

/**
 * The second factors that a person can be asked for: "Adding MFA to a user pool" in the developer guide. In a pool that
 * requires MFA a verified authenticator counts without having been switched on.
 */
export function activeFactors(pool: Pool, user: User): SecondFactor[] {
  const { mfa = 'OPTIONAL' } = pool.config;
  if (mfa === 'OFF') return [];
  const isOn = (factor: SecondFactor) => user.mfa.enabled.includes(factor);
  const all: SecondFactor[] = [];
  if (user.authenticator !== undefined && (mfa === 'ON' || isOn('SOFTWARE_TOKEN_MFA'))) all.push('SOFTWARE_TOKEN_MFA');
  if (isOn('EMAIL_OTP')) all.push('EMAIL_OTP');
  return all;
}

export function isMfaNeeded(pool: Pool, user: User): boolean {
  return pool.config.mfa === 'ON' || activeFactors(pool, user).length > 0;
}

/**
 * Whether a passkey counts as both factors (`FactorConfiguration` MULTI_FACTOR_WITH_USER_VERIFICATION of
 * API_WebAuthnConfigurationType, which this pool has): only for who has switched it on in SetUserMFAPreference.
 */
export function isPasskeyEnough(pool: Pool, user: User): boolean {
  return pool.config.mfa !== 'OFF' && user.mfa.passkey === true;
}

/** `UserMFASettingList` and `PreferredMfaSetting` of API_GetUser; absent when there is nothing to say. */
export function mfaSettings(pool: Pool, user: User): { UserMFASettingList?: SecondFactor[]; PreferredMfaSetting?: SecondFactor } {
  const active = activeFactors(pool, user);
  const { preferred } = user.mfa;
  return {
    ...(active.length > 0 ? { UserMFASettingList: active } : {}),
    ...(preferred !== undefined && active.includes(preferred) ? { PreferredMfaSetting: preferred } : {}),
  };
}
