import * as v from 'valibot';
import { requireClient, requireSecretHash } from '../client.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requirePolicy } from '../passwords.ts';
import { refuse } from '../service-error.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html */
export const confirmForgotPassword = operation({
  name: 'ConfirmForgotPassword',
  authorization: 'public',
  input: v.object({
    ClientId: fields.clientId,
    Username: fields.username,
    ConfirmationCode: fields.confirmationCode,
    Password: fields.password,
    SecretHash: v.optional(fields.secretHash),
    ...context,
  }),
  async run(input, pool) {
    const client = requireClient(pool, input.ClientId);
    requireSecretHash(client, input.Username, input.SecretHash);
    requirePolicy(input.Password);
    const user = pool.users.find(input.Username);
    pool.codes.requireGuess(user?.sub ?? input.Username, 'reset');
    if (user === undefined || !user.enabled) {
      pool.codes.countWrongGuess(user?.sub ?? input.Username, 'reset');
      throw refuse.wrongCode();
    }
    pool.codes.redeem(user, 'reset', input.ConfirmationCode);

    user.password = await pool.passwords.hash(input.Password, user.sub);
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
