import * as v from 'valibot';
import { attempt } from '@/lib/server/attempts.ts';
import { beginPasskey } from '@/lib/server/cognito/passkey-sign-in.ts';
import { answer, refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { questionEnd, storeTransaction } from '@/lib/server/session/transaction.ts';

/** The first half of a step-up by passkey, bound to this session. Without a passkey it is a question that nobody can answer. */
export const POST = sessionRoute({ body: v.strictObject({}) }, async ({ request, caller, session }) => {
  const tried = await attempt('passkey', request, caller, session.user.email, session);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const begun = await beginPasskey(session.user.id, caller);
  if (begun === 'unavailable') {
    await tried.refund();
    return refuseUnavailable(5);
  }
  const { publicKey, cognitoSession, username } = begun;
  const cookie = await storeTransaction({
    purpose: 'step-up', challenge: 'passkey', cognitoSession, username, tries: 0, endsAtMs: questionEnd(), session: session.id, user: session.user.id,
  });
  return answer(200, { publicKey }, [cookie]);
});
