import 'client-only';
import {
  browserSupportsWebAuthn, browserSupportsWebAuthnAutofill, startAuthentication, startRegistration, WebAuthnAbortService,
} from '@simplewebauthn/browser';
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import type { PublicKeyJson } from './account.ts';

/**
 * The browser's passkeys (WebAuthn Level 3) as values: every function answers what came of it and none throws,
 * because leaving the browser's dialog is something people do. One request at a time: a new one ends the one
 * before it, which then answers `cancelled`.
 *
 * `cancelled` covers what browsers will not tell apart on purpose (NotAllowedError): the person closed the dialog,
 * waited too long, has no passkey that fits, or the page asked without a key press or a click just before.
 */
export interface PasskeyCancelled {
  kind: 'cancelled';
}

export interface PasskeyFailed {
  kind: 'failed';
  /** A sentence for the person that says what to do next. */
  message: string;
}

export interface PasskeyAsked {
  /** Waits, without a dialog, until the person picks a passkey in a field with `autocomplete="… webauthn"`. */
  autofill?: boolean;
}

const NONE = 'This browser cannot use passkeys; use your password instead.';
const DISCOVERY_TIMEOUT_MS = 300_000;

/** Whether this browser knows passkeys at all; whether the person has one is never told. */
export const passkeysWork = (): boolean => browserSupportsWebAuthn();

/** Whether passkeys can be offered within a form's field (conditional mediation). */
export async function autofillWorks(): Promise<boolean> {
  try {
    return await browserSupportsWebAuthnAutofill();
  } catch {
    return false;
  }
}

/** Ends a request under way; it answers `cancelled`. */
export const abortPasskey = (): void => WebAuthnAbortService.cancelCeremony();

/** Makes a passkey, from the options of `passkeyRegistrationOptions`. */
export async function registerPasskey(
  options: PublicKeyJson,
): Promise<{ kind: 'made'; credential: object } | PasskeyCancelled | PasskeyFailed> {
  if (!passkeysWork()) return { kind: 'failed', message: NONE };
  try {
    const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
    return { kind: 'made', credential: await startRegistration({ optionsJSON }) };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** Signs the server's challenge, from the options of `passkeySignInOptions` or `stepUpOptions`. */
export async function usePasskey(
  options: PublicKeyJson,
  { autofill = false }: PasskeyAsked = {},
): Promise<{ kind: 'signed'; credential: object } | PasskeyCancelled | PasskeyFailed> {
  if (!passkeysWork()) return { kind: 'failed', message: NONE };
  try {
    const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
    return { kind: 'signed', credential: await startAuthentication({ optionsJSON, useBrowserAutofill: autofill }) };
  } catch (error) {
    return outcomeOf(error);
  }
}

/**
 * Asks whose passkey the person wants to use, before the server knows a name. The challenge is made here and
 * forgotten: nothing is proved by the answer, and the server asks for a signature of its own afterwards.
 * `user` is the passkey's user handle, base64url.
 */
export async function discoverPasskey(
  { autofill = false }: PasskeyAsked = {},
): Promise<{ kind: 'found'; user: string } | PasskeyCancelled | PasskeyFailed> {
  if (!passkeysWork()) return { kind: 'failed', message: NONE };
  try {
    const found = await startAuthentication({
      optionsJSON: { challenge: throwawayChallenge(), timeout: DISCOVERY_TIMEOUT_MS, userVerification: 'preferred', allowCredentials: [] },
      useBrowserAutofill: autofill,
    });
    const user = found.response.userHandle;
    return user === undefined || user === ''
      ? { kind: 'failed', message: 'That key does not say whose it is; type your address first.' }
      : { kind: 'found', user };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** Random, so that a recorded answer could not even be mistaken for one; base64url. */
function throwawayChallenge(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** By the DOMException's name (WebAuthn 5.1.3 and 5.1.4), which the library keeps. */
function outcomeOf(error: unknown): PasskeyCancelled | PasskeyFailed {
  switch (error instanceof Error ? error.name : '') {
    case 'AbortError': case 'NotAllowedError':
      return { kind: 'cancelled' };
    case 'InvalidStateError':
      return { kind: 'failed', message: 'This device holds a passkey of this account already; use that one, or add one on another device.' };
    case 'NotSupportedError': case 'ConstraintError':
      return { kind: 'failed', message: 'This device cannot make a passkey that Selkie accepts; try a phone or a security key.' };
    case 'SecurityError':
      return { kind: 'failed', message: 'Passkeys belong to another address than this page\'s; use your password, and tell whoever runs this Selkie.' };
    default:
      return { kind: 'failed', message: 'The passkey did not answer as it should; try again, or use your password.' };
  }
}
