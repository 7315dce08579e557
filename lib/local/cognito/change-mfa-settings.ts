import * as v from 'valibot';
import type { Pool } from './pool.ts';
import { refuse } from './service-error.ts';
import type { SecondFactor, User } from './users.ts';

const setting = v.object({ Enabled: v.optional(v.boolean()), PreferredMfa: v.optional(v.boolean()) });

/** The members of API_SetUserMFAPreference, which API_AdminSetUserMFAPreference has as well. */
export const mfaSettingsInput = {
  SMSMfaSettings: v.optional(setting),
  SoftwareTokenMfaSettings: v.optional(setting),
  EmailMfaSettings: v.optional(setting),
  WebAuthnMfaSettings: v.optional(v.object({ Enabled: v.optional(v.boolean()) })),
};

const settingsSchema = v.object(mfaSettingsInput);

/**
 * Switches second factors on and off and says which is asked first; what is not mentioned stays as it is. All of the
 * request is checked before any of it is done. The caller saves.
 * @throws ServiceError InvalidParameterException for a factor that the person has not set up, two preferred ones, a
 * preferred one that is off, a factor switched off where the pool requires MFA, a passkey as the only one, and any of
 * them in a pool without MFA.
 */
export function changeMfaSettings(pool: Pool, user: User, settings: v.InferOutput<typeof settingsSchema>): void {
  const { mfa = 'OPTIONAL' } = pool.config;
  const { SMSMfaSettings, SoftwareTokenMfaSettings, EmailMfaSettings, WebAuthnMfaSettings } = settings;
  if (mfa === 'OFF') throw refuse.invalid('MFA is turned off for the user pool.');
  const noDelivery = (name: string) => refuse.invalid(`User does not have delivery config set to turn on ${name}`);
  if (SMSMfaSettings?.Enabled || SMSMfaSettings?.PreferredMfa) throw noDelivery('SMS_MFA');

  const isSetUp = { SOFTWARE_TOKEN_MFA: user.authenticator !== undefined, EMAIL_OTP: user.emailVerified };
  const asked = { SOFTWARE_TOKEN_MFA: SoftwareTokenMfaSettings ?? {}, EMAIL_OTP: EmailMfaSettings ?? {} };
  const enabled = new Set<SecondFactor>(user.mfa.enabled);
  let { preferred } = user.mfa;
  for (const factor of ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'] as const) {
    const { Enabled, PreferredMfa } = asked[factor];
    if (Enabled === true && !isSetUp[factor]) throw noDelivery(factor);
    if (Enabled === false && mfa === 'ON' && enabled.has(factor)) throw refuse.invalid(`${factor} cannot be turned off in a user pool that requires MFA.`);
    if (Enabled === true) enabled.add(factor);
    if (Enabled === false) enabled.delete(factor);
    if (PreferredMfa === true && !enabled.has(factor)) throw refuse.invalid(`${factor} cannot be preferred without being enabled.`);
    if (preferred === factor && (PreferredMfa === false || !enabled.has(factor))) preferred = undefined;
  }
  const wished = (['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'] as const).filter((factor) => asked[factor].PreferredMfa === true);
  if (wished.length > 1) throw refuse.invalid('Only one MFA method can be preferred.');
  preferred = wished[0] ?? preferred;
  if (WebAuthnMfaSettings?.Enabled === true && enabled.size === 0) throw refuse.invalid('Passkey MFA needs at least one other MFA method to be enabled.');
  const passkey = enabled.size > 0 && (WebAuthnMfaSettings?.Enabled ?? user.mfa.passkey ?? false);

  user.mfa = { enabled: [...enabled], ...(preferred === undefined ? {} : { preferred }), ...(passkey ? { passkey } : {}) };
  user.modifiedAt = pool.now();
}
