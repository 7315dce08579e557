import * as v from 'valibot';
import type { SessionFacts } from '@/lib/core/session/session-record.ts';
import { namePasskey } from '@/lib/server/account/passkey-names.ts';
import { audit } from '@/lib/server/audit.ts';
import { deletePasskey, listPasskeys } from '@/lib/server/cognito/factors.ts';
import { answer, refuse, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { passkeyName } from '@/lib/server/http/fields.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { answerWithNewId, withAccess } from '@/lib/server/http/with-access.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';

const NONE = 'You have no such passkey; it may have been removed already.';

/** Somebody else's passkey is "not found", as is one that never was. */
const withPasskey = (session: SessionFacts, id: string, run: (accessToken: string, ids: string[]) => Promise<Response>) =>
  withAccess(session, async (accessToken) => {
    const found = await listPasskeys(accessToken);
    if (!found.ok) return refuseUnavailable(5);
    const ids = found.value.map(({ CredentialId: each }) => each ?? '');
    return ids.includes(id) ? run(accessToken, ids) : refuse('not-found', NONE);
  });

export const POST = sessionRoute({ body: v.strictObject({ name: passkeyName }) }, async ({ session, caller, body: { name }, params: { id = '' } }) =>
  withPasskey(session, id, async (_accessToken, ids) => {
    if ((await namePasskey(session.user.id, id, name, ids)) === 'unavailable') return refuseUnavailable(5);
    await audit({ kind: 'passkey-renamed', user: session.user.id, session: session.id, device: caller.device, address: caller.address });
    return answer(200, { status: 'renamed' });
  }));

/** Its name is forgotten with the next change of names: a passkey without a name is better than a name that hides one. */
export const DELETE = sessionRoute({}, async ({ session, caller, params: { id = '' } }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  return withPasskey(session, id, async (accessToken) => {
    const removed = await deletePasskey(accessToken, id);
    if (!removed.ok) return removed.name === 'ResourceNotFoundException' ? refuse('not-found', NONE) : refuseUnavailable(5);
    await audit({ kind: 'passkey-removed', user: session.user.id, session: session.id, device: caller.device, address: caller.address });
    return answerWithNewId(session, { stepUp: false }, 204, undefined);
  });
});
