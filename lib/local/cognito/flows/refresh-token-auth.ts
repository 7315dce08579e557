import { requireSecretHash } from '../client.ts';
import { ServiceError, refuse } from '../service-error.ts';
import type { Flow } from './flow.ts';

const words = {
  unknown: 'Invalid Refresh Token',
  revoked: 'Refresh Token has been revoked',
  expired: 'Refresh Token has expired',
};

/**
 * `REFRESH_TOKEN_AUTH` and its alias `REFRESH_TOKEN`, for clients without rotation: new ID and access tokens of the same
 * sign-in, and no new refresh token ("Refresh tokens" in the developer guide).
 */
export const refreshTokenAuth: Flow = async ({ REFRESH_TOKEN, SECRET_HASH }, pool, client) => {
  if (!REFRESH_TOKEN) throw refuse.missing('REFRESH_TOKEN');
  const use = pool.refreshTokens.use(REFRESH_TOKEN, client.id);
  if (use.kind !== 'live') throw new ServiceError('NotAuthorizedException', words[use.kind]);
  requireSecretHash(client, use.family.sub, SECRET_HASH);
  const user = pool.users.find(use.family.sub);
  if (user === undefined) throw new ServiceError('NotAuthorizedException', words.unknown);
  if (!user.enabled) throw refuse.userDisabled();
  return { ChallengeParameters: {}, AuthenticationResult: await pool.tokens.issue(user, use.family) };
};
