import * as v from 'valibot';
import type { ChallengeSession } from '../challenge-sessions.ts';
import { sessionOf } from '../challenges/begin-password-verifier.ts';
import type { ChallengeAnswer } from '../challenges/challenge-answer.ts';
import { emailOtp } from '../challenges/email-otp.ts';
import { mfaSetup } from '../challenges/mfa-setup.ts';
import { newPasswordRequired } from '../challenges/new-password-required.ts';
import { passwordSrp } from '../challenges/password-srp.ts';
import { passwordVerifier } from '../challenges/password-verifier.ts';
import { password } from '../challenges/password.ts';
import { selectChallenge } from '../challenges/select-challenge.ts';
import { selectMfaType } from '../challenges/select-mfa-type.ts';
import { softwareTokenMfa } from '../challenges/software-token-mfa.ts';
import { webAuthn } from '../challenges/web-authn.ts';
import { requireClient, requireSecretHash } from '../client.ts';
import { context, fields } from '../fields.ts';
import { findPerson } from '../find-person.ts';
import { handOver } from '../hand-over.ts';
import { operation } from '../operation.ts';
import { ServiceError, refuse } from '../service-error.ts';

const answers: Partial<Record<string, ChallengeAnswer>> = {
  EMAIL_OTP: emailOtp,
  MFA_SETUP: mfaSetup,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  PASSWORD: password,
  PASSWORD_SRP: passwordSrp,
  PASSWORD_VERIFIER: passwordVerifier,
  SELECT_CHALLENGE: selectChallenge,
  SELECT_MFA_TYPE: selectMfaType,
  SOFTWARE_TOKEN_MFA: softwareTokenMfa,
  WEB_AUTHN: webAuthn,
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
  async run({ ChallengeName: name, ChallengeResponses: responses, ...input }, pool) {
    const client = requireClient(pool, input.ClientId);
    const { USERNAME, SECRET_HASH, PASSWORD_CLAIM_SECRET_BLOCK: secretBlock } = responses;
    if (!USERNAME) throw refuse.missing('USERNAME');
    const user = findPerson(pool, USERNAME);
    // Unlike in the first step, the hash must be over the real user name, whichever name is sent.
    requireSecretHash(client, user.sub, SECRET_HASH);
    const session = input.Session ?? (name === 'PASSWORD_VERIFIER' && secretBlock ? sessionOf(secretBlock) : undefined);
    if (session === undefined) throw refuse.missing('Session');
    const answer = answers[name];
    if (answer === undefined) throw refuse.invalid(`${name} is not a challenge of this client`);
    const found = pool.challenges.require(session, user.sub, name);
    if ((found.clientId ?? pool.config.clientId) !== client.id) throw usedSession();
    // Before a first factor is right nothing may tell that somebody is not there, or disabled.
    if (isAfterFirstFactor(found) && pool.users.find(user.sub) !== user) throw usedSession();
    if (isAfterFirstFactor(found) && !user.enabled) throw refuse.userDisabled();
    const consume = () => {
      if (!pool.challenges.consume(session)) throw usedSession();
    };
    return handOver(pool, client, await answer({ user, session, data: found.data, clientId: client.id, responses, consume }, pool));
  },
});

function isAfterFirstFactor({ challenge, data }: ChallengeSession): boolean {
  return data.isSecond === true || ['MFA_SETUP', 'NEW_PASSWORD_REQUIRED', 'SELECT_MFA_TYPE', 'SOFTWARE_TOKEN_MFA'].includes(challenge);
}
