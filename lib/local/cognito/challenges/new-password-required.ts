import { parseAttributes } from '../attributes.ts';
import { finishSignIn } from '../finish-sign-in.ts';
import { requirePolicy } from '../passwords.ts';
import { refuse } from '../service-error.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

const ATTRIBUTE_PREFIX = 'userAttributes.';

/**
 * `NEW_PASSWORD_REQUIRED`: a person whom an administrator created replaces the temporary password. A password
 * that the policy refuses leaves the session usable, so that the person can type a better one.
 */
export const newPasswordRequired: ChallengeAnswer = async ({ user, clientId, responses, consume }, pool) => {
  const password = responses.NEW_PASSWORD;
  if (!password) throw refuse.missing('NEW_PASSWORD');
  const given = Object.entries(responses)
    .filter(([name]) => name.startsWith(ATTRIBUTE_PREFIX))
    .map(([name, Value]) => ({ Name: name.slice(ATTRIBUTE_PREFIX.length), Value }));
  const attributes = parseAttributes(given, 'person');
  if (attributes.email !== undefined) throw refuse.invalid('Cannot modify an already provided email');
  requirePolicy(password);
  consume();

  user.password = await pool.passwords.hash(password, user.sub);
  user.status = 'CONFIRMED';
  delete user.temporaryPasswordExpiresAt;
  Object.assign(user.attributes, attributes.others);
  user.modifiedAt = pool.now();
  return finishSignIn(pool, user, { clientId });
};
