import * as v from 'valibot';
import * as limits from '@/lib/core/limits.ts';
import { adminRoute } from '@/lib/server/admin/admin-route.ts';
import { findPeople, parseCursor, writeCursor } from '@/lib/server/admin/find-people.ts';
import { nameSession } from '@/lib/server/admin/session-name.ts';
import { answer, refuse } from '@/lib/server/http/answer.ts';
import { sessionView } from '@/lib/server/http/session-view.ts';

const query = v.strictObject({
  search: v.optional(v.pipe(v.string(), v.maxLength(limits.adminSearchMaxChars), v.transform((typed) => typed.normalize('NFKC').trim().toLowerCase())), ''),
  cursor: v.optional(v.pipe(v.string(), v.transform(parseCursor), v.check((cursor) => cursor !== undefined))),
});

/** People with live sessions whose address holds `search`; `next` names the following page. */
export const GET = adminRoute({}, async ({ request, session }) => {
  const asked = v.safeParse(query, Object.fromEntries(new URL(request.url).searchParams));
  if (!asked.success) return refuse('invalid-request', `Ask with search=PART of an address, up to ${limits.adminSearchMaxChars} characters, and cursor=NEXT of the page before only.`);
  const { people, next } = await findPeople(asked.output.search, asked.output.cursor);
  return answer(200, {
    people: people.map((sessions) => ({
      user: sessions[0]!.user,
      sessions: sessions.map((each) => ({ ...sessionView(each, session), id: nameSession(each.user.id, each.id) })),
    })),
    ...(next !== undefined && { next: writeCursor(next) }),
  });
});
