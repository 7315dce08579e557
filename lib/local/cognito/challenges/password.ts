import { finishSignIn } from '../finish-sign-in.ts';
import { verifyPassword } from '../flows/verify-password.ts';
import { refuse } from '../service-error.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

/** `PASSWORD` of API_RespondToAuthChallenge. A wrong password leaves the session usable; the gate counts it. */
export const password: ChallengeAnswer = async ({ user, clientId, responses, consume }, pool) => {
  if (!responses.PASSWORD) throw refuse.missing('PASSWORD');
  const verified = await verifyPassword(pool, user.sub, responses.PASSWORD);
  consume();
  return finishSignIn(pool, verified, { clientId });
};
