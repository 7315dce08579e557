import * as v from 'valibot';
import { dropRecoveryCodes, recoveryCodesLeft } from '@/lib/server/account/recovery-codes.ts';
import { audit } from '@/lib/server/audit.ts';
import { isTotpOn, setTotp } from '@/lib/server/cognito/factors.ts';
import { associateSoftwareToken, authenticatorUri, deleteSoftwareToken } from '@/lib/server/cognito/software-token.ts';
import { answer, refuse, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { refuseCognito } from '@/lib/server/http/refuse-cognito.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { answerWithNewId, withAccess } from '@/lib/server/http/with-access.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';

export const GET = sessionRoute({}, async ({ session }) => withAccess(session, async (accessToken) => {
  const [asked, left] = await Promise.all([isTotpOn(accessToken), recoveryCodesLeft(session.user.id)]);
  if (!asked.ok || left === 'unavailable') return refuseUnavailable(5);
  return answer(200, { enabled: asked.value, recoveryCodesLeft: asked.value ? left : 0 });
}));

/** Nothing changes before a code was confirmed: an app that is on stays on until then. */
export const POST = sessionRoute({ body: v.strictObject({}) }, async ({ session }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  return withAccess(session, async (accessToken) => {
    const asked = await associateSoftwareToken({ accessToken });
    if (!asked.ok) return asked.fault === 'invalid' ? refuse('forbidden', 'This site does not offer authenticator apps.') : refuseUnavailable(5);
    const { secret } = asked.value;
    return answer(200, { secret, uri: authenticatorUri(session.user.email, secret) });
  });
});

/** Off first, then the secret, then the codes: whatever breaks off in between, repeating it ends at the same place. */
export const DELETE = sessionRoute({}, async ({ session, caller }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  return withAccess(session, async (accessToken) => {
    const off = await setTotp(accessToken, false);
    if (!off.ok) return off.fault === 'invalid' ? refuse('forbidden', 'This site wants a second factor from everybody, so it stays on.') : refuseCognito(off);
    const removed = await deleteSoftwareToken(session.user.id);
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html: there is none any more.
    const isGone = removed.ok || removed.name === 'SoftwareTokenMFANotFoundException';
    if (!isGone || (await dropRecoveryCodes(session.user.id)) === 'unavailable') return refuseUnavailable(5, 'The authenticator is off, but not all of it could be removed; repeat this in a moment.');
    await audit({ kind: 'totp-off', user: session.user.id, session: session.id, device: caller.device, address: caller.address });
    return answerWithNewId(session, { stepUp: false }, 204, undefined);
  });
});
