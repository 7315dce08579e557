import 'server-only';
import * as v from 'valibot';
import { serverEnv } from '../env.ts';
import { verifyToken } from './verify-token.ts';

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
  const claims = await verifyToken(accessToken, accessClaims);
  if (typeof claims === 'string') return claims;
  return claims.sub === userId && claims.client_id === serverEnv().cognito.clientId ? claims['cognito:groups'] : 'invalid';
}
