import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requirePool } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html */
export const deleteGroup = operation({
  name: 'DeleteGroup',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, GroupName: fields.groupName }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    pool.groups.remove(input.GroupName);
    await pool.save();
    return {};
  },
});
