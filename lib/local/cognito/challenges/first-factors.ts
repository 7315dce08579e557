import { finishSignIn } from '../finish-sign-in.ts';
import { verifyPassword } from '../flows/verify-password.ts';
import type { Pool } from '../pool.ts';
import { isMfaNeeded, isPasskeyEnough } from '../second-factors.ts';
import type { User } from '../users.ts';
import { passkeysOf } from '../web-authn/settings.ts';
import { beginEmailOtp } from './begin-email-otp.ts';
import { beginPasswordVerifier } from './begin-password-verifier.ts';
import { beginWebAuthn } from './web-authn.ts';

/** `AllowedFirstAuthFactors` of API_SignInPolicyType, as choice-based sign-in names them. */
const all = ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP', 'WEB_AUTHN'] as const;
export type FirstFactor = (typeof all)[number];

export function isFirstFactor(name: string): name is FirstFactor {
  return (all as readonly string[]).includes(name);
}

/**
 * `AvailableChallenges`. "Users who have activated MFA can't sign in with a passwordless first factor", save with a passkey that
 * counts as both: "Authentication flows" in the developer guide and API_WebAuthnMfaSettingsType.
 */
export function firstFactorsOf(pool: Pool, user: User): FirstFactor[] {
  const needsMfa = isMfaNeeded(pool, user);
  const hasPasskey = passkeysOf(pool, user).length > 0;
  return [
    'PASSWORD',
    'PASSWORD_SRP',
    ...(needsMfa ? [] : ['EMAIL_OTP' as const]),
    ...(hasPasskey && (!needsMfa || isPasskeyEnough(pool, user)) ? ['WEB_AUTHN' as const] : []),
  ];
}

/**
 * Begins a factor that is open to the person. A password or SRP_A that came along is the first answer already.
 * Undefined when the passkey went in between. `consume` ends the session of a choice, and only when it has led on.
 */
export async function beginFirstFactor(
  pool: Pool,
  user: User,
  factor: FirstFactor,
  { PASSWORD, SRP_A }: Readonly<Record<string, string>>,
  clientId: string,
  consume: () => void = () => undefined,
): Promise<object | undefined> {
  if (factor === 'PASSWORD' && PASSWORD) {
    const verified = await verifyPassword(pool, user.sub, PASSWORD);
    consume();
    return finishSignIn(pool, verified, { clientId });
  }
  const ask = () => ({
    ChallengeName: factor,
    Session: pool.challenges.begin(user.sub, factor),
    ChallengeParameters: { USER_ID_FOR_SRP: user.sub },
  });
  consume();
  switch (factor) {
    case 'PASSWORD':
      return ask();
    case 'PASSWORD_SRP':
      return SRP_A ? beginPasswordVerifier(pool, user, SRP_A) : ask();
    case 'EMAIL_OTP':
      return beginEmailOtp(pool, user);
    case 'WEB_AUTHN':
      return beginWebAuthn(pool, user);
  }
}
