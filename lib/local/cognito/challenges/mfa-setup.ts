import { finishSignIn } from '../finish-sign-in.ts';
import { refuse } from '../service-error.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

/**
 * `MFA_SETUP` of API_RespondToAuthChallenge, with the session of VerifySoftwareToken: the authenticator has been set up in
 * this very sign-in, so its code was the second factor.
 */
export const mfaSetup: ChallengeAnswer = async ({ user, data, clientId, consume }, pool) => {
  if (data.factor !== 'SOFTWARE_TOKEN_MFA') throw refuse.invalid('User has not verified software token mfa');
  consume();
  return finishSignIn(pool, user, { clientId, proven: 'both-factors' });
};
