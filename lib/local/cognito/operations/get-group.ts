import * as v from 'valibot';
import { fields } from '../fields.ts';
import { describeGroup } from '../groups.ts';
import { operation } from '../operation.ts';
import { requirePool } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html */
export const getGroup = operation({
  name: 'GetGroup',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, GroupName: fields.groupName }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    return { Group: describeGroup(pool, pool.groups.require(input.GroupName)) };
  },
});
