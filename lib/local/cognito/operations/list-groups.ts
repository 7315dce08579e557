import * as v from 'valibot';
import { fields } from '../fields.ts';
import { describeGroup } from '../groups.ts';
import { operation } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requirePool } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html */
export const listGroups = operation({
  name: 'ListGroups',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Limit: v.optional(fields.pageSize(60), 60), NextToken: v.optional(fields.pageToken) }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    const { items, next } = pageOf(pool.groups.list(), ({ name }) => name, input.Limit, input.NextToken);
    return { Groups: items.map((group) => describeGroup(pool, group)), ...(next === undefined ? {} : { NextToken: next }) };
  },
});
