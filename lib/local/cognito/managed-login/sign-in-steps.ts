import { secretHashOf } from '../client.ts';
import { associateSoftwareToken } from '../operations/associate-software-token.ts';
import { initiateAuth } from '../operations/initiate-auth.ts';
import { respondToAuthChallenge } from '../operations/respond-to-auth-challenge.ts';
import { verifySoftwareToken } from '../operations/verify-software-token.ts';
import type { Pool } from '../pool.ts';

/** What a page asks for next. */
export interface PendingStep {
  challenge: 'SOFTWARE_TOKEN_MFA' | 'EMAIL_OTP' | 'NEW_PASSWORD_REQUIRED' | 'MFA_SETUP';
  session: string;
  sub: string;
  /** Of MFA_SETUP: what the person types into their authenticator, base32. */
  secret?: string;
}

export type StepOutcome = { kind: 'signed-in'; sub: string } | { kind: 'asks'; step: PendingStep };

interface Reply {
  ChallengeName?: string;
  Session?: string;
  ChallengeParameters?: Record<string, string>;
  AuthenticationResult?: { AccessToken: string };
}

const answerNames: Readonly<Record<Exclude<PendingStep['challenge'], 'MFA_SETUP'>, string>> = {
  SOFTWARE_TOKEN_MFA: 'SOFTWARE_TOKEN_MFA_CODE',
  EMAIL_OTP: 'EMAIL_OTP_CODE',
  NEW_PASSWORD_REQUIRED: 'NEW_PASSWORD',
};

/**
 * Managed login signs people in through the very operations that the app uses, so that the two can't differ in what they
 * refuse. The tokens that come of it are forgotten unseen: the app gets its own for the code.
 * @throws ServiceError as the operations do.
 */
export async function checkPassword(pool: Pool, username: string, password: string): Promise<StepOutcome> {
  const reply = await initiateAuth.call({
    ClientId: pool.config.clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: password, SECRET_HASH: secretHash(pool, username) },
  }, pool);
  return settle(pool, reply, pool.users.find(username)?.sub ?? username);
}

/** @throws ServiceError as RespondToAuthChallenge does. */
export async function answerStep(pool: Pool, step: PendingStep, answer: string): Promise<StepOutcome> {
  const { challenge, session, sub } = step;
  if (challenge !== 'MFA_SETUP') return settle(pool, await respond(pool, challenge, session, sub, { [answerNames[challenge]]: answer }), sub);
  const verified: Reply = await verifySoftwareToken.call({ Session: session, UserCode: answer }, pool);
  return settle(pool, await respond(pool, challenge, verified.Session ?? '', sub, {}), sub);
}

function respond(pool: Pool, challenge: string, session: string, sub: string, responses: Record<string, string>): Promise<Reply> {
  return respondToAuthChallenge.call({
    ClientId: pool.config.clientId,
    ChallengeName: challenge,
    Session: session,
    ChallengeResponses: { USERNAME: sub, SECRET_HASH: secretHash(pool, sub), ...responses },
  }, pool);
}

async function settle(pool: Pool, reply: Reply, sub: string): Promise<StepOutcome> {
  if (reply.AuthenticationResult !== undefined) {
    const { originJti, sub: itsSub } = await pool.tokens.verifyAccess(reply.AuthenticationResult.AccessToken);
    pool.refreshTokens.discard(originJti);
    return { kind: 'signed-in', sub: itsSub };
  }
  const { ChallengeName: challenge = '', Session: session = '' } = reply;
  if (challenge === 'SELECT_MFA_TYPE') {
    const choices = reply.ChallengeParameters?.MFAS_CAN_CHOOSE ?? '';
    const answer = choices.includes('SOFTWARE_TOKEN_MFA') ? 'SOFTWARE_TOKEN_MFA' : 'EMAIL_OTP';
    return settle(pool, await respond(pool, challenge, session, sub, { ANSWER: answer }), sub);
  }
  if (challenge === 'MFA_SETUP') {
    const made = (await associateSoftwareToken.call({ Session: session }, pool)) as { SecretCode: string; Session: string };
    return { kind: 'asks', step: { challenge, session: made.Session, sub, secret: made.SecretCode } };
  }
  if (!Object.hasOwn(answerNames, challenge)) throw new Error(`Managed login has no page for ${challenge}.`);
  return { kind: 'asks', step: { challenge: challenge as PendingStep['challenge'], session, sub } };
}

function secretHash({ config, clientSecrets }: Pool, username: string): string {
  return secretHashOf(clientSecrets.list()[0]!.value, config.clientId, username);
}
