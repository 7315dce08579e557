import 'server-only';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import * as v from 'valibot';
import { serverEnv } from '../env.ts';

let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

const accessClaims = v.object({
  sub: v.string(),
  token_use: v.literal('access'),
  client_id: v.string(),
  'cognito:groups': v.optional(v.array(v.string()), []),
});

/**
 * The groups in an access token that Cognito signed for this person and client; as old as the token, an hour at
 * most by default. https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export async function groupsOf(accessToken: string, userId: string): Promise<readonly string[] | 'invalid' | 'unavailable'> {
  const { issuer, clientId, jwksUrl } = serverEnv().cognito;
  keys ??= createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 10_000, cacheMaxAge: 3_600_000 });
  try {
    const { payload } = await jwtVerify(accessToken, keys, { issuer, algorithms: ['RS256'], requiredClaims: ['sub', 'exp'] });
    const claims = v.safeParse(accessClaims, payload);
    if (!claims.success || claims.output.sub !== userId || claims.output.client_id !== clientId) return 'invalid';
    return claims.output['cognito:groups'];
  } catch (error) {
    const isTokenFault = error instanceof errors.JWTInvalid || error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed
      || error instanceof errors.JWSInvalid || error instanceof errors.JWSSignatureVerificationFailed;
    return isTokenFault ? 'invalid' : 'unavailable';
  }
}
