import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';

/** A provider of identity tokens, as far as those who verify them see it. */
export interface WebIssuer {
  /** `iss` of its tokens. */
  url: string;
  /** What it publishes. */
  jwks: JSONWebKeySet;
}

/**
 * Vercel's part in the embedded cloud: it gives a deployment the tokens by which it takes its role. The key is of this run alone, since
 * such tokens live for an hour.
 * https://vercel.com/docs/oidc/reference
 */
export interface VercelIssuer extends WebIssuer {
  /** The claims that differ from those of a good token; `undefined` leaves one out. */
  tokenFor(deployment: VercelDeployment, over?: Readonly<Record<string, unknown>>): Promise<string>;
}

export interface VercelDeployment {
  project: string;
  environment: string;
}

const TOKEN_SECONDS = 3600;

/** An issuer with a key of its own, for the deployments of one team. */
export async function createVercelIssuer({ team, now }: { team: string; now: () => number }): Promise<VercelIssuer> {
  const url = `https://oidc.vercel.com/${team}`;
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = `mrk-${randomUUID()}`;
  return {
    url,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig', kid }] },
    tokenFor({ project, environment }, over = {}) {
      const seconds = Math.floor(now() / 1000);
      const claims = {
        iss: url, aud: `https://vercel.com/${team}`, sub: `owner:${team}:project:${project}:environment:${environment}`,
        scope: `owner:${team}:project:${project}:environment:${environment}`, owner: team, project, environment, iat: seconds, nbf: seconds, exp: seconds + TOKEN_SECONDS, ...over,
      };
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey);
    },
  };
}

/** The documents that who verifies its tokens fetches, by their path behind `https://` (OpenID Connect Discovery 1.0, RFC 7517). */
export function issuerDocument(issuers: readonly WebIssuer[], path: string): { name: string; body: object } | undefined {
  for (const { url, jwks } of issuers) {
    const own = `/${url.replace('https://', '')}/.well-known/`;
    if (path === `${own}jwks`) return { name: 'GetIssuerJwks', body: jwks };
    if (path === `${own}openid-configuration`) {
      return { name: 'GetIssuerConfiguration', body: { issuer: url, jwks_uri: `${url}/.well-known/jwks`, response_types_supported: ['id_token'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] } };
    }
  }
  return undefined;
}
