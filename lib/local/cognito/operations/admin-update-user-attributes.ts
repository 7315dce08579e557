import * as v from 'valibot';
import { parseAttributes } from '../attributes.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html
 * A new address counts as unverified unless the same request says otherwise. An empty value removes an attribute.
 */
export const adminUpdateUserAttributes = operation({
  name: 'AdminUpdateUserAttributes',
  authorization: 'signed',
  input: v.object({
    UserPoolId: fields.userPoolId, Username: fields.username, UserAttributes: fields.attributes, ClientMetadata: context.ClientMetadata,
  }),
  async run(input, pool) {
    const user = requireSubject(pool, input);
    const attributes = parseAttributes(input.UserAttributes, 'administrator');
    if (attributes.email !== undefined && attributes.email !== user.email) {
      pool.users.changeEmail(user, attributes.email);
      user.emailVerified = false;
    }
    user.emailVerified = attributes.emailVerified ?? user.emailVerified;
    for (const [name, value] of Object.entries(attributes.others)) {
      if (value === '') delete user.attributes[name];
      else user.attributes[name] = value;
    }
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
