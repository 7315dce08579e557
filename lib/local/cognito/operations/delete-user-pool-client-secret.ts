import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSecretClient } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClientSecret.html */
export const deleteUserPoolClientSecret = operation({
  name: 'DeleteUserPoolClientSecret',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, ClientId: fields.clientId, ClientSecretId: fields.clientSecretId }),
  async run(input, pool) {
    requireSecretClient(pool, input.UserPoolId, input.ClientId);
    pool.clientSecrets.remove(input.ClientSecretId);
    await pool.save();
    return {};
  },
});
