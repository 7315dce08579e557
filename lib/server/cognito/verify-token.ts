import 'server-only';
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import * as v from 'valibot';
import { serverEnv } from '../env.ts';
import { observeCall } from '../observe/note-call.ts';

let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

/**
 * The claims of a token that our user pool signed and whose time is not up
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html).
 * Whose it is, for which client and for what is the caller's to compare. `invalid` is the token's fault; `unavailable`:
 * the pool's keys could not be fetched or read, which says nothing about the token.
 */
export async function verifyToken<Claims>(token: string, schema: v.GenericSchema<unknown, Claims>): Promise<Claims | 'invalid' | 'unavailable'> {
  const { issuer, jwksUrl } = serverEnv().cognito;
  keys ??= createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 10_000, cacheMaxAge: 3_600_000, [customFetch]: fetchKeys });
  try {
    const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], requiredClaims: ['sub', 'exp', 'iat'] });
    const claims = v.safeParse(schema, payload);
    return claims.success ? claims.output : 'invalid';
  } catch (error) {
    // What is wrong with the keys has one of three errors of jose's own, or comes from fetch or WebCrypto.
    const isTokenFault = error instanceof errors.JOSEError
      && !(error instanceof errors.JWKSTimeout) && !(error instanceof errors.JWKSInvalid) && error.code !== 'ERR_JOSE_GENERIC';
    return isTokenFault ? 'invalid' : 'unavailable';
  }
}

function fetchKeys(url: string, options: RequestInit): Promise<Response> {
  return observeCall('cognito', 'jwks', () => fetch(url, options));
}
