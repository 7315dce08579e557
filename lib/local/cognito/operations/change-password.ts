import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requirePolicy } from '../passwords.ts';
import { requireAccess } from '../require-access.ts';
import { refuse } from '../service-error.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html */
export const changePassword = operation({
  name: 'ChangePassword',
  authorization: 'public',
  input: v.object({
    AccessToken: fields.accessToken,
    PreviousPassword: fields.password,
    ProposedPassword: fields.password,
  }),
  async run(input, pool) {
    const user = await requireAccess(pool, input.AccessToken);
    requirePolicy(input.ProposedPassword);
    const verdict = await pool.gate.attempt(user.sub, () => pool.passwords.matches(input.PreviousPassword, user.password));
    if (verdict === 'locked') throw refuse.limitExceeded();
    if (verdict === 'wrong') throw refuse.wrongCredentials();
    user.password = await pool.passwords.hash(input.ProposedPassword, user.sub);
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
