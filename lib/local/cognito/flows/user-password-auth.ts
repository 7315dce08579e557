import { requireSecretHash } from '../client.ts';
import { finishSignIn } from '../finish-sign-in.ts';
import { refuse } from '../service-error.ts';
import type { Flow } from './flow.ts';
import { verifyPassword } from './verify-password.ts';

/** `USER_PASSWORD_AUTH`: "Sign-in with persistent passwords" in the developer guide. */
export const userPasswordAuth: Flow = async ({ USERNAME, PASSWORD, SECRET_HASH }, pool, client) => {
  if (!USERNAME) throw refuse.missing('USERNAME');
  if (!PASSWORD) throw refuse.missing('PASSWORD');
  requireSecretHash(client, USERNAME, SECRET_HASH);
  return finishSignIn(pool, await verifyPassword(pool, USERNAME, PASSWORD), { clientId: client.id });
};
