import { beginSecondFactor } from './challenges/begin-second-factor.ts';
import type { Pool } from './pool.ts';
import { isMfaNeeded, isPasskeyEnough } from './second-factors.ts';
import { refuse } from './service-error.ts';
import type { User } from './users.ts';

/** What the person has proven so far in this sign-in. */
export type Proven = 'first-factor' | 'passkey' | 'both-factors';

/**
 * What follows once a factor is right: a challenge that still stands in the way, or the tokens. Every flow and every
 * answered challenge ends here, so a new factor is asked for in this one place.
 *
 * The second factor is asked for after each first one, a mailed code included. AWS offers mailed codes only to who has no
 * second factor, and so does `firstFactorsOf`; who switches one on in between is asked for it all the same.
 */
export async function finishSignIn(
  pool: Pool,
  user: User,
  { proven = 'first-factor', clientId = pool.config.clientId }: { proven?: Proven; clientId?: string } = {},
): Promise<object> {
  if (!user.enabled) throw refuse.userDisabled();
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    return {
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: pool.challenges.begin(user.sub, 'NEW_PASSWORD_REQUIRED'),
      ChallengeParameters: {
        USER_ID_FOR_SRP: user.sub,
        requiredAttributes: '[]',
        userAttributes: JSON.stringify({ ...user.attributes, email_verified: String(user.emailVerified), email: user.email }),
      },
    };
  }
  const isEnough = proven === 'both-factors' || (proven === 'passkey' && isPasskeyEnough(pool, user));
  if (!isEnough && isMfaNeeded(pool, user)) return beginSecondFactor(pool, user);

  const { family, refreshToken } = pool.refreshTokens.begin(user.sub, { clientId });
  const tokens = await pool.tokens.issue(user, family);
  await pool.save();
  return { ChallengeParameters: {}, AuthenticationResult: { ...tokens, RefreshToken: refreshToken } };
}
