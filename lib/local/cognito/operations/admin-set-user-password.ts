import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requirePolicy, temporaryPasswordLifeMs } from '../passwords.ts';
import { requireSubject } from '../require-subject.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html
 * A permanent password confirms the person; any other has to be replaced at the next sign-in. Tokens stay good.
 */
export const adminSetUserPassword = operation({
  name: 'AdminSetUserPassword',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username, Password: fields.password, Permanent: v.optional(v.boolean(), false) }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    requirePolicy(input.Password);
    const password = await pool.passwords.hash(input.Password, user.sub);
    user.password = password;
    user.status = input.Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
    user.temporaryPasswordExpiresAt = input.Permanent ? undefined : pool.now() + temporaryPasswordLifeMs;
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
