import type { Pool } from '../pool.ts';
import { refuse } from '../service-error.ts';
import type { User } from '../users.ts';

/**
 * Judges one code, unless the person is locked out. "Presenting an MFA code incorrectly five times" locks as five wrong
 * passwords do ("Adding MFA to a user pool" in the developer guide); all kinds of code count together, whichever
 * session they are tried in, and apart from passwords.
 * @throws ServiceError NotAuthorizedException while locked.
 */
export async function attemptFactor(pool: Pool, user: User, isRight: () => boolean): Promise<boolean> {
  const verdict = await pool.gate.attempt(`factor ${user.sub}`, async () => isRight());
  if (verdict === 'locked') throw refuse.lockedOut();
  return verdict === 'right';
}
