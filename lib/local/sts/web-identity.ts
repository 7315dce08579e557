import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { ServiceError } from '../cognito/service-error.ts';
import { parseRole, parseText, requireRoleLife } from './assume-role.ts';
import type { WebIssuer } from './web-issuer.ts';

/** Whoever has a good token of a provider that the account knows. */
export interface WebIdentity {
  roleArn: string;
  sessionName: string;
  lifeSeconds: number;
  /** As the provider is named in ARNs and context keys: its URL without the scheme. */
  provider: string;
  sub: string;
  aud: string;
}

/** ProviderId is of OAuth 2.0 access tokens, and a session policy would have to be evaluated. */
const known = /^(?:Action|Version|RoleArn|RoleSessionName|DurationSeconds|WebIdentityToken)$/;

/**
 * The parameters of AssumeRoleWithWebIdentity, and the token in them: its issuer is a provider of the account, its audience one of
 * those that the provider was made for, its signature by a key that the issuer publishes, its time now.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @param providers audiences by issuer, as the template makes them.
 * @param issuers those whose keys can be had.
 * @throws ServiceError ValidationError, InvalidIdentityToken, IDPCommunicationError, ExpiredTokenException.
 */
export async function parseWebIdentity(
  form: URLSearchParams, providers: ReadonlyMap<string, readonly string[]>, issuers: readonly WebIssuer[], nowMs: number,
): Promise<WebIdentity> {
  const role = parseRole(form, (name) => known.test(name));
  requireRoleLife(role.lifeSeconds);
  const token = parseText(form, 'WebIdentityToken', /^[^]{4,20000}$/);
  const { iss, aud: claimed } = claimsOf(token);
  const audiences = iss === undefined ? undefined : providers.get(iss);
  if (iss === undefined || audiences === undefined) throw invalid(`No OpenIDConnect provider found in your account for ${iss ?? 'a token without an issuer'}`);
  const issuer = issuers.find((one) => one.url === iss);
  if (issuer === undefined) throw new ServiceError('IDPCommunicationError', 'The identity provider could not be reached.');
  if (typeof claimed !== 'string' || !audiences.includes(claimed)) throw invalid('Incorrect token audience');
  const { sub, aud } = await verify(token, createLocalJWKSet(issuer.jwks), iss, nowMs);
  if (typeof sub !== 'string' || sub === '' || typeof aud !== 'string') throw invalid('The ID Token provided is missing a required claim: sub');
  return { ...role, provider: iss.replace('https://', ''), sub, aud };
}

function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
  }
}

async function verify(token: string, keys: JWTVerifyGetKey, issuer: string, nowMs: number): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], requiredClaims: ['exp', 'iat'], currentDate: new Date(nowMs) })).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new ServiceError('ExpiredIdentityToken', `Token expired: current date/time ${Math.floor(nowMs / 1000)} must be before the expiration date/time ${error.payload.exp}`);
    if (error instanceof errors.JWKSNoMatchingKey) throw invalid("Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements");
    if (error instanceof errors.JWTClaimValidationFailed) throw invalid(error.reason === 'missing' ? `The ID Token provided is missing a required claim: ${error.claim}` : `The claim ${error.claim} of the ID Token provided does not hold`);
    throw invalid('The web identity token that was passed could not be validated: its signature is not that of its issuer');
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidIdentityToken', message);
}
