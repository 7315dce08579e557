import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import * as v from 'valibot';
import { openDurableJson } from '../outbox/durable-json.ts';
import type { Family } from './refresh-tokens.ts';
import { ServiceError } from './service-error.ts';
import type { User } from './users.ts';

export interface AccessClaims {
  sub: string;
  originJti: string;
  scopes: readonly string[];
}

export interface Tokens {
  /** The public key as `/.well-known/jwks.json` serves it. */
  jwks: { keys: JWK[] };
  issue(user: User, family: Family): Promise<{ AccessToken: string; IdToken: string; ExpiresIn: number; TokenType: 'Bearer' }>;
  /** Checks signature, issuer, client, use and expiry; revocation is the caller's question. Throws NotAuthorizedException. */
  verifyAccess(token: string): Promise<AccessClaims>;
}

/** What lets a person call the operations that act on themselves. */
export const selfServiceScope = 'aws.cognito.signin.user.admin';

const keySchema = v.object({ jwk: v.exactOptional(v.looseObject({ kty: v.literal('RSA'), d: v.string(), kid: v.string() })) });

/**
 * RS256 tokens with Cognito's claims ("Understanding user pool JSON web tokens" in the developer guide). The key
 * is made at the first start and kept in its own file.
 */
export async function openTokens(options: {
  path: string;
  issuer: string;
  clientId: string;
  accessLifeSeconds: number;
  now: () => number;
  warn: (sentence: string) => void;
}): Promise<Tokens> {
  const { issuer, clientId, accessLifeSeconds, now } = options;
  const store = await openDurableJson<{ jwk?: JWK }>({
    path: options.path,
    what: 'the key that signs tokens',
    empty: () => ({}),
    parse: (value) => v.parse(keySchema, value) as { jwk?: JWK },
    now,
    warn: options.warn,
  });
  if (store.value.jwk === undefined) {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    store.value.jwk = { ...(await exportJWK(privateKey)), kid: randomUUID() };
    await store.save();
  }
  const { kid, n, e } = store.value.jwk as { kid: string; n: string; e: string };
  const privateKey = await importJWK(store.value.jwk, 'RS256');
  const publicJwk = { kty: 'RSA', alg: 'RS256', use: 'sig', kid, n, e };
  const publicKey = await importJWK(publicJwk, 'RS256');

  return {
    jwks: { keys: [publicJwk] },
    async issue(user, family) {
      const issuedAt = Math.floor(now() / 1000);
      const shared = {
        sub: user.sub,
        iss: issuer,
        origin_jti: family.originJti,
        event_id: randomUUID(),
        auth_time: family.authTime,
        iat: issuedAt,
        exp: issuedAt + accessLifeSeconds,
        ...(user.groups.length > 0 ? { 'cognito:groups': user.groups } : {}),
      };
      const sign = (claims: Record<string, unknown>) =>
        new SignJWT({ ...shared, ...claims, jti: randomUUID() }).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
      const [AccessToken, IdToken] = await Promise.all([
        sign({ token_use: 'access', client_id: clientId, scope: selfServiceScope, username: user.sub }),
        sign({ ...user.attributes, token_use: 'id', aud: clientId, 'cognito:username': user.sub, email: user.email, email_verified: user.emailVerified }),
      ]);
      return { AccessToken, IdToken, ExpiresIn: accessLifeSeconds, TokenType: 'Bearer' };
    },
    async verifyAccess(token) {
      let claims: Record<string, unknown>;
      try {
        const verified = await jwtVerify(token, publicKey, { issuer, algorithms: ['RS256'], currentDate: new Date(now()) });
        claims = verified.payload;
      } catch (error) {
        const isExpired = error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED';
        throw new ServiceError('NotAuthorizedException', isExpired ? 'Access Token has expired' : 'Invalid Access Token');
      }
      const { sub, origin_jti: originJti, scope } = claims;
      if (claims.token_use !== 'access' || claims.client_id !== clientId || typeof sub !== 'string' || typeof originJti !== 'string' || typeof scope !== 'string') {
        throw new ServiceError('NotAuthorizedException', 'Invalid Access Token');
      }
      return { sub, originJti, scopes: scope.split(' ') };
    },
  };
}
