import * as v from 'valibot';
import { parseAttributes, requireSignInEmail } from '../attributes.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requirePolicy, temporaryPassword } from '../passwords.ts';
import { ServiceError } from '../service-error.ts';
import { attributeList, type User } from '../users.ts';

/** Cognito's default for `TemporaryPasswordValidityDays`. */
const TEMPORARY_LIFE_MS = 7 * 24 * 60 * 60 * 1000;

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
    if (input.UserPoolId !== pool.config.userPoolId) {
      throw new ServiceError('ResourceNotFoundException', `User pool ${input.UserPoolId} does not exist.`);
    }
    const attributes = parseAttributes(input.UserAttributes, 'administrator');
    const existing = input.MessageAction === 'RESEND' ? pool.users.find(input.Username) : undefined;
    const email = existing?.email ?? requireSignInEmail(input.Username, attributes.email);
    if (input.MessageAction === 'RESEND' && existing === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.');
    if (existing !== undefined && existing.status !== 'FORCE_CHANGE_PASSWORD') {
      throw new ServiceError('UnsupportedUserStateException', `Resend not possible. ${existing.sub} status is not FORCE_CHANGE_PASSWORD`);
    }
    const plain = input.TemporaryPassword ?? temporaryPassword();
    requirePolicy(plain);

    const password = await pool.passwords.hash(plain);
    const user =
      existing ??
      pool.users.add({ email, emailVerified: attributes.emailVerified ?? false, attributes: attributes.others, status: 'FORCE_CHANGE_PASSWORD', password });
    user.password = password;
    user.temporaryPasswordExpiresAt = pool.now() + TEMPORARY_LIFE_MS;
    user.modifiedAt = pool.now();
    await pool.save();
    if (input.MessageAction !== 'SUPPRESS') {
      await pool.outbox.deliver({ to: email, subject: 'Your Selkie temporary password', code: plain });
    }
    return { User: description(user) };
  },
});

/** `UserType`: dates in this protocol are seconds since 1970. */
function description(user: User): object {
  return {
    Username: user.sub,
    Attributes: attributeList(user),
    UserCreateDate: user.createdAt / 1000,
    UserLastModifiedDate: user.modifiedAt / 1000,
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}
