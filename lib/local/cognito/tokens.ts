import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWK, type JWTPayload } from 'jose';
import * as v from 'valibot';
import { openDurableJson } from '../outbox/durable-json.ts';
import type { Family } from './refresh-tokens.ts';
import { readableClaims } from './readable-claims.ts';
import { ServiceError } from './service-error.ts';
import type { User } from './users.ts';

export interface AccessClaims {
  sub: string;
  originJti: string;
  clientId: string;
  scopes: readonly string[];
}

export interface IssuedTokens {
  AccessToken: string;
  IdToken: string;
  ExpiresIn: number;
  TokenType: 'Bearer';
}

export interface Tokens {
  /** The public key as `/.well-known/jwks.json` serves it. */
  jwks: { keys: JWK[] };
  /** A nonce goes into the ID token of a first exchange only (OpenID Connect Core 12.2: a refreshed one has none). */
  issue(user: User, family: Family, nonce?: string): Promise<IssuedTokens>;
  /** Signature, issuer and expiry only. @throws jose's errors. */
  claimsOf(token: string): Promise<JWTPayload>;
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
  /** Of the family that names none. */
  clientId: string;
  /** Whose tokens are good; of one pool, but of two app clients. */
  publicClientId?: string | undefined;
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

  const claimsOf = async (token: string): Promise<JWTPayload> =>
    (await jwtVerify(token, publicKey, { issuer, algorithms: ['RS256'], currentDate: new Date(now()) })).payload;

  return {
    jwks: { keys: [publicJwk] },
    claimsOf,
    async issue(user, family, nonce) {
      const { clientId: itsClientId = clientId, scopes = [selfServiceScope] } = family;
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
        sign({ token_use: 'access', client_id: itsClientId, scope: scopes.join(' '), username: user.sub }),
        sign({ ...readableClaims(user, scopes), token_use: 'id', aud: itsClientId, 'cognito:username': user.sub, ...(nonce === undefined ? {} : { nonce }) }),
      ]);
      return { AccessToken, IdToken, ExpiresIn: accessLifeSeconds, TokenType: 'Bearer' };
    },
    async verifyAccess(token) {
      let claims: Record<string, unknown>;
      try {
        claims = await claimsOf(token);
      } catch (error) {
        const isExpired = error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED';
        throw new ServiceError('NotAuthorizedException', isExpired ? 'Access Token has expired' : 'Invalid Access Token');
      }
      const { sub, origin_jti: originJti, client_id: itsClientId, scope } = claims;
      if (claims.token_use !== 'access' || typeof itsClientId !== 'string' || ![clientId, options.publicClientId].includes(itsClientId) || typeof sub !== 'string' || typeof originJti !== 'string' || typeof scope !== 'string') {
        throw new ServiceError('NotAuthorizedException', 'Invalid Access Token');
      }
      return { sub, originJti, clientId: itsClientId, scopes: scope.split(' ') };
    },
  };
}
