import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServiceResponse } from '../../service.ts';
import type { AppClient } from '../client.ts';
import type { Family } from '../refresh-tokens.ts';
import type { User } from '../users.ts';
import { authenticateClient } from './client-authentication.ts';
import { jsonReply, oauthError, type Endpoint, type LoginState } from './login-state.ts';
import { parseForm, type Parameters } from './parameters.ts';

/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 * Codes and refresh tokens for tokens. `client_credentials` is for machines, of which this pool has none.
 */
export const token: Endpoint = async (request, state) => {
  const form = parseForm(request);
  if (form === undefined) return oauthError('invalid_request');
  const proof = authenticateClient(request, form, state.pool);
  if (proof.kind !== 'client') return oauthError(proof.kind);
  switch (form.get('grant_type')) {
    case undefined:
      return oauthError('invalid_request');
    case 'authorization_code':
      return exchangeCode(form, proof.client.id, state);
    case 'refresh_token':
      return refresh(form, proof.client, state);
    case 'client_credentials':
      return oauthError('unauthorized_client');
    default:
      return oauthError('unsupported_grant_type');
  }
};

async function exchangeCode(form: Parameters, clientId: string, { pool, codes }: LoginState): Promise<ServiceResponse> {
  const code = form.get('code');
  const redirectUri = form.get('redirect_uri');
  const verifier = form.get('code_verifier');
  if (code === undefined || redirectUri === undefined || verifier === undefined) return oauthError('invalid_request');
  const taken = codes.take(code);
  if (taken.kind === 'used' && taken.originJti !== undefined) {
    // RFC 6749 4.1.2: whoever came first may have been the thief, so what the code gave ends as well.
    pool.refreshTokens.revokeFamily(taken.originJti);
    await pool.save();
  }
  if (taken.kind !== 'fresh') return oauthError('invalid_grant');
  const { request, sub, authTime } = taken.grant;
  if (request.clientId !== clientId || request.redirectUri !== redirectUri || !isVerifier(verifier, request.codeChallenge)) return oauthError('invalid_grant');
  const user = pool.users.find(sub);
  if (user === undefined || !user.enabled) return oauthError('invalid_grant');
  const { family, refreshToken } = pool.refreshTokens.begin(sub, { clientId, scopes: request.scopes, authTime });
  taken.gave(family.originJti);
  return reply({ user, family, refreshToken, nonce: request.nonce }, { pool });
}

async function refresh(form: Parameters, client: AppClient, { pool }: LoginState): Promise<ServiceResponse> {
  const refreshToken = form.get('refresh_token');
  if (refreshToken === undefined) return oauthError('invalid_request');
  const found = client.rotates ? pool.refreshTokens.rotate(refreshToken, client.id) : pool.refreshTokens.use(refreshToken, client.id);
  if (found.kind === 'reused') await pool.save();
  if (found.kind !== 'rotated' && found.kind !== 'live') return oauthError('invalid_grant');
  const { family } = found;
  const user = pool.users.find(family.sub);
  if (user === undefined || !user.enabled) return oauthError('invalid_grant');
  return reply({ user, family, refreshToken: found.kind === 'rotated' ? found.refreshToken : undefined }, { pool });
}

async function reply({ user, family, refreshToken, nonce }: { user: User; family: Family; refreshToken: string | undefined; nonce?: string | undefined }, { pool }: Pick<LoginState, 'pool'>): Promise<ServiceResponse> {
  const tokens = await pool.tokens.issue(user, family, nonce);
  await pool.save();
  const hasId = family.scopes === undefined || family.scopes.includes('openid');
  return jsonReply(200, {
    ...(hasId ? { id_token: tokens.IdToken } : {}),
    access_token: tokens.AccessToken,
    // A client without rotation goes on with the one that it has.
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    expires_in: tokens.ExpiresIn,
    token_type: tokens.TokenType,
  });
}

/** RFC 7636 4.6, S256. */
function isVerifier(verifier: string, challenge: string): boolean {
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return false;
  return timingSafeEqual(createHash('sha256').update(verifier).digest(), Buffer.from(challenge, 'base64url'));
}
