import 'server-only';
import { AdminDeleteSoftwareTokenCommand, AssociateSoftwareTokenCommand, VerifySoftwareTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { serverEnv } from '../env.ts';
import { ask, type Asked } from './client.ts';

/** Whose authenticator app: of somebody signed in, or of a sign-in that the pool stops until one is set up. */
export type SoftwareTokenOwner = { accessToken: string } | { session: string };

/** `session` only within a sign-in: the one that the next step must send. */
export interface NewSoftwareToken {
  /** Base32, as an authenticator app takes it. */
  secret: string;
  session?: string;
}

const member = (owner: SoftwareTokenOwner) => ('accessToken' in owner ? { AccessToken: owner.accessToken } : { Session: owner.session });

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html: nothing counts until a code was verified. */
export async function associateSoftwareToken(owner: SoftwareTokenOwner): Promise<Asked<NewSoftwareToken>> {
  const asked = await ask((client, deadline) => client.send(new AssociateSoftwareTokenCommand(member(owner)), deadline));
  if (!asked.ok) return asked;
  const { SecretCode: secret, Session: session } = asked.value;
  if (secret === undefined) return { ok: false, fault: 'unavailable', name: 'NoSecretCode', message: '' };
  return { ok: true, value: { secret, ...(session !== undefined && { session }) } };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html; a wrong code is `code-mismatch`. */
export async function verifySoftwareToken(owner: SoftwareTokenOwner, code: string): Promise<Asked<{ session?: string }>> {
  const input = { ...member(owner), UserCode: code };
  const asked = await ask((client, deadline) => client.send(new VerifySoftwareTokenCommand(input), deadline));
  if (!asked.ok) return asked;
  // A rejection can come as an answer, too.
  if (asked.value.Status !== 'SUCCESS') return { ok: false, fault: 'code-mismatch', name: 'VerifySoftwareTokenStatus', message: '' };
  return { ok: true, value: asked.value.Session === undefined ? {} : { session: asked.value.Session } };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html: for somebody who lost the app, hence with our own key. */
export function deleteSoftwareToken(username: string): Promise<Asked<unknown>> {
  const input = { UserPoolId: serverEnv().cognito.userPoolId, Username: username };
  return ask((client, deadline) => client.send(new AdminDeleteSoftwareTokenCommand(input), deadline));
}

/** What the QR code says: https://github.com/google/google-authenticator/wiki/Key-Uri-Format, with Cognito's SHA-1, 6 digits, 30 seconds. */
export function authenticatorUri(email: string, secret: string): string {
  const label = `Selkie:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=Selkie&algorithm=SHA1&digits=6&period=30`;
}
