import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html */
export const adminEnableUser = operation({
  name: 'AdminEnableUser',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    // AdminDisableUser revokes tokens, so none of before may come back to life; who was enabled all along keeps theirs.
    if (!user.enabled) pool.refreshTokens.revokeAll(user.sub);
    user.enabled = true;
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
