import * as v from 'valibot';
import { requireClient, requireSecretHash } from '../client.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { ServiceError, refuse } from '../service-error.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html */
export const confirmSignUp = operation({
  name: 'ConfirmSignUp',
  authorization: 'public',
  input: v.object({
    ClientId: fields.clientId,
    Username: fields.username,
    ConfirmationCode: fields.confirmationCode,
    SecretHash: v.optional(fields.secretHash),
    ForceAliasCreation: v.optional(v.boolean()),
    Session: v.optional(fields.session),
    ...context,
  }),
  async run(input, pool) {
    const client = requireClient(pool, input.ClientId);
    requireSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    pool.codes.requireGuess(user?.sub ?? input.Username, 'sign-up');
    if (user === undefined) {
      pool.codes.countWrongGuess(input.Username, 'sign-up');
      throw refuse.expiredCode();
    }
    if (user.status !== 'UNCONFIRMED') {
      throw new ServiceError('NotAuthorizedException', `User cannot be confirmed. Current status is ${user.status}`);
    }
    pool.codes.redeem(user, 'sign-up', input.ConfirmationCode);

    user.status = 'CONFIRMED';
    user.emailVerified = true;
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
