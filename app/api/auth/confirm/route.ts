import * as v from 'valibot';
import { sha256 } from '@/lib/core/session/crypto-port.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { confirmSignUp } from '@/lib/server/cognito/accounts.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { answer, refuseTooMany } from '@/lib/server/http/answer.ts';
import { code, email } from '@/lib/server/http/fields.ts';
import { refuseCognito } from '@/lib/server/http/refuse-cognito.ts';
import { publicRoute } from '@/lib/server/http/route.ts';

export const POST = publicRoute({ body: v.strictObject({ email, code }) }, async ({ request, caller, body }) => {
  const tried = await attempt('confirm', request, caller, body.email);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const even = evenTime();
  const asked = await confirmSignUp(body.email, body.code, caller);
  if (!asked.ok) {
    await even();
    if (asked.fault === 'unavailable') await tried.refund();
    return refuseCognito(asked);
  }
  await audit({ kind: 'confirmed', emailHash: await sha256(crypto, body.email), device: caller.device, address: caller.address });
  return answer(200, { next: 'sign-in' });
});
