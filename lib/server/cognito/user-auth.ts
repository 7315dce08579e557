import 'server-only';
import { randomToken } from '../../core/session/crypto-port.ts';
import type { Caller } from '../caller.ts';
import { initiate } from './sign-in.ts';

/** Cognito's own sessions are some hundred characters; nobody outside sees either. */
const MADE_UP_BYTES = 96;

/** A session that Cognito never gave: whatever is answered to it is refused, by Cognito and in Cognito's time. */
export function madeUpSession(): string {
  return randomToken(crypto, MADE_UP_BYTES);
}

/**
 * Begins a sign-in by a code in a mail: choice-based sign-in with EMAIL_OTP preferred
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html). For an
 * address without an account, not confirmed, or not allowed to sign in so, it answers something that looks the
 * same and never succeeds. `unavailable`: Cognito does not answer, for anybody.
 */
export async function beginEmailCode(email: string, caller: Caller): Promise<{ cognitoSession: string; username: string } | 'unavailable'> {
  const asked = await initiate('USER_AUTH', email, { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, caller);
  if (!asked.ok && asked.fault === 'unavailable') return 'unavailable';
  if (!asked.ok || asked.value.kind !== 'challenge' || asked.value.challenge !== 'email-code') return { cognitoSession: madeUpSession(), username: email };
  const { cognitoSession, username } = asked.value;
  return { cognitoSession, username };
}
