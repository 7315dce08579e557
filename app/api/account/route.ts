import { clearCookie } from '@/lib/core/session/cookies.ts';
import { deleteAccount } from '@/lib/server/account/delete-account.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { answer, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { requireStepUp } from '@/lib/server/session/require-step-up.ts';

/** Everything about the person is gone after it; until then it can be repeated. */
export const DELETE = sessionRoute({}, async ({ session, caller }) => {
  const refusal = requireStepUp(session);
  if (refusal) return refusal;
  if ((await deleteAccount(session, caller)) === 'unavailable') {
    return refuseUnavailable(5, 'Your account is being deleted, but not all of it could be removed yet; repeat this in a moment.');
  }
  const { cookie } = serverEnv();
  const response = answer(204, undefined, (['session', 'device', 'transaction'] as const).map((kind) => clearCookie(kind, cookie)));
  // https://www.w3.org/TR/clear-site-data/. Not "storage": that is the whole origin's, with the files of everybody
  // else who uses this browser, signed in or not; the page removes this person's keys itself.
  response.headers.set('Clear-Site-Data', '"cache"');
  return response;
});
