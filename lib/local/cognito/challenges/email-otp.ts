import { finishSignIn } from '../finish-sign-in.ts';
import { ServiceError, refuse } from '../service-error.ts';
import { attemptFactor } from './attempt-factor.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

/**
 * `EMAIL_OTP` of API_RespondToAuthChallenge, as a first and as a second factor. The right code also proves the address, and
 * confirms who has signed up and not confirmed yet: "Passwordless sign-in with one-time passwords" in the developer guide.
 */
export const emailOtp: ChallengeAnswer = async ({ user, data, clientId, responses, consume }, pool) => {
  const { EMAIL_OTP_CODE: code } = responses;
  if (!code) throw refuse.missing('EMAIL_OTP_CODE');
  const isRight = await attemptFactor(pool, user, () => data.code === code && pool.users.find(user.sub) === user);
  if (!isRight) throw new ServiceError('CodeMismatchException', 'Invalid code or auth state for the user.');
  consume();

  if (user.status === 'UNCONFIRMED') user.status = 'CONFIRMED';
  user.emailVerified = true;
  return finishSignIn(pool, user, { clientId, proven: data.isSecond ? 'both-factors' : 'first-factor' });
};
