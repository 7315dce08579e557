import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSecretClient } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html */
export const addUserPoolClientSecret = operation({
  name: 'AddUserPoolClientSecret',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, ClientId: fields.clientId, ClientSecret: v.optional(fields.newClientSecret) }),
  async run(input, pool) {
    requireSecretClient(pool, input.UserPoolId, input.ClientId);
    const { id, value, createdAt } = pool.clientSecrets.add(input.ClientSecret);
    await pool.save();
    // Who brought a secret knows it.
    return { ClientSecretDescriptor: { ClientSecretId: id, ...(input.ClientSecret === undefined ? { ClientSecretValue: value } : {}), ClientSecretCreateDate: createdAt / 1000 } };
  },
});
