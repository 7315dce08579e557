import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requirePool } from '../require-subject.ts';
import { describeUser } from '../user-description.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html */
export const listUsersInGroup = operation({
  name: 'ListUsersInGroup',
  authorization: 'signed',
  input: v.object({
    UserPoolId: fields.userPoolId, GroupName: fields.groupName, Limit: v.optional(fields.pageSize(60), 60), NextToken: v.optional(fields.pageToken),
  }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    const { name } = pool.groups.require(input.GroupName);
    const members = pool.users.list().filter(({ groups }) => groups.includes(name));
    const { items, next } = pageOf(members, ({ sub }) => sub, input.Limit, input.NextToken);
    return { Users: items.map(describeUser), ...(next === undefined ? {} : { NextToken: next }) };
  },
});
