import * as v from 'valibot';
import { newRecoveryCodes } from '@/lib/server/account/recovery-codes.ts';
import { audit } from '@/lib/server/audit.ts';
import { setTotp } from '@/lib/server/cognito/factors.ts';
import { verifySoftwareToken } from '@/lib/server/cognito/software-token.ts';
import { refuse, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { code } from '@/lib/server/http/fields.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { answerWithNewId, withAccess } from '@/lib/server/http/with-access.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';

const NOT_ON = 'The recovery codes could not be stored, so the authenticator was not switched on; begin its set-up again in a moment.';

/**
 * Verified, then the codes, then on: nobody is ever asked for an app without having codes for the day it is lost,
 * and a wrong code here costs nobody the codes they have.
 */
export const POST = sessionRoute({ body: v.strictObject({ code }) }, async ({ session, caller, body }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  return withAccess(session, async (accessToken) => {
    const verified = await verifySoftwareToken({ accessToken }, body.code);
    if (!verified.ok) {
      if (verified.fault === 'code-mismatch') return refuse('wrong-code', 'That code is not right; check the clock of the device with the app, and type its current code.');
      if (verified.fault === 'unavailable' && verified.name !== 'SoftwareTokenMFANotFoundException') return refuseUnavailable(5);
      return refuse('invalid-request', 'There is no authenticator set-up under way; begin again.');
    }
    const recoveryCodes = await newRecoveryCodes(session.user.id);
    if (recoveryCodes === 'unavailable' || !(await setTotp(accessToken, true)).ok) return refuseUnavailable(5, NOT_ON);
    await audit({ kind: 'totp-on', user: session.user.id, session: session.id, device: caller.device, address: caller.address });
    return answerWithNewId(session, { stepUp: false }, 200, { recoveryCodes });
  });
});
