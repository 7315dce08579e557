import { requireSecretHash } from '../client.ts';
import { finishSignIn } from '../finish-sign-in.ts';
import { ServiceError, refuse } from '../service-error.ts';
import { canonical } from '../users.ts';
import type { Flow } from './flow.ts';

/** `USER_PASSWORD_AUTH`: "Sign-in with persistent passwords" in the developer guide. */
export const userPasswordAuth: Flow = async ({ USERNAME, PASSWORD, SECRET_HASH }, pool) => {
  if (!USERNAME) throw refuse.invalid('Missing required parameter USERNAME');
  if (!PASSWORD) throw refuse.invalid('Missing required parameter PASSWORD');
  requireSecretHash(pool, USERNAME, SECRET_HASH);

  const user = pool.users.find(USERNAME);
  const verdict = await pool.gate.attempt(user?.sub ?? canonical(USERNAME), () => pool.passwords.matches(PASSWORD, user?.password));
  if (verdict === 'locked') throw new ServiceError('NotAuthorizedException', 'Password attempts exceeded');
  // Deleted while the password was compared: `user` is still here, but no longer in the pool.
  if (verdict === 'wrong' || user === undefined || pool.users.find(user.sub) === undefined) throw refuse.wrongCredentials();
  if (!user.enabled) throw refuse.userDisabled();
  if (user.status === 'UNCONFIRMED') throw refuse.notConfirmed();
  if (user.temporaryPasswordExpiresAt !== undefined && pool.now() >= user.temporaryPasswordExpiresAt) {
    throw new ServiceError('NotAuthorizedException', 'Temporary password has expired and must be reset by an administrator.');
  }
  return finishSignIn(pool, user);
};
