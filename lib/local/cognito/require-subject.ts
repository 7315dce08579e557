import { requireClient } from './client.ts';
import type { Pool } from './pool.ts';
import { refuse, ServiceError } from './service-error.ts';
import type { User } from './users.ts';

/** The refusal about the user pool: every operation of an administrator starts with it. */
export function requirePool(pool: Pool, userPoolId: string): void {
  if (userPoolId !== pool.config.userPoolId) {
    throw new ServiceError('ResourceNotFoundException', `User pool ${userPoolId} does not exist.`);
  }
}

/** The refusals about the app client whose secrets an administrator changes. */
export function requireSecretClient(pool: Pool, userPoolId: string, clientId: string): void {
  requirePool(pool, userPoolId);
  if (requireClient(pool, clientId).secrets.length === 0) throw refuse.invalid('The app client has no secret, and can get none.');
}

/** Whom an administrator's operation is about. Throws ResourceNotFoundException or UserNotFoundException. */
export function requireSubject(pool: Pool, input: { UserPoolId: string; Username: string }): User {
  requirePool(pool, input.UserPoolId);
  const user = pool.users.find(input.Username);
  if (user === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.');
  return user;
}
