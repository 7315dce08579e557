import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireAccess } from '../require-access.ts';
import { mfaSettings } from '../second-factors.ts';
import { attributeList } from '../users.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html */
export const getUser = operation({
  name: 'GetUser',
  authorization: 'public',
  input: v.object({ AccessToken: fields.accessToken }),
  async run(input, pool) {
    const user = await requireAccess(pool, input.AccessToken);
    return { Username: user.sub, UserAttributes: attributeList(user), ...mfaSettings(pool, user) };
  },
});
