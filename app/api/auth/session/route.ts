import { mayBeAdmin } from '@/lib/server/admin/admin-route.ts';
import { answer } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { sessionView } from '@/lib/server/http/session-view.ts';
import { steppedUpUntil } from '@/lib/server/session/require-step-up.ts';

export const GET = sessionRoute({}, async ({ session }) => {
  const until = steppedUpUntil(session);
  const stepUp = until === undefined ? {} : { stepUpUntil: new Date(until).toISOString() };
  return answer(200, { user: session.user, session: { ...sessionView(session, session), admin: mayBeAdmin(session), ...stepUp } });
});
