import { answer } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { sessionView } from '@/lib/server/http/session-view.ts';

export const GET = sessionRoute({}, async ({ session }) => answer(200, { user: session.user, session: sessionView(session, session) }));
