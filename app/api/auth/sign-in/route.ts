import * as v from 'valibot';
import { sha256 } from '@/lib/core/session/crypto-port.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { signInWithPassword } from '@/lib/server/cognito/sign-in.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { refuse, refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { email, password } from '@/lib/server/http/fields.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { continueSignIn } from '@/lib/server/session/continue-sign-in.ts';

const body = v.strictObject({ email, password, remember: v.optional(v.boolean(), false) });

/** "No such person", "wrong password", "not confirmed" and "must reset" are one answer. */
const WRONG = 'Address and password do not match, or the address still waits for its code; try again, or type `confirm` or `account`.';

export const POST = publicRoute({ body }, async ({ request, caller, body: { email: address, password: secret, remember } }) => {
  const tried = await attempt('sign-in', request, caller, address);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const even = evenTime();
  const reply = await signInWithPassword(address, secret, caller);
  if (reply.kind === 'refused') {
    if (reply.fault === 'unavailable') {
      await tried.refund();
      return refuseUnavailable(5);
    }
    // Cognito's own lock, which a stranger can set off: nothing was judged, so nothing counts.
    if (reply.fault === 'limit') {
      await tried.refund();
      return refuseTooMany(30);
    }
    await audit({ kind: 'sign-in-failed', emailHash: await sha256(crypto, address), device: caller.device, address: caller.address });
    await even();
    return refuse('wrong-credentials', WRONG);
  }
  await tried.refund();
  return continueSignIn(reply, { request, caller, email: address, remember, proof: 'password' });
});
