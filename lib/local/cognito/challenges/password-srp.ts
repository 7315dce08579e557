import { refuse } from '../service-error.ts';
import { beginPasswordVerifier } from './begin-password-verifier.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

/** `PASSWORD_SRP` of API_RespondToAuthChallenge: SRP_A, answered by PASSWORD_VERIFIER. */
export const passwordSrp: ChallengeAnswer = async ({ user, responses, consume }, pool) => {
  if (!responses.SRP_A) throw refuse.missing('SRP_A');
  const begun = beginPasswordVerifier(pool, user, responses.SRP_A);
  consume();
  return begun;
};
