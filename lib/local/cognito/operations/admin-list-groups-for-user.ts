import * as v from 'valibot';
import { fields } from '../fields.ts';
import { describeGroup } from '../groups.ts';
import { operation } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requireSubject } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html */
export const adminListGroupsForUser = operation({
  name: 'AdminListGroupsForUser',
  authorization: 'signed',
  input: v.object({
    UserPoolId: fields.userPoolId, Username: fields.username, Limit: v.optional(fields.pageSize(60), 60), NextToken: v.optional(fields.pageToken),
  }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    const { items, next } = pageOf(user.groups, (name) => name, input.Limit, input.NextToken);
    return { Groups: items.map((name) => describeGroup(pool, pool.groups.require(name))), ...(next === undefined ? {} : { NextToken: next }) };
  },
});
