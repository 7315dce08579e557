import 'server-only';
import * as v from 'valibot';
import { serverEnv } from '../env.ts';
import { verifyToken } from './verify-token.ts';

const idClaims = v.object({
  sub: v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[\w:.@+-]+$/)),
  email: v.pipe(v.string(), v.minLength(1)),
  token_use: v.literal('id'),
  aud: v.string(),
  nonce: v.optional(v.string()),
  'cognito:groups': v.optional(v.array(v.pipe(v.string(), v.regex(/^\S+$/))), []),
});

export interface IdClaims {
  userId: string;
  email: string;
  groups: string[];
}

/**
 * Who signed in, from an id token that Cognito signed for this client. It came over our own connection to Cognito, and
 * is checked all the same: a wrong endpoint or pool must not make anybody anyone. `nonce`: the one that managed login
 * was sent with (OpenID Connect Core 3.1.3.7), which ties the token to this browser's request.
 */
export async function verifyIdToken(idToken: string, nonce?: string): Promise<IdClaims | 'invalid' | 'unavailable'> {
  const claims = await verifyToken(idToken, idClaims);
  if (typeof claims === 'string') return claims;
  if (claims.aud !== serverEnv().cognito.clientId || (nonce !== undefined && claims.nonce !== nonce)) return 'invalid';
  return { userId: claims.sub, email: claims.email.normalize('NFKC').toLowerCase(), groups: claims['cognito:groups'] };
}
