import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';
import { mfaSettings } from '../second-factors.ts';
import { describeUser } from '../user-description.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html */
export const adminGetUser = operation({
  name: 'AdminGetUser',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    const { Attributes, ...description } = describeUser(user);
    return { ...description, UserAttributes: Attributes, ...mfaSettings(pool, user) };
  },
});
