import 'server-only';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import * as v from 'valibot';
import { serverEnv } from '../env.ts';

let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

const idClaims = v.object({
  sub: v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[\w:.@+-]+$/)),
  email: v.pipe(v.string(), v.minLength(1)),
  token_use: v.literal('id'),
  nonce: v.optional(v.string()),
  'cognito:groups': v.optional(v.array(v.pipe(v.string(), v.regex(/^\S+$/))), []),
});

export interface IdClaims {
  userId: string;
  email: string;
  groups: string[];
}

/**
 * Who signed in, from an id token that Cognito signed for this client
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html).
 * It came over our own connection to Cognito, and is checked all the same: a wrong endpoint or pool must not
 * make anybody anyone. `nonce`: the one that managed login was sent with (OpenID Connect Core 3.1.3.7), which
 * ties the token to this browser's request. `unavailable`: the keys could not be fetched.
 */
export async function verifyIdToken(idToken: string, nonce?: string): Promise<IdClaims | 'invalid' | 'unavailable'> {
  const { issuer, clientId, jwksUrl } = serverEnv().cognito;
  keys ??= createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 10_000, cacheMaxAge: 3_600_000 });
  try {
    const { payload } = await jwtVerify(idToken, keys, {
      issuer, audience: clientId, algorithms: ['RS256'], requiredClaims: ['sub', 'exp', 'iat', 'token_use'], clockTolerance: 30,
    });
    const claims = v.safeParse(idClaims, payload);
    if (!claims.success || (nonce !== undefined && claims.output.nonce !== nonce)) return 'invalid';
    const { sub, email, 'cognito:groups': groups } = claims.output;
    return { userId: sub, email: email.normalize('NFKC').toLowerCase(), groups };
  } catch (error) {
    const isOurs = error instanceof errors.JOSEError
      && !(error instanceof errors.JWKSTimeout) && !(error instanceof errors.JWKSInvalid) && error.code !== 'ERR_JOSE_GENERIC';
    return isOurs ? 'invalid' : 'unavailable';
  }
}
