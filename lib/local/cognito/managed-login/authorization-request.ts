import type { CognitoConfig } from '../pool.ts';
import { type Parameters, parseParameters } from './parameters.ts';
import { clientScopes } from './scopes.ts';

/** A request for a code that may be granted once the person has signed in. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  /** Given back as it came. */
  state?: string;
  nonce?: string;
  /** Of method S256: 43 base64url characters. */
  codeChallenge: string;
  /** `none`: only from a session that is there; `login`: never from one. */
  prompt: 'none' | 'login' | 'either';
  /** Filled in as the user name. */
  loginHint?: string;
}

/** Without a registered address there is nowhere to send an error, so the person gets a page; else the app is told. */
export type ParsedAuthorization =
  | { kind: 'valid'; request: AuthorizationRequest }
  | { kind: 'page'; sentence: string }
  | { kind: 'redirect'; location: string };

/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 * In one thing stricter than AWS, where PKCE is optional: a request without it is refused (RFC 9700 2.1.1), because an
 * app that forgot it would work here and be open to injected codes there.
 */
export function parseAuthorization(query: string, config: CognitoConfig): ParsedAuthorization {
  const { parameters, repeated } = parseParameters(query);
  const clientId = repeated.has('client_id') ? undefined : parameters.get('client_id');
  const redirectUri = repeated.has('redirect_uri') ? undefined : parameters.get('redirect_uri');
  if (clientId === undefined || !isClient(clientId, config)) return { kind: 'page', sentence: 'This sign-in link names no app client of this pool. Go back to the app and start again.' };
  // Compared as text: a prefix or a parsed comparison is how open redirects come about.
  if (redirectUri === undefined || !config.callbackUrls.includes(redirectUri)) {
    return { kind: 'page', sentence: 'This sign-in link would send you to an address that is not registered for the app. Go back to the app and start again.' };
  }
  const state = repeated.has('state') ? undefined : parameters.get('state');
  const refuse = (error: string, description: string): ParsedAuthorization => ({ kind: 'redirect', location: errorLocation({ redirectUri, state }, error, description) });

  const [twice] = repeated;
  if (twice !== undefined) return refuse('invalid_request', `${twice} must not be given twice`);
  const responseType = parameters.get('response_type');
  if (responseType === undefined) return refuse('invalid_request', 'response_type is missing');
  // The implicit grant hands tokens to the browser, so no client here has it.
  if (responseType === 'token') return refuse('unauthorized_client', 'the client may not use the implicit grant');
  if (responseType !== 'code') return refuse('unsupported_response_type', 'response_type must be code');
  const provider = parameters.get('identity_provider') ?? 'COGNITO';
  if (provider !== 'COGNITO' || parameters.has('idp_identifier')) return refuse('invalid_request', 'the pool has no such identity provider');
  const scopes = parseScopes(parameters.get('scope'));
  if (scopes === undefined) return refuse('invalid_scope', 'scope is unknown, or email or profile without openid');
  const codeChallenge = parameters.get('code_challenge') ?? '';
  if (parameters.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(codeChallenge)) {
    return refuse('invalid_request', 'code_challenge with code_challenge_method S256 is needed');
  }
  const prompt = parsePrompt(parameters);
  if (prompt === undefined) return refuse('invalid_request', 'prompt must be none, login, select_account or consent');

  const nonce = parameters.get('nonce');
  const loginHint = parameters.get('login_hint');
  return {
    kind: 'valid',
    request: {
      clientId, redirectUri, scopes, codeChallenge, prompt,
      ...(state === undefined ? {} : { state }), ...(nonce === undefined ? {} : { nonce }), ...(loginHint === undefined ? {} : { loginHint }),
    },
  };
}

export function isClient(clientId: string, config: CognitoConfig): boolean {
  return clientId === config.clientId || (config.publicClientId !== undefined && clientId === config.publicClientId);
}

/** The app's own address with an error added (RFC 6749 4.1.2.1). */
export function errorLocation({ redirectUri, state }: { redirectUri: string; state?: string | undefined }, error: string, description?: string): string {
  return withParameters(redirectUri, { error, error_description: description, state });
}

/** A registered address, its own query kept, with parameters added. */
export function withParameters(address: string, added: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(added)) if (value !== undefined) url.searchParams.append(name, value);
  return url.href;
}

function parseScopes(text: string | undefined): string[] | undefined {
  if (text === undefined || text === '') return [...clientScopes];
  const scopes = [...new Set(text.split(' '))];
  if (!scopes.every((scope) => clientScopes.includes(scope))) return undefined;
  const needsOpenId = scopes.includes('email') || scopes.includes('profile');
  return needsOpenId && !scopes.includes('openid') ? undefined : scopes;
}

/** `select_account` and `consent` are for other identity providers and change nothing here. */
function parsePrompt(parameters: Parameters): AuthorizationRequest['prompt'] | undefined {
  const wanted = (parameters.get('prompt') ?? '').split(' ').filter((word) => word !== '');
  if (!wanted.every((word) => ['none', 'login', 'select_account', 'consent'].includes(word))) return undefined;
  // OpenID Connect Core 3.1.2.1: `none` beside another value is an error.
  if (wanted.includes('none')) return wanted.length === 1 ? 'none' : undefined;
  return wanted.includes('login') ? 'login' : 'either';
}
