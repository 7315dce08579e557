import { refuse } from '../service-error.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';
import { beginFirstFactor, firstFactorsOf, isFirstFactor } from './first-factors.ts';

/**
 * `SELECT_CHALLENGE` of API_RespondToAuthChallenge: ANSWER is one of the AvailableChallenges, and PASSWORD or SRP_A
 * may come along. (A CREDENTIAL, which AWS's example shows as well, cannot: no challenge has been given to sign.)
 */
export const selectChallenge: ChallengeAnswer = async ({ user, data, clientId, responses, consume }, pool) => {
  const { ANSWER: answer } = responses;
  if (!answer) throw refuse.missing('ANSWER');
  if (!isFirstFactor(answer) || !data.offered?.includes(answer) || !firstFactorsOf(pool, user).includes(answer)) {
    throw refuse.invalid('The selected challenge is not available.');
  }
  const begun = await beginFirstFactor(pool, user, answer, responses, clientId, consume);
  if (begun === undefined) throw refuse.invalid('The selected challenge is not available.');
  return begun;
};
