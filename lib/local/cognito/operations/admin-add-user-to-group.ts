import * as v from 'valibot';
import { fields } from '../fields.ts';
import { joinGroup } from '../groups.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html
 * The next tokens of the person name the group in `cognito:groups`; those that they have do not change.
 */
export const adminAddUserToGroup = operation({
  name: 'AdminAddUserToGroup',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username, GroupName: fields.groupName }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    joinGroup(user, pool.groups.require(input.GroupName));
    await pool.save();
    return {};
  },
});
