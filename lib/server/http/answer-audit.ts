import 'server-only';
import * as v from 'valibot';
import * as limits from '../../core/limits.ts';
import { pageAudit } from '../../core/session/scripts/audit-log.ts';
import { redis } from '../redis.ts';
import { answer, refuse } from './answer.ts';

/** Fields of a query for a page of the audit. */
export const auditQuery = {
  before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,16}-\d{1,16}$/))),
  limit: v.optional(v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(limits.auditPageEntries))),
};

export function refuseAuditQuery(fields: string): Response {
  return refuse('invalid-request', `Ask with ${fields} only; limit is 1 to ${limits.auditPageEntries}.`);
}

/** `next` names the following page; it is absent on the last one. `whose`: a person's id, or `EVERYBODY`. */
export async function answerAudit(whose: string, { before, limit = limits.auditPageEntries }: { before?: string | undefined; limit?: number | undefined }, withUser: boolean): Promise<Response> {
  const entries = await pageAudit(redis(), whose, before, limit);
  const events = entries.map(({ atMs, kind, user, session, device, address, detail }) => (
    { at: new Date(atMs).toISOString(), kind, ...(withUser && { user }), session, device, address, detail }
  ));
  const last = entries.length === limit ? entries.at(-1) : undefined;
  return answer(200, { events, ...(last !== undefined && { next: last.cursor }) });
}
