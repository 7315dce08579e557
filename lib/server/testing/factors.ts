import { AssociateSoftwareTokenCommand, CompleteWebAuthnRegistrationCommand, SetUserMFAPreferenceCommand, StartWebAuthnRegistrationCommand, VerifySoftwareTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { Secret, TOTP } from 'otpauth';
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from '../../local/cognito/testing/software-authenticator.ts';
import { cognito } from '../cognito/client.ts';
import { verifyIdToken } from '../cognito/id-token.ts';
import { signInWithPassword } from '../cognito/sign-in.ts';
import { ORIGIN, password } from './route-stack.ts';

/** Factors that a person of a route test already has, put in place at Cognito itself. */
export const nowhere = { address: 'unknown', device: 'a test', counter: 'a test', ip: undefined };

/** The code `steps` of 30 seconds from now. Each works once, and Cognito takes those of -1, 0 and 1. */
export function totpCode(secret: string, steps: -1 | 0 | 1 = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
}

/** A person's own tokens and id, past every route of ours. */
export async function tokensOf(email: string): Promise<{ accessToken: string; userId: string }> {
  const reply = await signInWithPassword(email, password, nowhere);
  if (reply.kind !== 'tokens') throw new Error(`${email}: ${reply.kind}`);
  const who = await verifyIdToken(reply.idToken);
  if (typeof who === 'string') throw new Error(who);
  return { accessToken: reply.tokens.accessToken, userId: who.userId };
}

/** Gives the person an authenticator app; the code of the step before now is used up by it. */
export async function giveTotp(email: string): Promise<{ secret: string; userId: string }> {
  const { accessToken, userId } = await tokensOf(email);
  const { SecretCode: secret = '' } = await cognito().send(new AssociateSoftwareTokenCommand({ AccessToken: accessToken }));
  await cognito().send(new VerifySoftwareTokenCommand({ AccessToken: accessToken, UserCode: totpCode(secret, -1) }));
  await cognito().send(new SetUserMFAPreferenceCommand({ AccessToken: accessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }));
  return { secret, userId };
}

export async function givePasskey(email: string, authenticator: SoftwareAuthenticator = createSoftwareAuthenticator({ origin: ORIGIN })): Promise<{ authenticator: SoftwareAuthenticator; userId: string }> {
  const { accessToken, userId } = await tokensOf(email);
  const { CredentialCreationOptions: options } = await cognito().send(new StartWebAuthnRegistrationCommand({ AccessToken: accessToken }));
  const credential = authenticator.create(options as never);
  await cognito().send(new CompleteWebAuthnRegistrationCommand({ AccessToken: accessToken, Credential: JSON.parse(JSON.stringify(credential)) }));
  return { authenticator, userId };
}
