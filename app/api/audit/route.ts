import * as v from 'valibot';
import { limits } from '@/lib/core/limits.ts';
import { pageAudit } from '@/lib/core/session/scripts/audit-log.ts';
import { answer, refuse } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { redis } from '@/lib/server/redis.ts';

const query = v.strictObject({
  before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,16}-\d{1,16}$/))),
  limit: v.optional(v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(limits.auditPageEntries))),
});

/** `next` names the following page; it is absent on the last one. */
export const GET = sessionRoute({}, async ({ request, session }) => {
  const asked = v.safeParse(query, Object.fromEntries(new URL(request.url).searchParams));
  if (!asked.success) return refuse('invalid-request', `Ask with before=CURSOR and limit=1 to ${limits.auditPageEntries} only.`);
  const limit = asked.output.limit ?? limits.auditPageEntries;
  const entries = await pageAudit(redis(), session.user.id, asked.output.before, limit);
  const events = entries.map(({ atMs, kind, session: id, device, address, detail }) => ({ at: new Date(atMs).toISOString(), kind, session: id, device, address, detail }));
  const last = entries.length === limit ? entries.at(-1) : undefined;
  return answer(200, { events, ...(last !== undefined && { next: last.cursor }) });
});
