import type { Pool } from './pool.ts';

/**
 * The two documents that verifiers of tokens fetch (OpenID Connect Discovery 1.0, RFC 7517). The pool has no
 * managed-login domain, so no authorization or token endpoint is named.
 */
export function wellKnown(pool: Pool, path: string): { name: string; body: object } | undefined {
  const { userPoolId, issuer } = pool.config;
  if (path === `/${userPoolId}/.well-known/jwks.json`) return { name: 'GetJwks', body: pool.tokens.jwks };
  if (path !== `/${userPoolId}/.well-known/openid-configuration`) return undefined;
  return {
    name: 'GetOpenIdConfiguration',
    body: {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'token'],
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
    },
  };
}
