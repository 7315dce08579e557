import type { ServiceRequest } from '../service.ts';
import { clientScopes } from './managed-login/scopes.ts';
import type { Pool } from './pool.ts';

/**
 * The two documents that verifiers of tokens fetch (OpenID Connect Discovery 1.0, RFC 7517). The issuer is AWS's, as the
 * tokens say; the pool's domain is the address that this very request came to, which the front has found to be loopback.
 */
export function wellKnown(pool: Pool, { path, headers }: Pick<ServiceRequest, 'path' | 'headers'>): { name: string; body: object } | undefined {
  const { userPoolId, issuer } = pool.config;
  if (path === `/${userPoolId}/.well-known/jwks.json`) return { name: 'GetJwks', body: pool.tokens.jwks };
  if (path !== `/${userPoolId}/.well-known/openid-configuration`) return undefined;
  const domain = `http://${headers.host ?? '127.0.0.1'}`;
  return {
    name: 'GetOpenIdConfiguration',
    body: {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      authorization_endpoint: `${domain}/oauth2/authorize`,
      token_endpoint: `${domain}/oauth2/token`,
      userinfo_endpoint: `${domain}/oauth2/userInfo`,
      revocation_endpoint: `${domain}/oauth2/revoke`,
      end_session_endpoint: `${domain}/logout`,
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: clientScopes,
      subject_types_supported: ['public'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    },
  };
}
