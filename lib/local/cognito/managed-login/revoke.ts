import { authenticateClient } from './client-authentication.ts';
import { oauthError, type Endpoint } from './login-state.ts';
import { parseForm } from './parameters.ts';

/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
 * Ends the family of a refresh token, its access tokens included. A token that nobody knows is no error; one of another
 * client is refused (RFC 7009 2.1).
 */
export const revoke: Endpoint = async (request, { pool }) => {
  const form = parseForm(request);
  if (form === undefined) return oauthError('invalid_request');
  const proof = authenticateClient(request, form, pool);
  if (proof.kind !== 'client') return oauthError(proof.kind, proof.kind === 'invalid_client' ? 401 : 400);
  const token = form.get('token');
  if (token === undefined || token === '') return oauthError('invalid_request');
  // Access and ID tokens are JWTs; refresh tokens have no dot.
  if (token.includes('.')) return oauthError('unsupported_token_type');
  if (!pool.refreshTokens.revoke(token, proof.client.id)) return oauthError('unauthorized_client');
  await pool.save();
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: '' };
};
