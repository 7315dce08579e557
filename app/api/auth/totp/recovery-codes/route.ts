import * as v from 'valibot';
import { newRecoveryCodes } from '@/lib/server/account/recovery-codes.ts';
import { audit } from '@/lib/server/audit.ts';
import { isTotpOn } from '@/lib/server/cognito/factors.ts';
import { refuse, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { answerWithNewId, withAccess } from '@/lib/server/http/with-access.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';

/** Ten new ones; all former ones stop working. */
export const POST = sessionRoute({ body: v.strictObject({}) }, async ({ session, caller }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  return withAccess(session, async (accessToken) => {
    const asked = await isTotpOn(accessToken);
    if (!asked.ok) return refuseUnavailable(5);
    if (!asked.value) return refuse('invalid-request', 'Recovery codes stand in for an authenticator app, and there is none; set one up first.');
    const recoveryCodes = await newRecoveryCodes(session.user.id);
    if (recoveryCodes === 'unavailable') return refuseUnavailable(5);
    await audit({ kind: 'recovery-codes', user: session.user.id, session: session.id, device: caller.device, address: caller.address });
    return answerWithNewId(session, { stepUp: false }, 200, { recoveryCodes });
  });
});
