import { parseReturnPath } from '@/lib/core/session/return-path.ts';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { authorizationRequest } from '@/lib/server/cognito/managed-login.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { answer, refuse, refuseTooMany } from '@/lib/server/http/answer.ts';
import { seeOther } from '@/lib/server/http/see-other.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { storeTransaction } from '@/lib/server/session/transaction.ts';

const NONE = 'Managed login is not set up here; sign in with your address.';

/** Whether there is a managed login: begins none, sets no cookie, counts nothing. Without it Next would run GET for this. */
export const HEAD = publicRoute({}, async () => (serverEnv().cognito.domain === undefined ? refuse('not-found', NONE) : answer(204, undefined)));

/**
 * To Cognito's own pages. Only this GET and the callback give a browser a cookie. This one's only remembers this very
 * request; a link on another site could put it in the place of a sign-in under way, so such a link leads to our form instead.
 */
export const GET = publicRoute({}, async ({ request, caller }) => {
  const { domain } = serverEnv().cognito;
  if (domain === undefined) return refuse('not-found', NONE);
  const returnTo = parseReturnPath(new URL(request.url).searchParams.get('returnTo'));
  if (!['same-origin', 'none', null].includes(request.headers.get('sec-fetch-site'))) return seeOther(signInPath({ returnTo }));
  const tried = await attempt('managed-login', request, caller);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const { url, state, nonce, verifier } = authorizationRequest(domain);
  return seeOther(url, [await storeTransaction({ purpose: 'managed-login', state, nonce, verifier, returnTo })]);
});
