import * as v from 'valibot';
import { startPasskey } from '@/lib/server/cognito/factors.ts';
import { answer, refuse, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { refusePasskeyLimit } from '@/lib/server/http/refuse-passkey-limit.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { withAccess } from '@/lib/server/http/with-access.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';

/** The first half of a registration: what the browser hands to the authenticator. Cognito keeps the challenge. */
export const POST = sessionRoute({ body: v.strictObject({}) }, async ({ session }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  return withAccess(session, async (accessToken) => {
    const asked = await startPasskey(accessToken);
    if (asked.ok) return answer(200, { publicKey: asked.value });
    if (asked.fault === 'limit') return refusePasskeyLimit();
    return asked.name === 'WebAuthnNotEnabledException' ? refuse('forbidden', 'This site does not offer passkeys.') : refuseUnavailable(5);
  });
});
