import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html
 * Every sign-in, refresh and access-token operation asks `enabled` and answers "User is disabled."; the tokens of before end for
 * good in AdminEnableUser, so that they get those words until then.
 */
export const adminDisableUser = operation({
  name: 'AdminDisableUser',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    user.enabled = false;
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
