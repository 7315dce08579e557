import * as v from 'valibot';
import { revokeAllSessions } from '@/lib/core/session/scripts/revoke-session.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { changePassword } from '@/lib/server/cognito/accounts.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { refuse, refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { password } from '@/lib/server/http/fields.ts';
import { refuseCognito } from '@/lib/server/http/refuse-cognito.ts';
import { refuseSession, sessionRoute } from '@/lib/server/http/route.ts';
import { answerWithNewId } from '@/lib/server/http/with-access.ts';
import { redis } from '@/lib/server/redis.ts';
import { refuseEasyPassword } from '@/lib/server/refuse-easy-password.ts';
import { accessToken } from '@/lib/server/session/access-token.ts';

/** The other sessions end first: should the rest fail, it fails on the safe side. */
export const POST = sessionRoute({ body: v.strictObject({ current: password, next: password }) }, async ({ request, caller, body, session }) => {
  const easy = refuseEasyPassword(body.next, session.user.email);
  if (easy !== undefined) return easy;
  const tried = await attempt('password', request, caller, session.user.email, session);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const token = await accessToken(session);
  if (token.kind === 'unknown') {
    await tried.refund();
    return refuseUnavailable(token.retryAfterSeconds);
  }
  if (token.kind === 'ended') return refuseSession({ kind: 'absent', reason: 'ended', hadCookie: true });
  const even = evenTime();
  const asked = await changePassword(token.accessToken, body.current, body.next);
  if (!asked.ok) {
    await even();
    if (asked.fault === 'not-authorized') return refuse('wrong-credentials', 'The current password is not right; nothing was changed.');
    await tried.refund();
    return refuseCognito(asked);
  }
  await tried.refund();
  const ended = await revokeAllSessions(redis(), session.user.id, session.hash);
  await audit({ kind: 'password-changed', user: session.user.id, session: session.id, device: caller.device, address: caller.address, detail: `${ended} other sessions ended` });
  return answerWithNewId(session, { proof: 'password', stepUp: false }, 200, { status: 'changed', otherSessionsEnded: ended });
});
