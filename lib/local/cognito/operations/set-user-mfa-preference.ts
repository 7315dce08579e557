import * as v from 'valibot';
import { changeMfaSettings, mfaSettingsInput } from '../change-mfa-settings.ts';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireAccess } from '../require-access.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html */
export const setUserMfaPreference = operation({
  name: 'SetUserMFAPreference',
  authorization: 'public',
  input: v.object({ AccessToken: fields.accessToken, ...mfaSettingsInput }),
  async run({ AccessToken, ...settings }, pool) {
    const user = await requireAccess(pool, AccessToken);
    changeMfaSettings(pool, user, settings);
    await pool.save();
    return {};
  },
});
