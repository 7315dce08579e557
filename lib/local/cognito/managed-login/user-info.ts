import { readableClaims } from '../readable-claims.ts';
import { requireAccess } from '../require-access.ts';
import { ServiceError } from '../service-error.ts';
import { jsonReply, oauthError, type Endpoint } from './login-state.ts';

/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html
 * The attributes that an access token's scopes let the client read, all as text, as AWS writes them.
 */
export const userInfo: Endpoint = async ({ headers }, { pool }) => {
  const [, accessToken] = /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '') ?? [];
  if (accessToken === undefined) return refusal(400, 'invalid_request', 'Bad OAuth2 request at UserInfo Endpoint');
  try {
    const user = await requireAccess(pool, accessToken, 'openid');
    const { scopes } = await pool.tokens.verifyAccess(accessToken);
    const claims = Object.entries(readableClaims(user, scopes)).map(([name, value]) => [name, String(value)]);
    return jsonReply(200, { sub: user.sub, ...Object.fromEntries(claims), username: user.sub });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.message === 'Access Token does not have required scopes') return refusal(401, 'invalid_token', 'Access token does not contain openid scope');
    return refusal(401, 'invalid_token', 'Access token is expired, disabled, or deleted, or the user has globally signed out.');
  }
};

function refusal(status: number, error: string, description: string) {
  return oauthError(error, status, { 'www-authenticate': `Bearer error="${error}", error_description="${description}"` });
}
