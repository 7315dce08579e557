import type { ChallengeSession } from './challenge-sessions.ts';
import type { Pool } from './pool.ts';
import { requireAccess } from './require-access.ts';
import { ServiceError, refuse } from './service-error.ts';
import type { User } from './users.ts';

/** Who sets up an authenticator: somebody signed in, or somebody whom the MFA_SETUP challenge of a sign-in asks to. */
export type SoftwareTokenOwner = { user: User } | { user: User; session: string; found: ChallengeSession };

/**
 * "The request takes an access token or a session string, but not both" (API_VerifySoftwareToken). Only the session of an
 * MFA_SETUP challenge will do: with one that waits for a code a stolen password could replace the authenticator.
 * @throws ServiceError SoftwareTokenMFANotFoundException in a pool without MFA.
 */
export async function requireSoftwareTokenOwner(
  pool: Pool,
  { AccessToken: accessToken, Session: session }: { AccessToken?: string | undefined; Session?: string | undefined },
): Promise<SoftwareTokenOwner> {
  if ((accessToken === undefined) === (session === undefined)) throw refuse.invalid('Exactly one of AccessToken and Session is required.');
  const owner = accessToken !== undefined ? { user: await requireAccess(pool, accessToken) } : ownerOf(pool, session!);
  if (pool.config.mfa === 'OFF') throw new ServiceError('SoftwareTokenMFANotFoundException', 'Software Token MFA has not been enabled by the userPool');
  return owner;
}

function ownerOf(pool: Pool, session: string): SoftwareTokenOwner {
  const found = pool.challenges.open(session, 'MFA_SETUP');
  const user = pool.users.find(found.sub);
  if (user === undefined) throw new ServiceError('NotAuthorizedException', 'Invalid session for the user.');
  if (!user.enabled) throw refuse.userDisabled();
  return { user, session, found };
}
