import 'server-only';
import { InitiateAuthCommand, RespondToAuthChallengeCommand, type ChallengeNameType, type InitiateAuthResponse } from '@aws-sdk/client-cognito-identity-provider';
import type { Caller } from '../caller.ts';
import { serverEnv } from '../env.ts';
import type { SessionTokens } from '../session/tokens.ts';
import { ask, secretHash, type Asked } from './client.ts';
import type { Refusal } from './fault.ts';
import { associateSoftwareToken, verifySoftwareToken } from './software-token.ts';
import { userContext } from './user-context.ts';

/**
 * A sign-in at Cognito, step by step:
 *
 *   ask (InitiateAuth | RespondToAuthChallenge) ─► judge (pure) ─► follow what needs no answer of a person ─► reply
 *
 * SELECT_MFA_TYPE is answered here, and MFA_SETUP begun here, so that callers only see questions for people.
 */
export type ChallengeKind = 'totp' | 'new-password' | 'totp-setup' | 'email-code';

export interface Question {
  kind: 'challenge';
  challenge: ChallengeKind;
  cognitoSession: string;
  /** The real user name, not the typed address: SECRET_HASH is over it from the second step on. */
  username: string;
  /** With `totp-setup`: base32. */
  secret?: string;
}

export type SignInReply =
  | { kind: 'tokens'; idToken: string; tokens: SessionTokens }
  | Question
  /** Cognito asks for something that Selkie has no question for. */
  | { kind: 'unsupported'; name: string }
  | ({ kind: 'refused' } & Refusal);

/** What an answer of Cognito means, before anything that needs no person is done. */
export type Judgement =
  | Exclude<SignInReply, { kind: 'refused' }>
  | { kind: 'choose-factor'; answer: (typeof FACTORS)[number]; cognitoSession: string; username: string }
  | { kind: 'set-up'; cognitoSession: string; username: string }
  | { kind: 'passkey'; options: string; cognitoSession: string; username: string };

/** The factors that Selkie has a question for, the stronger first. The reference calls the mail EMAIL_MFA, the service EMAIL_OTP: the answer repeats what was offered. */
const FACTORS = ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP', 'EMAIL_MFA'] as const;

/** Pure. A name that AWS adds after this SDK is `unsupported`: nobody comes in by a step we don't know. */
export function judgeSignIn(response: InitiateAuthResponse, username: string, nowMs: number): Judgement {
  const { AuthenticationResult: result, ChallengeName: name, Session: cognitoSession, ChallengeParameters: parameters = {} } = response;
  if (name === undefined) {
    if (!result?.IdToken || !result.AccessToken || !result.RefreshToken) return { kind: 'unsupported', name: 'no tokens' };
    const accessExpiresAtMs = nowMs + (result.ExpiresIn ?? 0) * 1000;
    return { kind: 'tokens', idToken: result.IdToken, tokens: { accessToken: result.AccessToken, idToken: result.IdToken, refreshToken: result.RefreshToken, accessExpiresAtMs } };
  }
  if (cognitoSession === undefined) return { kind: 'unsupported', name };
  const step = { cognitoSession, username: parameters.USER_ID_FOR_SRP ?? username };
  switch (name) {
    case 'SOFTWARE_TOKEN_MFA': return { kind: 'challenge', challenge: 'totp', ...step };
    case 'EMAIL_OTP': return { kind: 'challenge', challenge: 'email-code', ...step };
    case 'NEW_PASSWORD_REQUIRED': return { kind: 'challenge', challenge: 'new-password', ...step };
    case 'MFA_SETUP':
      return names(parameters.MFAS_CAN_SETUP).includes('SOFTWARE_TOKEN_MFA') ? { kind: 'set-up', ...step } : { kind: 'unsupported', name };
    case 'SELECT_MFA_TYPE': {
      const offered = names(parameters.MFAS_CAN_CHOOSE);
      const answer = FACTORS.find((factor) => offered.includes(factor));
      return answer === undefined ? { kind: 'unsupported', name } : { kind: 'choose-factor', answer, ...step };
    }
    case 'WEB_AUTHN': {
      const options = parameters.CREDENTIAL_REQUEST_OPTIONS;
      return options === undefined ? { kind: 'unsupported', name } : { kind: 'passkey', options, ...step };
    }
    // USER_AUTH answers so when the person does not have what was asked for.
    case 'SELECT_CHALLENGE':
    // Flows that Selkie never begins.
    case 'PASSWORD': case 'PASSWORD_SRP': case 'PASSWORD_VERIFIER': case 'ADMIN_NO_SRP_AUTH': case 'CUSTOM_CHALLENGE':
    // Devices that Cognito remembers, and text messages: Selkie's pool has neither.
    case 'DEVICE_SRP_AUTH': case 'DEVICE_PASSWORD_VERIFIER': case 'SMS_MFA': case 'SMS_OTP':
      return { kind: 'unsupported', name };
    default: {
      const unknown: never = name;
      return { kind: 'unsupported', name: String(unknown) };
    }
  }
}

/** `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`: a JSON array in a string. */
function names(list: string | undefined): unknown[] {
  try {
    const parsed: unknown = JSON.parse(list ?? '[]');
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

export async function signInWithPassword(username: string, password: string, caller: Caller): Promise<SignInReply> {
  return follow(await initiate('USER_PASSWORD_AUTH', username, { PASSWORD: password }, caller), caller);
}

export async function answerChallenge(
  challenge: ChallengeKind, cognitoSession: string, username: string, answer: string, caller: Caller,
): Promise<SignInReply> {
  if (challenge === 'totp-setup') {
    const verified = await verifySoftwareToken({ session: cognitoSession }, answer);
    if (!verified.ok) return { kind: 'refused', ...verified };
    return follow(await respond('MFA_SETUP', verified.value.session ?? cognitoSession, username, {}, caller), caller);
  }
  const [name, member] = ANSWERS[challenge];
  return follow(await respond(name, cognitoSession, username, { [member]: answer }, caller), caller);
}

const ANSWERS: Readonly<Record<Exclude<ChallengeKind, 'totp-setup'>, readonly [ChallengeNameType, string]>> = {
  totp: ['SOFTWARE_TOKEN_MFA', 'SOFTWARE_TOKEN_MFA_CODE'],
  'email-code': ['EMAIL_OTP', 'EMAIL_OTP_CODE'],
  'new-password': ['NEW_PASSWORD_REQUIRED', 'NEW_PASSWORD'],
};

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
export async function initiate(
  flow: 'USER_PASSWORD_AUTH' | 'USER_AUTH', username: string, parameters: Readonly<Record<string, string>>, caller: Caller,
): Promise<Asked<Judgement>> {
  const input = {
    AuthFlow: flow, ClientId: serverEnv().cognito.clientId, ...userContext(caller),
    AuthParameters: { USERNAME: username, SECRET_HASH: secretHash(username), ...parameters },
  };
  const asked = await ask((client, deadline) => client.send(new InitiateAuthCommand(input), deadline));
  return asked.ok ? { ok: true, value: judgeSignIn(asked.value, username, Date.now()) } : asked;
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html */
export async function respond(
  name: ChallengeNameType, cognitoSession: string, username: string, responses: Readonly<Record<string, string>>, caller: Caller,
): Promise<Asked<Judgement>> {
  const input = {
    ChallengeName: name, Session: cognitoSession, ClientId: serverEnv().cognito.clientId, ...userContext(caller),
    ChallengeResponses: { USERNAME: username, SECRET_HASH: secretHash(username), ...responses },
  };
  const asked = await ask((client, deadline) => client.send(new RespondToAuthChallengeCommand(input), deadline));
  return asked.ok ? { ok: true, value: judgeSignIn(asked.value, username, Date.now()) } : asked;
}

/** Does what needs no person, at most twice (choose a factor, then begin its set-up): a pool that asks on in circles is not followed. */
export async function follow(asked: Asked<Judgement>, caller: Caller, stepsLeft = 2): Promise<SignInReply> {
  if (!asked.ok) return { kind: 'refused', ...asked };
  const judgement = asked.value;
  switch (judgement.kind) {
    case 'tokens':
    case 'challenge':
    case 'unsupported':
      return judgement;
    case 'choose-factor': {
      if (stepsLeft === 0) return { kind: 'unsupported', name: 'SELECT_MFA_TYPE' };
      const { cognitoSession, username, answer } = judgement;
      return follow(await respond('SELECT_MFA_TYPE', cognitoSession, username, { ANSWER: answer }, caller), caller, stepsLeft - 1);
    }
    case 'set-up': {
      const started = await associateSoftwareToken({ session: judgement.cognitoSession });
      if (!started.ok) return { kind: 'refused', ...started };
      const { secret, session = judgement.cognitoSession } = started.value;
      return { kind: 'challenge', challenge: 'totp-setup', cognitoSession: session, username: judgement.username, secret };
    }
    // A passkey is a first factor only, and then its options are the reply (passkey-sign-in.ts).
    case 'passkey':
      return { kind: 'unsupported', name: 'WEB_AUTHN' };
  }
}
