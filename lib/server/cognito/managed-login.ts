import 'server-only';
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import * as limits from '../../core/limits.ts';
import { randomToken } from '../../core/session/crypto-port.ts';
import { serverEnv } from '../env.ts';
import { log } from '../observe/log.ts';
import { observeCall } from '../observe/note-call.ts';
import type { SessionTokens } from '../session/tokens.ts';

/** What one request to managed login is bound by; kept in a transaction until the person comes back. */
export interface AuthorizationRequest {
  url: string;
  state: string;
  nonce: string;
  verifier: string;
}

/** Without the last one the access token would not open the operations on the person's own account. */
const SCOPES = 'openid email profile aws.cognito.signin.user.admin';

const redirectUri = () => `${serverEnv().appOrigin}/api/auth/callback`;

/**
 * Authorization code with PKCE at https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html.
 * `prompt=login`: managed login keeps a cookie of its own for an hour, and without it the next person at this
 * browser would be signed in as the one who signed out here.
 */
export function authorizationRequest(domain: string): AuthorizationRequest {
  const [state, nonce, verifier] = [randomToken(crypto), randomToken(crypto), randomToken(crypto)];
  const query = new URLSearchParams({
    response_type: 'code', client_id: serverEnv().cognito.clientId, redirect_uri: redirectUri(), scope: SCOPES, state, nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256', prompt: 'login',
  });
  return { url: `${domain}/oauth2/authorize?${query}`, state, nonce, verifier };
}

const tokenReply = v.pipe(v.string(), v.maxLength(64 * 1024), v.parseJson(), v.object({
  id_token: v.pipe(v.string(), v.minLength(1)),
  access_token: v.pipe(v.string(), v.minLength(1)),
  refresh_token: v.pipe(v.string(), v.minLength(1)),
  expires_in: v.pipe(v.number(), v.minValue(1)),
  token_type: v.pipe(v.string(), v.regex(/^bearer$/i)),
}));

/** https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html, as a confidential client. Undefined for any refusal or outage: the person starts again. */
export async function exchangeCode(domain: string, code: string, verifier: string): Promise<{ idToken: string; tokens: SessionTokens } | undefined> {
  const { clientId, clientSecret } = serverEnv().cognito;
  try {
    const response = await observeCall('cognito', 'oauth2/token', () => fetch(`${domain}/oauth2/token`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(limits.cognitoTimeoutMs),
      headers: {
        Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded',
        Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: redirectUri(), code_verifier: verifier }).toString(),
    }));
    const reply = v.safeParse(tokenReply, await response.text());
    if (response.ok && reply.success) {
      const { id_token: idToken, access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = reply.output;
      return { idToken, tokens: { accessToken, idToken, refreshToken, accessExpiresAtMs: Date.now() + expiresIn * 1000 } };
    }
    log('warn', 'managed-login-refused', { status: response.status });
  } catch (error) {
    log('warn', 'cognito-unavailable', { reason: error instanceof Error ? error.name : 'unknown' });
  }
  return undefined;
}
