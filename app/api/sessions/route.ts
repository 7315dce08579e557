import { listSessions } from '@/lib/core/session/scripts/list-sessions.ts';
import { answer } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { sessionView } from '@/lib/server/http/session-view.ts';
import { redis } from '@/lib/server/redis.ts';

export const GET = sessionRoute({}, async ({ session }) => {
  const sessions = await listSessions(redis(), session.user.id);
  return answer(200, { sessions: sessions.map((each) => sessionView(each, session)) });
});
