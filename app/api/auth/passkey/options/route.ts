import * as v from 'valibot';
import { attempt } from '@/lib/server/attempts.ts';
import { beginPasskey, parseUserHandle } from '@/lib/server/cognito/passkey-sign-in.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { answer, refuse, refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { email } from '@/lib/server/http/fields.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { questionEnd, storeTransaction } from '@/lib/server/session/transaction.ts';

const remember = v.optional(v.boolean(), false);
const body = v.union([
  v.strictObject({ email, remember }),
  // WebAuthn Level 3, 5.4.3: a user handle is at most 64 bytes.
  v.strictObject({ user: v.pipe(v.string(), v.regex(/^[\w-]{1,86}$/)), remember }),
]);

/** A question for every name; without an account or a passkey nobody can answer it. */
export const POST = publicRoute({ body }, async ({ request, caller, body: given }) => {
  const address = 'email' in given ? given.email : undefined;
  const username = 'email' in given ? given.email : parseUserHandle(given.user);
  if (username === undefined) return refuse('invalid-request', 'That passkey is not one of this site; use another one, or your password.');
  const tried = await attempt('passkey', request, caller, address);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const even = evenTime();
  const begun = await beginPasskey(username, caller);
  await even();
  if (begun === 'unavailable') {
    await tried.refund();
    return refuseUnavailable(5);
  }
  const cookie = await storeTransaction({
    purpose: 'sign-in', challenge: 'passkey', cognitoSession: begun.cognitoSession, username: begun.username, email: address,
    remember: given.remember, tries: 0, endsAtMs: questionEnd(), firstFactor: true,
  });
  return answer(200, { publicKey: begun.publicKey }, [cookie]);
});
