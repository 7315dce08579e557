import * as v from 'valibot';
import type { ChallengeAnswer } from '../challenges/challenge-answer.ts';
import { newPasswordRequired } from '../challenges/new-password-required.ts';
import { requireClient, requireSecretHash } from '../client.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { ServiceError, refuse } from '../service-error.ts';

const answers: Partial<Record<string, ChallengeAnswer>> = {
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
};

const usedSession = () => new ServiceError('NotAuthorizedException', 'Invalid session for the user.');

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html */
export const respondToAuthChallenge = operation({
  name: 'RespondToAuthChallenge',
  authorization: 'public',
  input: v.object({
    ClientId: fields.clientId,
    ChallengeName: v.picklist([
      'SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA', 'SELECT_MFA_TYPE', 'MFA_SETUP', 'PASSWORD_VERIFIER', 'CUSTOM_CHALLENGE',
      'SELECT_CHALLENGE', 'DEVICE_SRP_AUTH', 'DEVICE_PASSWORD_VERIFIER', 'ADMIN_NO_SRP_AUTH', 'NEW_PASSWORD_REQUIRED', 'SMS_OTP',
      'PASSWORD', 'WEB_AUTHN', 'PASSWORD_SRP',
    ]),
    Session: v.optional(fields.session),
    ChallengeResponses: v.optional(fields.textMap, {}),
    ...context,
  }),
  async run(input, pool) {
    requireClient(pool, input.ClientId);
    const { USERNAME, SECRET_HASH } = input.ChallengeResponses;
    if (!USERNAME) throw refuse.invalid('Missing required parameter USERNAME');
    const user = pool.users.find(USERNAME);
    // Unlike in the first step, the hash must be over the real user name, whichever name is sent.
    requireSecretHash(pool, user?.sub ?? USERNAME, SECRET_HASH);
    const { Session: session } = input;
    if (session === undefined) throw refuse.invalid('Missing required parameter Session');
    const answer = answers[input.ChallengeName];
    if (answer === undefined) throw refuse.invalid(`${input.ChallengeName} is not a challenge of this client`);
    pool.challenges.require(session, user?.sub, input.ChallengeName);
    if (user === undefined) throw usedSession();
    if (!user.enabled) throw refuse.userDisabled();
    const consume = () => {
      if (!pool.challenges.consume(session)) throw usedSession();
    };
    return answer({ user, responses: input.ChallengeResponses, consume }, pool);
  },
});
