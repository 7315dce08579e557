import * as v from 'valibot';
import { sha256 } from '@/lib/core/session/crypto-port.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { beginEmailCode } from '@/lib/server/cognito/user-auth.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { email } from '@/lib/server/http/fields.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { question } from '@/lib/server/session/question.ts';
import { questionEnd, storeTransaction } from '@/lib/server/session/transaction.ts';

const body = v.strictObject({ email, remember: v.optional(v.boolean(), false) });

/** A question for every address; only where there is an account does a mail go out, and a code that is right exist. */
export const POST = publicRoute({ body }, async ({ request, caller, body: { email: address, remember } }) => {
  const tried = await attempt('email-code', request, caller, address);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const even = evenTime();
  const begun = await beginEmailCode(address, caller);
  await even();
  if (begun === 'unavailable') {
    await tried.refund();
    return refuseUnavailable(5);
  }
  await audit({ kind: 'code-requested', emailHash: await sha256(crypto, address), device: caller.device, address: caller.address, detail: 'sign-in' });
  const cookie = await storeTransaction({
    purpose: 'sign-in', challenge: 'email-code', ...begun, email: address, remember, tries: 0, endsAtMs: questionEnd(), firstFactor: true,
  });
  return question('email-code', { email: address, cookie });
});
