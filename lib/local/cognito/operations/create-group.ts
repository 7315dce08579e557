import * as v from 'valibot';
import { fields } from '../fields.ts';
import { describeGroup } from '../groups.ts';
import { operation } from '../operation.ts';
import { requirePool } from '../require-subject.ts';
import { refuse } from '../service-error.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
 * No IAM role: the identity pool here has one role for everybody, and a silent promise of another would be worse than none.
 */
export const createGroup = operation({
  name: 'CreateGroup',
  authorization: 'signed',
  input: v.object({
    UserPoolId: fields.userPoolId,
    GroupName: fields.groupName,
    Description: v.optional(v.pipe(v.string(), v.maxLength(2048, 'Member must have length less than or equal to 2048'))),
    Precedence: v.optional(fields.precedence),
    RoleArn: v.optional(v.string()),
  }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    if (input.RoleArn !== undefined) throw refuse.invalid('RoleArn is not supported by the embedded user pool: leave it out.');
    const { GroupName: name, Description: description, Precedence: precedence } = input;
    const group = pool.groups.add({ name, ...(description === undefined ? {} : { description }), ...(precedence === undefined ? {} : { precedence }) });
    await pool.save();
    return { Group: describeGroup(pool, group) };
  },
});
