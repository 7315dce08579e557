import * as v from 'valibot';
import { clearCookie } from '@/lib/core/session/cookies.ts';
import { revokeAllSessions } from '@/lib/core/session/scripts/revoke-session.ts';
import { adminRoute } from '@/lib/server/admin/admin-route.ts';
import { noteAdminAct } from '@/lib/server/admin/note-admin-act.ts';
import { signOutEverywhere } from '@/lib/server/cognito/administration.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { answer, refuse, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { redis } from '@/lib/server/redis.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';
import { isUserId } from '@/lib/server/sync/s3-log.ts';

/** Their sessions end here first; Cognito then kills the tokens that sessions elsewhere may have. */
export const POST = adminRoute({ body: v.strictObject({}) }, async ({ session, caller, params: { id = '' } }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  if (!isUserId(id)) return refuse('not-found', 'There is no such person.');
  const ended = await revokeAllSessions(redis(), id);
  await noteAdminAct('admin-sign-out', session, caller, id);
  const told = await signOutEverywhere(id);
  if (!told.ok && told.fault === 'unknown-user') return refuse('not-found', 'There is no such person.');
  if (!told.ok) return refuseUnavailable(5, `${ended} sessions have ended, but the sign-in service did not confirm that their tokens did; repeat this in a moment.`);
  return answer(200, { ended }, id === session.user.id ? [clearCookie('session', serverEnv().cookie)] : []);
});
