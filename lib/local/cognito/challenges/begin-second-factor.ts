import type { Pool } from '../pool.ts';
import { activeFactors } from '../second-factors.ts';
import type { SecondFactor, User } from '../users.ts';
import { beginEmailOtp } from './begin-email-otp.ts';

/**
 * The challenge for the second factor: the preferred one, the only one, the choice, or the set-up of a first one where
 * the pool requires MFA ("MFA after sign-in" in the developer guide, and `ChallengeName` of API_RespondToAuthChallenge).
 */
export async function beginSecondFactor(pool: Pool, user: User): Promise<object> {
  const factors = activeFactors(pool, user);
  const [first] = factors;
  if (first === undefined) {
    return challenge(pool, user, 'MFA_SETUP', { MFAS_CAN_SETUP: JSON.stringify(['SOFTWARE_TOKEN_MFA']) });
  }
  const { preferred } = user.mfa;
  if (preferred !== undefined && factors.includes(preferred)) return askFor(pool, user, preferred);
  if (factors.length === 1) return askFor(pool, user, first);
  return challenge(pool, user, 'SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: JSON.stringify(factors) }, factors);
}

/** The challenge for one second factor that the person has. */
export async function askFor(pool: Pool, user: User, factor: SecondFactor): Promise<object> {
  if (factor === 'EMAIL_OTP') return beginEmailOtp(pool, user, { isSecond: true });
  const { friendlyName } = user.authenticator ?? {};
  return challenge(pool, user, factor, friendlyName === undefined ? {} : { FRIENDLY_DEVICE_NAME: friendlyName });
}

function challenge(pool: Pool, user: User, name: string, parameters: Record<string, string>, offered?: readonly string[]): object {
  return {
    ChallengeName: name,
    Session: pool.challenges.begin(user.sub, name, offered === undefined ? {} : { offered }),
    ChallengeParameters: { USER_ID_FOR_SRP: user.sub, ...parameters },
  };
}
