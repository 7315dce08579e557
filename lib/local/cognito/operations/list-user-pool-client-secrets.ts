import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSecretClient } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClientSecrets.html: never their values, and never more than one page. */
export const listUserPoolClientSecrets = operation({
  name: 'ListUserPoolClientSecrets',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, ClientId: fields.clientId }),
  async run(input, pool) {
    requireSecretClient(pool, input.UserPoolId, input.ClientId);
    return { ClientSecrets: pool.clientSecrets.list().map(({ id, createdAt }) => ({ ClientSecretId: id, ClientSecretCreateDate: createdAt / 1000 })) };
  },
});
