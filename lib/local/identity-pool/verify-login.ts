import { decodeJwt, decodeProtectedHeader, errors } from 'jose';
import type { Pool } from '../cognito/pool.ts';
import { ServiceError } from '../cognito/service-error.ts';
import type { User } from '../cognito/users.ts';

/**
 * The person of the `Logins` map: one ID token of the user pool, under the provider's name. The pool is asked as well
 * (`ServerSideTokenCheck` is on): a token of somebody signed out, disabled or deleted is no good.
 * https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html
 * @throws ServiceError NotAuthorizedException, in AWS's words where they are known.
 */
export async function verifyLogin(pool: Pool, logins: Readonly<Record<string, string>> | undefined): Promise<User> {
  const entries = Object.entries(logins ?? {});
  const [entry] = entries;
  if (entry === undefined) throw refuse('Unauthenticated access is not supported for this identity pool.');
  const [provider, token] = entry;
  if (entries.length > 1 || provider !== providerName(pool)) throw refuse('Token is not from a supported provider of this identity pool.');

  const claims = await pool.tokens.claimsOf(token).catch((error: unknown) => {
    throw refuse(whyNot(error, token, pool));
  });
  if (claims.aud === undefined) throw refuse('Invalid login token. Missing a required claim: aud');
  const isOurs = claims.aud === pool.config.clientId || (pool.config.publicClientId !== undefined && claims.aud === pool.config.publicClientId);
  const { sub, origin_jti: originJti } = claims;
  if (!isOurs || claims.token_use !== 'id' || typeof sub !== 'string' || typeof originJti !== 'string') {
    throw refuse('Token is not from a supported provider of this identity pool.');
  }
  const user = pool.users.find(sub);
  if (user === undefined || !user.enabled || !pool.refreshTokens.isLive(originJti)) throw refuse('Invalid login token. Token has been revoked.');
  return user;
}

/** The user pool's name among the identity pool's providers. */
export function providerName({ config }: Pool): string {
  return `cognito-idp.${config.region}.amazonaws.com/${config.userPoolId}`;
}

function whyNot(error: unknown, token: string, pool: Pool): string {
  if (error instanceof errors.JWTExpired) return `Invalid login token. Token expired: ${error.payload.exp} >= ${Math.floor(pool.now() / 1000)}`;
  try {
    decodeProtectedHeader(token);
    if (decodeJwt(token).iss !== pool.config.issuer) return "Invalid login token. Issuer doesn't match providerName";
  } catch {
    return 'Invalid login token. Not a valid OpenId Connect identity token.';
  }
  return 'Invalid login token. Token signature invalid.';
}

function refuse(message: string): ServiceError {
  return new ServiceError('NotAuthorizedException', message);
}
