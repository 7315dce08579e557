import { finishSignIn } from '../finish-sign-in.ts';
import { ServiceError, refuse } from '../service-error.ts';
import { stepOfCode } from '../totp.ts';
import { attemptFactor } from './attempt-factor.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

/**
 * `SOFTWARE_TOKEN_MFA` of API_RespondToAuthChallenge. A code works once, whether it was used to sign in or to set the
 * authenticator up; one of an earlier step than the last is as used. A wrong code leaves the session usable.
 */
export const softwareTokenMfa: ChallengeAnswer = async ({ user, clientId, responses, consume }, pool) => {
  const { SOFTWARE_TOKEN_MFA_CODE: code } = responses;
  if (!code) throw refuse.missing('SOFTWARE_TOKEN_MFA_CODE');
  const isRight = await attemptFactor(pool, user, () => {
    const { authenticator } = user;
    if (authenticator === undefined) throw new ServiceError('SoftwareTokenMFANotFoundException', 'Software Token MFA does not exist for the user.');
    const step = stepOfCode(authenticator.secret, code, pool.now());
    if (step === undefined) return false;
    if (step <= authenticator.lastStep) throw new ServiceError('ExpiredCodeException', 'Your software token has already been used once.');
    consume();
    authenticator.lastStep = step;
    return true;
  });
  if (!isRight) throw new ServiceError('CodeMismatchException', 'Invalid code received for user');
  // Once the step is on the disk no restart makes the code good again.
  return finishSignIn(pool, user, { clientId, proven: 'both-factors' });
};
