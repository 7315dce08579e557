import type { Pool } from '../pool.ts';
import { ServiceError, refuse } from '../service-error.ts';
import type { User } from '../users.ts';

/** What stops a person although the password is right. Asked only then, or it would tell who exists. */
export function requireMaySignIn(pool: Pool, user: User): void {
  if (!user.enabled) throw refuse.userDisabled();
  if (user.status === 'UNCONFIRMED') throw refuse.notConfirmed();
  if (user.temporaryPasswordExpiresAt !== undefined && pool.now() >= user.temporaryPasswordExpiresAt) {
    throw new ServiceError('NotAuthorizedException', 'Temporary password has expired and must be reset by an administrator.');
  }
}
