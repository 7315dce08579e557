import { activeFactors } from '../second-factors.ts';
import { refuse } from '../service-error.ts';
import { askFor } from './begin-second-factor.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

/**
 * `SELECT_MFA_TYPE` of API_RespondToAuthChallenge: ANSWER is one of MFAS_CAN_CHOOSE. The reference writes EMAIL_MFA for
 * what that list calls EMAIL_OTP; both are taken.
 */
export const selectMfaType: ChallengeAnswer = async ({ user, data, responses, consume }, pool) => {
  if (!responses.ANSWER) throw refuse.missing('ANSWER');
  const answer = responses.ANSWER === 'EMAIL_MFA' ? 'EMAIL_OTP' : responses.ANSWER;
  const factor = activeFactors(pool, user).find((one) => one === answer);
  if (factor === undefined || !data.offered?.includes(factor)) throw refuse.invalid('The selected MFA type is not available.');
  consume();
  return askFor(pool, user, factor);
};
