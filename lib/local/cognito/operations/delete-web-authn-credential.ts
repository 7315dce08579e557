import * as v from 'valibot';
import * as limits from '../../../core/limits.ts';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireAccess } from '../require-access.ts';
import { ServiceError } from '../service-error.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html */
export const deleteWebAuthnCredential = operation({
  name: 'DeleteWebAuthnCredential',
  authorization: 'public',
  input: v.object({ AccessToken: fields.accessToken, CredentialId: v.pipe(v.string(), v.maxLength(limits.cognitoBodyMaxBytes)) }),
  async run(input, pool) {
    const user = await requireAccess(pool, input.AccessToken);
    const at = user.passkeys.findIndex(({ credentialId }) => credentialId === input.CredentialId);
    if (at === -1) throw new ServiceError('ResourceNotFoundException', 'The passkey was not found.');
    user.passkeys.splice(at, 1);
    user.modifiedAt = pool.now();
    await pool.save();
    return {};
  },
});
