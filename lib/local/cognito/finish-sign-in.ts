import type { Pool } from './pool.ts';
import type { User } from './users.ts';

/**
 * What follows once a first factor is right: a challenge that still stands in the way, or the tokens. Every flow
 * and every answered challenge ends here, so a new factor is asked for in this one place.
 */
export async function finishSignIn(pool: Pool, user: User): Promise<object> {
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
  const { family, refreshToken } = pool.refreshTokens.begin(user.sub);
  const tokens = await pool.tokens.issue(user, family);
  await pool.save();
  return { ChallengeParameters: {}, AuthenticationResult: { ...tokens, RefreshToken: refreshToken } };
}
