import { clearCookie } from '@/lib/core/session/cookies.ts';
import { revokeSessionById } from '@/lib/core/session/scripts/revoke-session.ts';
import { adminRoute } from '@/lib/server/admin/admin-route.ts';
import { noteAdminAct } from '@/lib/server/admin/note-admin-act.ts';
import { parseSessionName } from '@/lib/server/admin/session-name.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { answer, refuse } from '@/lib/server/http/answer.ts';
import { redis } from '@/lib/server/redis.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';

export const DELETE = adminRoute({}, async ({ session, caller, params: { id = '' } }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  const named = parseSessionName(id);
  if (named === undefined || !(await revokeSessionById(redis(), named.userId, named.sessionId))) {
    return refuse('not-found', 'There is no such session; it may have ended already.');
  }
  await noteAdminAct('admin-revoke', session, caller, named.userId, named.sessionId);
  return answer(204, undefined, named.sessionId === session.id ? [clearCookie('session', serverEnv().cookie)] : []);
});
