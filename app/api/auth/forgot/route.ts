import * as v from 'valibot';
import { sha256 } from '@/lib/core/session/crypto-port.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { forgotPassword } from '@/lib/server/cognito/accounts.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { email } from '@/lib/server/http/fields.ts';
import { mailed } from '@/lib/server/http/mailed.ts';
import { publicRoute } from '@/lib/server/http/route.ts';

/** Whatever Cognito says about the account stays here; only an outage is told. */
export const POST = publicRoute({ body: v.strictObject({ email }) }, async ({ request, caller, body }) => {
  const tried = await attempt('forgot', request, caller, body.email);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const even = evenTime();
  const asked = await forgotPassword(body.email, caller);
  await even();
  if (!asked.ok && asked.fault === 'unavailable') {
    await tried.refund();
    return refuseUnavailable(5);
  }
  await audit({ kind: 'code-requested', emailHash: await sha256(crypto, body.email), device: caller.device, address: caller.address, detail: 'forgot' });
  return mailed(body.email);
});
