import * as v from 'valibot';
import { namedPasskeys, namePasskey, passkeyView } from '@/lib/server/account/passkey-names.ts';
import { audit } from '@/lib/server/audit.ts';
import { completePasskey, listPasskeys } from '@/lib/server/cognito/factors.ts';
import { newPasskey } from '@/lib/server/cognito/new-passkey.ts';
import { answer, refuse, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { passkeyName } from '@/lib/server/http/fields.ts';
import { refusePasskeyLimit } from '@/lib/server/http/refuse-passkey-limit.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { answerWithNewId, withAccess } from '@/lib/server/http/with-access.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';

export const GET = sessionRoute({}, async ({ session }) => withAccess(session, async (accessToken) => {
  const found = await listPasskeys(accessToken);
  const passkeys = found.ok ? await namedPasskeys(session.user.id, found.value) : 'unavailable';
  return passkeys === 'unavailable' ? refuseUnavailable(5) : answer(200, { passkeys });
}));

/** The second half of a registration. Without room for its name the passkey is there all the same, under Cognito's name for it. */
export const POST = sessionRoute({ body: v.strictObject({ credential: newPasskey, name: passkeyName }) }, async ({ session, caller, body: { credential, name } }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  return withAccess(session, async (accessToken) => {
    const asked = await completePasskey(accessToken, credential);
    if (!asked.ok) {
      if (asked.fault === 'limit') return refusePasskeyLimit();
      return asked.fault === 'unavailable' ? refuseUnavailable(5) : refuse('invalid-request', 'That passkey was not accepted; begin again, and answer within a few minutes.');
    }
    await audit({ kind: 'passkey-added', user: session.user.id, session: session.id, device: caller.device, address: caller.address });
    const found = await listPasskeys(accessToken);
    const made = found.ok ? found.value.find(({ CredentialId: id }) => id === credential.id) : undefined;
    const named = made && found.ok && (await namePasskey(session.user.id, credential.id, name, found.value.map(({ CredentialId: id }) => id ?? ''))) === 'named';
    const passkey = made === undefined ? { id: credential.id, name: 'Passkey', created: new Date().toISOString() } : passkeyView(made, named ? name : undefined);
    return answerWithNewId(session, { stepUp: false }, 201, { passkey });
  });
});
