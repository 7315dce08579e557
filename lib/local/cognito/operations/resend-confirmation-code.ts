import * as v from 'valibot';
import { requireClient, requireSecretHash } from '../client.ts';
import { deliveryTo } from '../codes.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { refuse } from '../service-error.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html */
export const resendConfirmationCode = operation({
  name: 'ResendConfirmationCode',
  authorization: 'public',
  input: v.object({ ClientId: fields.clientId, Username: fields.username, SecretHash: v.optional(fields.secretHash), ...context }),
  async run(input, pool) {
    const client = requireClient(pool, input.ClientId);
    requireSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    pool.codes.countRequest(user?.sub ?? input.Username, 'sign-up');
    // Nobody of that name: a simulated delivery, as PreventUserExistenceErrors asks.
    if (user === undefined) return deliveryTo(input.Username);
    if (user.status !== 'UNCONFIRMED') throw refuse.invalid('User is already confirmed.');
    const code = pool.codes.issue(user, 'sign-up');
    await pool.save();
    await code.deliver();
    return deliveryTo(user.email);
  },
});
