import { clearCookie } from '@/lib/core/session/cookies.ts';
import { revokeSessionById } from '@/lib/core/session/scripts/revoke-session.ts';
import { audit } from '@/lib/server/audit.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { answer, refuse } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { redis } from '@/lib/server/redis.ts';
import { requireRecentProof } from '@/lib/server/session/require-step-up.ts';

/** Somebody else's session is "not found", as is one that never was. */
export const DELETE = sessionRoute({}, async ({ session, caller, params: { id = '' } }) => {
  const refusal = id === session.id ? undefined : requireRecentProof(session);
  if (refusal) return refusal;
  if (!(await revokeSessionById(redis(), session.user.id, id))) {
    return refuse('not-found', 'You have no such session; it may have ended already.');
  }
  await audit({ kind: 'revoke', user: session.user.id, session: id, device: caller.device, address: caller.address });
  return answer(204, undefined, id === session.id ? [clearCookie('session', serverEnv().cookie)] : []);
});
