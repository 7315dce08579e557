import { clearCookie, readCookie } from '@/lib/core/session/cookies.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { answer } from '@/lib/server/http/answer.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { unsealSession } from '@/lib/server/seals.ts';
import { endSession } from '@/lib/server/session/end-session.ts';

/** Also when the session is gone already: who wants to be signed out is. Only without Redis it is 503, since the record would live on. */
export const POST = publicRoute({}, async ({ request, caller }) => {
  const { cookie } = serverEnv();
  const found = readCookie(request.headers.get('cookie'), 'session', cookie);
  const seal = await unsealSession('seal-session', found.value);
  if (seal !== undefined) await endSession(seal, caller);
  const response = answer(204, undefined, [clearCookie('session', cookie)]);
  // https://www.w3.org/TR/clear-site-data/: nothing that was shown to the person stays for the back button.
  response.headers.set('Clear-Site-Data', '"cache"');
  return response;
});
