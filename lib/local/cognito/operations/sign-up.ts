import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { parseAttributes, requireSignInEmail } from '../attributes.ts';
import { requireClient, requireSecretHash } from '../client.ts';
import { deliveryTo } from '../codes.ts';
import { context, fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requirePolicy } from '../passwords.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
export const signUp = operation({
  name: 'SignUp',
  authorization: 'public',
  input: v.object({
    ClientId: fields.clientId,
    Username: fields.username,
    Password: fields.password,
    SecretHash: v.optional(fields.secretHash),
    UserAttributes: v.optional(fields.attributes),
    ValidationData: v.optional(fields.attributes),
    ...context,
  }),
  async run(input, pool) {
    const client = requireClient(pool, input.ClientId);
    requireSecretHash(client, input.Username, input.SecretHash);
    const attributes = parseAttributes(input.UserAttributes, 'person');
    const email = requireSignInEmail(input.Username, attributes.email);
    requirePolicy(input.Password);

    const sub = randomUUID();
    const password = await pool.passwords.hash(input.Password, sub);
    const user = pool.users.add({ sub, email, emailVerified: false, attributes: attributes.others, status: 'UNCONFIRMED', password });
    const code = pool.codes.issue(user, 'sign-up');
    pool.codes.countRequest(user.sub, 'sign-up');
    await pool.save();
    await code.deliver();
    return { UserConfirmed: false, UserSub: user.sub, ...deliveryTo(email) };
  },
});
