import * as v from 'valibot';
import { adminRoute } from '@/lib/server/admin/admin-route.ts';
import { answerAudit, auditQuery, refuseAuditQuery } from '@/lib/server/http/answer-audit.ts';
import { EVERYBODY } from '@/lib/core/session/scripts/audit-log.ts';

const query = v.strictObject({ ...auditQuery, user: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,128}$/))) });

/** Everybody's events, or those of one person. */
export const GET = adminRoute({}, async ({ request }) => {
  const asked = v.safeParse(query, Object.fromEntries(new URL(request.url).searchParams));
  if (!asked.success) return refuseAuditQuery('before=CURSOR, limit and user=ID');
  return answerAudit(asked.output.user ?? EVERYBODY, asked.output, true);
});
