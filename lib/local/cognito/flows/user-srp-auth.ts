import { beginPasswordVerifier } from '../challenges/begin-password-verifier.ts';
import { requireSecretHash } from '../client.ts';
import { findPerson } from '../find-person.ts';
import { refuse } from '../service-error.ts';
import type { Flow } from './flow.ts';

/** `USER_SRP_AUTH`: "Sign-in with persistent passwords and secure payload" in the developer guide. */
export const userSrpAuth: Flow = async ({ USERNAME, SRP_A, SECRET_HASH }, pool, client) => {
  if (!USERNAME) throw refuse.missing('USERNAME');
  if (!SRP_A) throw refuse.missing('SRP_A');
  requireSecretHash(client, USERNAME, SECRET_HASH);
  return beginPasswordVerifier(pool, findPerson(pool, USERNAME), SRP_A);
};
