import type { Pool } from './pool.ts';
import { ServiceError, refuse } from './service-error.ts';
import { selfServiceScope } from './tokens.ts';
import type { User } from './users.ts';

/** The person of an access token that is whole, alive, not revoked, and of a scope that allows the act. */
export async function requireAccess(pool: Pool, accessToken: string, scope = selfServiceScope): Promise<User> {
  const { sub, originJti, scopes } = await pool.tokens.verifyAccess(accessToken);
  if (!scopes.includes(scope)) {
    throw new ServiceError('NotAuthorizedException', 'Access Token does not have required scopes');
  }
  const user = pool.users.find(sub);
  if (user === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.');
  if (!pool.refreshTokens.isLive(originJti)) {
    throw new ServiceError('NotAuthorizedException', 'Access Token has been revoked');
  }
  if (!user.enabled) throw refuse.userDisabled();
  return user;
}
