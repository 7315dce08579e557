import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html */
export const adminRemoveUserFromGroup = operation({
  name: 'AdminRemoveUserFromGroup',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username, GroupName: fields.groupName }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    const { name } = pool.groups.require(input.GroupName);
    user.groups = user.groups.filter((group) => group !== name);
    await pool.save();
    return {};
  },
});
