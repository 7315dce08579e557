import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requirePool } from '../require-subject.ts';
import { describeUser } from '../user-description.ts';
import { parseUserFilter } from '../user-filter.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html */
export const listUsers = operation({
  name: 'ListUsers',
  authorization: 'signed',
  input: v.object({
    UserPoolId: fields.userPoolId,
    AttributesToGet: v.optional(v.array(fields.attributeName)),
    Limit: v.optional(fields.pageSize(60), 60),
    PaginationToken: v.optional(fields.pageToken),
    Filter: v.optional(v.pipe(v.string(), v.maxLength(256, 'Member must have length less than or equal to 256')), ''),
  }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    const users = pool.users.list().filter(parseUserFilter(input.Filter));
    const { items, next } = pageOf(users, ({ sub }) => sub, input.Limit, input.PaginationToken);
    const { AttributesToGet: names } = input;
    const Users = items.map(describeUser).map((user) => ({
      ...user,
      Attributes: names === undefined ? user.Attributes : user.Attributes.filter(({ Name }) => names.includes(Name)),
    }));
    return { Users, ...(next === undefined ? {} : { PaginationToken: next }) };
  },
});
