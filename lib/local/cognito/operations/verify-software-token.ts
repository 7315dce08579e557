import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { ServiceError } from '../service-error.ts';
import { requireSoftwareTokenOwner } from '../software-token-owner.ts';
import { stepOfCode } from '../totp.ts';

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html
 * The first right code makes the new secret the person's authenticator, in place of the one before. Somebody signed in then
 * switches it on with SetUserMFAPreference; in a sign-in to a pool that requires MFA it is on at once, and the session
 * that is answered finishes the MFA_SETUP challenge. After five wrong codes the locks of "Adding MFA to a user pool" begin,
 * here as TooManyRequestsException, which is the reference's word for this operation.
 */
export const verifySoftwareToken = operation({
  name: 'VerifySoftwareToken',
  authorization: 'public',
  input: v.object({
    AccessToken: v.optional(fields.accessToken),
    Session: v.optional(fields.session),
    UserCode: fields.userCode,
    FriendlyDeviceName: v.optional(v.pipe(v.string(), v.maxLength(131_072, 'Member must have length less than or equal to 131072'))),
  }),
  async run(input, pool) {
    const owner = await requireSoftwareTokenOwner(pool, input);
    const { user } = owner;
    const secret = 'session' in owner ? owner.found.data.secret : user.pendingAuthenticatorSecret;
    if (secret === undefined) throw new ServiceError('SoftwareTokenMFANotFoundException', 'Software Token MFA does not exist for the user.');
    let lastStep: number | undefined;
    const verdict = await pool.gate.attempt(`authenticator ${user.sub}`, async () => {
      lastStep = stepOfCode(secret, input.UserCode, pool.now());
      return lastStep !== undefined;
    });
    if (verdict === 'locked') throw new ServiceError('TooManyRequestsException', 'Too many wrong codes; please try again later.');
    if (lastStep === undefined) throw new ServiceError('EnableSoftwareTokenMFAException', 'Code mismatch and fail enable Software Token MFA');

    const session = 'session' in owner ? pool.challenges.replace(owner.session, { factor: 'SOFTWARE_TOKEN_MFA' }) : undefined;
    user.authenticator = { secret, lastStep, ...(input.FriendlyDeviceName ? { friendlyName: input.FriendlyDeviceName } : {}) };
    delete user.pendingAuthenticatorSecret;
    if (session !== undefined && !user.mfa.enabled.includes('SOFTWARE_TOKEN_MFA')) {
      user.mfa.enabled.push('SOFTWARE_TOKEN_MFA');
      user.mfa.preferred ??= 'SOFTWARE_TOKEN_MFA';
    }
    user.modifiedAt = pool.now();
    await pool.save();
    return { Status: 'SUCCESS', ...(session === undefined ? {} : { Session: session }) };
  },
});
