import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { parseAttributes, requireSignInEmail } from '../attributes.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requirePolicy, temporaryPassword, temporaryPasswordLifeMs } from '../passwords.ts';
import { requirePool } from '../require-subject.ts';
import { ServiceError } from '../service-error.ts';
import { describeUser } from '../user-description.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html */
export const adminCreateUser = operation({
  name: 'AdminCreateUser',
  authorization: 'signed',
  input: v.object({
    UserPoolId: fields.userPoolId,
    Username: fields.username,
    TemporaryPassword: v.optional(fields.password),
    UserAttributes: v.optional(fields.attributes),
    ValidationData: v.optional(fields.attributes),
    MessageAction: v.optional(v.picklist(['RESEND', 'SUPPRESS'])),
    DesiredDeliveryMediums: v.optional(v.array(v.picklist(['SMS', 'EMAIL']))),
    ForceAliasCreation: v.optional(v.boolean()),
    ClientMetadata: context.ClientMetadata,
  }),
  async run(input, pool) {
    requirePool(pool, input.UserPoolId);
    const attributes = parseAttributes(input.UserAttributes, 'administrator');
    const existing = input.MessageAction === 'RESEND' ? pool.users.find(input.Username) : undefined;
    const email = existing?.email ?? requireSignInEmail(input.Username, attributes.email);
    if (input.MessageAction === 'RESEND' && existing === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.');
    if (existing !== undefined && existing.status !== 'FORCE_CHANGE_PASSWORD') {
      throw new ServiceError('UnsupportedUserStateException', `Resend not possible. ${existing.sub} status is not FORCE_CHANGE_PASSWORD`);
    }
    const plain = input.TemporaryPassword ?? temporaryPassword();
    requirePolicy(plain);

    const sub = existing?.sub ?? randomUUID();
    const password = await pool.passwords.hash(plain, sub);
    const user =
      existing ??
      pool.users.add({ sub, email, emailVerified: attributes.emailVerified ?? false, attributes: attributes.others, status: 'FORCE_CHANGE_PASSWORD', password });
    user.password = password;
    user.temporaryPasswordExpiresAt = pool.now() + temporaryPasswordLifeMs;
    user.modifiedAt = pool.now();
    await pool.save();
    if (input.MessageAction !== 'SUPPRESS') {
      await pool.outbox.deliver({ to: email, subject: 'Your Selkie temporary password', code: plain });
    }
    return { User: describeUser(user) };
  },
});
