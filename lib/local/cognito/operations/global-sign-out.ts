import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireAccess } from '../require-access.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html */
export const globalSignOut = operation({
  name: 'GlobalSignOut',
  authorization: 'public',
  input: v.object({ AccessToken: fields.accessToken }),
  async run(input, pool) {
    const user = await requireAccess(pool, input.AccessToken);
    pool.refreshTokens.revokeAll(user.sub);
    await pool.save();
    return {};
  },
});
