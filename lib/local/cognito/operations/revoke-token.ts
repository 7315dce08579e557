import { decodeProtectedHeader } from 'jose';
import * as v from 'valibot';
import { isClientSecret, requireClient } from '../client.ts';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { ServiceError } from '../service-error.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
 * Ends the family of a refresh token: its access tokens share the `origin_jti`. An unknown token is no error.
 */
export const revokeToken = operation({
  name: 'RevokeToken',
  authorization: 'public',
  input: v.object({
    Token: fields.refreshToken,
    ClientId: fields.clientId,
    ClientSecret: v.optional(fields.clientSecret),
    RevokeAssociatedSessions: v.optional(v.picklist(['NONE', 'LINKED'])),
  }),
  async run(input, pool) {
    const client = requireClient(pool, input.ClientId);
    if (!isClientSecret(client, input.ClientSecret)) {
      throw new ServiceError('UnauthorizedException', 'Client credentials are not valid');
    }
    if (isJwt(input.Token)) throw new ServiceError('UnsupportedTokenTypeException', 'Unsupported token type');
    if (!pool.refreshTokens.revoke(input.Token, client.id)) {
      throw new ServiceError('UnauthorizedException', 'The token was not issued to this client');
    }
    await pool.save();
    return {};
  },
});

function isJwt(token: string): boolean {
  try {
    decodeProtectedHeader(token);
    return true;
  } catch {
    return false;
  }
}
