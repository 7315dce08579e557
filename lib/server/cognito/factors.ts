import 'server-only';
import {
  CompleteWebAuthnRegistrationCommand, DeleteWebAuthnCredentialCommand, GetUserCommand, ListWebAuthnCredentialsCommand,
  SetUserMFAPreferenceCommand, StartWebAuthnRegistrationCommand, type WebAuthnCredentialDescription,
} from '@aws-sdk/client-cognito-identity-provider';
import * as limits from '../../core/limits.ts';
import { ask, type Asked } from './client.ts';
import type { NewPasskey } from './new-passkey.ts';

/** What a person who is signed in changes about their own factors, each call in the right of their access token. */

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html */
export async function isTotpOn(accessToken: string): Promise<Asked<boolean>> {
  const asked = await ask((client, deadline) => client.send(new GetUserCommand({ AccessToken: accessToken }), deadline));
  return asked.ok ? { ok: true, value: asked.value.UserMFASettingList?.includes('SOFTWARE_TOKEN_MFA') ?? false } : asked;
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html; on needs a verified app. */
export async function setTotp(accessToken: string, isOn: boolean): Promise<Asked<unknown>> {
  const input = { AccessToken: accessToken, SoftwareTokenMfaSettings: { Enabled: isOn, PreferredMfa: isOn } };
  // Otherwise Cognito stops offering passkeys to whoever has an app: with it, one that verified its user counts as both factors.
  const asked = await ask((client, deadline) => client.send(new SetUserMFAPreferenceCommand({ ...input, WebAuthnMfaSettings: { Enabled: isOn } }), deadline));
  // A pool without passkeys refuses to hear of them.
  return asked.ok || asked.fault !== 'invalid' ? asked : ask((client, deadline) => client.send(new SetUserMFAPreferenceCommand(input), deadline));
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html, all pages. */
export async function listPasskeys(accessToken: string): Promise<Asked<WebAuthnCredentialDescription[]>> {
  const found: WebAuthnCredentialDescription[] = [];
  for (let next: string | undefined; ; ) {
    const input = { AccessToken: accessToken, MaxResults: limits.passkeysPerPerson, ...(next !== undefined && { NextToken: next }) };
    const asked = await ask((client, deadline) => client.send(new ListWebAuthnCredentialsCommand(input), deadline));
    if (!asked.ok) return asked;
    found.push(...(asked.value.Credentials ?? []));
    next = asked.value.NextToken;
    // Cognito keeps twenty; a list that does not end is not followed.
    if (next === undefined || found.length >= limits.passkeysPerPerson) return { ok: true, value: found };
  }
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html */
export async function startPasskey(accessToken: string): Promise<Asked<object>> {
  const asked = await ask((client, deadline) => client.send(new StartWebAuthnRegistrationCommand({ AccessToken: accessToken }), deadline));
  if (!asked.ok) return asked;
  const options = asked.value.CredentialCreationOptions;
  if (typeof options !== 'object' || options === null) return { ok: false, fault: 'unavailable', name: 'NoCredentialCreationOptions', message: '' };
  return { ok: true, value: options };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html; Cognito judges the credential. */
export function completePasskey(accessToken: string, credential: NewPasskey): Promise<Asked<unknown>> {
  // A copy of plain values: the SDK's document type has no interfaces and no undefined.
  const input = { AccessToken: accessToken, Credential: JSON.parse(JSON.stringify(credential)) };
  return ask((client, deadline) => client.send(new CompleteWebAuthnRegistrationCommand(input), deadline));
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html */
export function deletePasskey(accessToken: string, id: string): Promise<Asked<unknown>> {
  return ask((client, deadline) => client.send(new DeleteWebAuthnCredentialCommand({ AccessToken: accessToken, CredentialId: id }), deadline));
}
