import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html */
export const adminDeleteUser = operation({
  name: 'AdminDeleteUser',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    pool.users.remove(user);
    pool.refreshTokens.remove(user.sub);
    await pool.save();
    return {};
  },
});
