import * as v from 'valibot';
import { changeMfaSettings, mfaSettingsInput } from '../change-mfa-settings.ts';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { requireSubject } from '../require-subject.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html */
export const adminSetUserMfaPreference = operation({
  name: 'AdminSetUserMFAPreference',
  authorization: 'signed',
  input: v.object({ UserPoolId: fields.userPoolId, Username: fields.username, ...mfaSettingsInput }),
  async run({ UserPoolId, Username, ...settings }, pool) {
    changeMfaSettings(pool, requireSubject(pool, { UserPoolId, Username }), settings);
    await pool.save();
    return {};
  },
});
