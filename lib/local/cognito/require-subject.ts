import type { Pool } from './pool.ts';
import { ServiceError } from './service-error.ts';
import type { User } from './users.ts';

/** The refusal about the user pool: every operation of an administrator starts with it. */
export function requirePool(pool: Pool, userPoolId: string): void {
  if (userPoolId !== pool.config.userPoolId) {
    throw new ServiceError('ResourceNotFoundException', `User pool ${userPoolId} does not exist.`);
  }
}

/** Whom an administrator's operation is about. Throws ResourceNotFoundException or UserNotFoundException. */
export function requireSubject(pool: Pool, input: { UserPoolId: string; Username: string }): User {
  requirePool(pool, input.UserPoolId);
  const user = pool.users.find(input.Username);
  if (user === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.');
  return user;
}
