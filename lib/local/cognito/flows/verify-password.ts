import { findPerson } from '../find-person.ts';
import type { Pool } from '../pool.ts';
import { refuse } from '../service-error.ts';
import type { User } from '../users.ts';
import { requireMaySignIn } from './require-may-sign-in.ts';

/**
 * The person of that name, if the password is theirs. Every way in that takes a plain password ends here: the API's
 * flows and the managed login page. Failures are counted by the gate, for names of nobody as well.
 * @throws ServiceError NotAuthorizedException (wrong, locked out, disabled, temporary password expired) or
 * UserNotConfirmedException.
 */
export async function verifyPassword(pool: Pool, username: string, password: string): Promise<User> {
  const user = findPerson(pool, username);
  const isReal = () => pool.users.find(user.sub) === user;
  const verdict = await pool.gate.attempt(user.sub, () => pool.passwords.matches(password, isReal() ? user.password : undefined));
  if (verdict === 'locked') throw refuse.lockedOut();
  // Deleted while the password was compared: `user` is still here, but no longer in the pool.
  if (verdict === 'wrong' || !isReal()) throw refuse.wrongCredentials();
  requireMaySignIn(pool, user);
  if (user.password.srp === undefined) {
    user.password.srp = pool.passwords.verifierOf(password, user.sub);
    await pool.save();
  }
  return user;
}
