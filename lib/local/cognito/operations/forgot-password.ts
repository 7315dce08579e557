import * as v from 'valibot';
import { requireClient, requireSecretHash } from '../client.ts';
import { deliveryTo } from '../codes.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { ServiceError } from '../service-error.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html */
export const forgotPassword = operation({
  name: 'ForgotPassword',
  authorization: 'public',
  input: v.object({ ClientId: fields.clientId, Username: fields.username, SecretHash: v.optional(fields.secretHash), ...context }),
  async run(input, pool) {
    const client = requireClient(pool, input.ClientId);
    requireSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    pool.codes.countRequest(user?.sub ?? input.Username, 'reset');
    if (user?.status === 'FORCE_CHANGE_PASSWORD') {
      throw new ServiceError('NotAuthorizedException', 'User password cannot be reset in the current state.');
    }
    // Nobody, disabled, or no verified address to send to: a simulated delivery (PreventUserExistenceErrors).
    if (user === undefined || !user.enabled || !user.emailVerified) return deliveryTo(user?.email ?? input.Username);
    const code = pool.codes.issue(user, 'reset');
    await pool.save();
    await code.deliver();
    return deliveryTo(user.email);
  },
});
