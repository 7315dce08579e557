import * as v from 'valibot';
import { answerAudit, auditQuery, refuseAuditQuery } from '@/lib/server/http/answer-audit.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';

const query = v.strictObject(auditQuery);

export const GET = sessionRoute({}, async ({ request, session }) => {
  const asked = v.safeParse(query, Object.fromEntries(new URL(request.url).searchParams));
  return asked.success ? answerAudit(session.user.id, asked.output, false) : refuseAuditQuery('before=CURSOR and limit');
});
