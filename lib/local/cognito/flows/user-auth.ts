import { beginFirstFactor, firstFactorsOf, isFirstFactor } from '../challenges/first-factors.ts';
import { requireSecretHash } from '../client.ts';
import { findPerson } from '../find-person.ts';
import { refuse } from '../service-error.ts';
import type { Flow } from './flow.ts';

/**
 * `USER_AUTH`, choice-based sign-in: "Authentication flows" in the developer guide, and `AuthParameters` of
 * API_InitiateAuth. A preferred challenge that the person has is begun (a password sent along is checked at once);
 * otherwise they are told what there is to choose from.
 */
export const userAuth: Flow = async (parameters, pool, client) => {
  const { USERNAME, PREFERRED_CHALLENGE: preferred, SECRET_HASH } = parameters;
  if (!USERNAME) throw refuse.missing('USERNAME');
  requireSecretHash(client, USERNAME, SECRET_HASH);
  if (preferred !== undefined && !isFirstFactor(preferred)) throw refuse.invalid('Invalid PREFERRED_CHALLENGE');

  const user = findPerson(pool, USERNAME);
  const offered = firstFactorsOf(pool, user);
  const begun = preferred !== undefined && offered.includes(preferred) ? await beginFirstFactor(pool, user, preferred, parameters, client.id) : undefined;
  if (begun !== undefined) return 'Session' in begun ? { ...begun, AvailableChallenges: offered } : begun;
  return {
    ChallengeName: 'SELECT_CHALLENGE',
    Session: pool.challenges.begin(user.sub, 'SELECT_CHALLENGE', { offered }),
    ChallengeParameters: { USER_ID_FOR_SRP: user.sub },
    AvailableChallenges: offered,
  };
};
