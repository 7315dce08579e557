import * as v from 'valibot';
import { isClientSecret, requireClient } from '../client.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { ServiceError, refuse } from '../service-error.ts';

const words = {
  unknown: 'Invalid Refresh Token',
  revoked: 'Refresh Token has been revoked',
  expired: 'Refresh Token has expired',
};

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
 * Rotation is on: each call gives a new refresh token. The old one may be sent again for the grace period, for
 * the sake of lost replies; later it is theft, and the whole family ends.
 */
export const getTokensFromRefreshToken = operation({
  name: 'GetTokensFromRefreshToken',
  authorization: 'public',
  input: v.object({
    RefreshToken: fields.refreshToken,
    ClientId: fields.clientId,
    ClientSecret: v.optional(fields.clientSecret),
    DeviceKey: v.optional(v.string()),
    ClientMetadata: context.ClientMetadata,
  }),
  async run(input, pool) {
    const client = requireClient(pool, input.ClientId);
    if (!isClientSecret(client, input.ClientSecret)) {
      throw new ServiceError('NotAuthorizedException', `Unable to verify client secret for client ${input.ClientId}`);
    }
    if (!client.rotates) throw refuse.invalid('Refresh token rotation is not enabled for this client.');
    const rotation = pool.refreshTokens.rotate(input.RefreshToken, client.id);
    if (rotation.kind === 'reused') {
      await pool.save();
      throw new ServiceError('RefreshTokenReuseException', 'Refresh token has been invalidated by rotation');
    }
    if (rotation.kind !== 'rotated') throw new ServiceError('NotAuthorizedException', words[rotation.kind]);
    const user = pool.users.find(rotation.family.sub);
    if (user === undefined) throw new ServiceError('NotAuthorizedException', words.unknown);
    if (!user.enabled) throw refuse.userDisabled();
    const tokens = await pool.tokens.issue(user, rotation.family);
    await pool.save();
    return { AuthenticationResult: { ...tokens, RefreshToken: rotation.refreshToken } };
  },
});
