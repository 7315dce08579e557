import 'server-only';
import { InitiateAuthCommand, RespondToAuthChallengeCommand, type ChallengeNameType, type InitiateAuthResponse } from '@aws-sdk/client-cognito-identity-provider';
import { serverEnv } from '../env.ts';
import type { SessionTokens } from '../session/tokens.ts';
import { ask, secretHash } from './client.ts';
import type { Refusal } from './fault.ts';

export type ChallengeKind = 'totp' | 'new-password' | 'totp-setup' | 'email-code';

export type SignInReply =
  | { kind: 'tokens'; idToken: string; tokens: SessionTokens }
  | { kind: 'challenge'; challenge: ChallengeKind; cognitoSession: string; /** The real user name, not the typed address. */ username: string }
  /** Cognito asks for something that Selkie has no question for. */
  | { kind: 'unsupported'; name: string }
  | ({ kind: 'refused' } & Refusal);

const CHALLENGES: Readonly<Partial<Record<ChallengeNameType, ChallengeKind>>> = {
  SOFTWARE_TOKEN_MFA: 'totp',
  EMAIL_OTP: 'email-code',
  NEW_PASSWORD_REQUIRED: 'new-password',
};

/** Pure: what an answer of Cognito means. */
export function judgeSignIn(response: InitiateAuthResponse, username: string, nowMs: number): SignInReply {
  const { AuthenticationResult: result, ChallengeName: name, Session: cognitoSession } = response;
  if (result?.IdToken && result.AccessToken && result.RefreshToken) {
    const accessExpiresAtMs = nowMs + (result.ExpiresIn ?? 0) * 1000;
    return { kind: 'tokens', idToken: result.IdToken, tokens: { accessToken: result.AccessToken, refreshToken: result.RefreshToken, accessExpiresAtMs } };
  }
  const challenge = name === undefined ? undefined : CHALLENGES[name];
  if (challenge === undefined || cognitoSession === undefined) return { kind: 'unsupported', name: name ?? 'no tokens' };
  return { kind: 'challenge', challenge, cognitoSession, username: response.ChallengeParameters?.USER_ID_FOR_SRP ?? username };
}

export async function signInWithPassword(email: string, password: string): Promise<SignInReply> {
  const input = {
    AuthFlow: 'USER_PASSWORD_AUTH' as const,
    ClientId: serverEnv().cognito.clientId,
    AuthParameters: { USERNAME: email, PASSWORD: password, SECRET_HASH: secretHash(email) },
  };
  const asked = await ask((client, deadline) => client.send(new InitiateAuthCommand(input), deadline));
  return asked.ok ? judgeSignIn(asked.value, email, Date.now()) : { kind: 'refused', ...asked };
}

export async function answerChallenge(
  challenge: ChallengeKind, cognitoSession: string, username: string, answer: string,
): Promise<SignInReply> {
  const [ChallengeName, answerName] = ANSWERS[challenge];
  const input = {
    ClientId: serverEnv().cognito.clientId,
    ChallengeName,
    Session: cognitoSession,
    ChallengeResponses: { USERNAME: username, SECRET_HASH: secretHash(username), [answerName]: answer },
  };
  const asked = await ask((client, deadline) => client.send(new RespondToAuthChallengeCommand(input), deadline));
  return asked.ok ? judgeSignIn(asked.value, username, Date.now()) : { kind: 'refused', ...asked };
}

const ANSWERS: Readonly<Record<ChallengeKind, readonly [ChallengeNameType, string]>> = {
  totp: ['SOFTWARE_TOKEN_MFA', 'SOFTWARE_TOKEN_MFA_CODE'],
  'email-code': ['EMAIL_OTP', 'EMAIL_OTP_CODE'],
  'new-password': ['NEW_PASSWORD_REQUIRED', 'NEW_PASSWORD'],
  'totp-setup': ['MFA_SETUP', 'SOFTWARE_TOKEN_MFA_CODE'],
};
