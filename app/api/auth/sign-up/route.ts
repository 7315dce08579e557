import * as v from 'valibot';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { signUp } from '@/lib/server/cognito/accounts.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { refuseTooMany } from '@/lib/server/http/answer.ts';
import { email, password } from '@/lib/server/http/fields.ts';
import { mailed } from '@/lib/server/http/mailed.ts';
import { refuseCognito } from '@/lib/server/http/refuse-cognito.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { refuseEasyPassword } from '@/lib/server/refuse-easy-password.ts';

/** A taken address is answered as a free one: in words, status and time. */
export const POST = publicRoute({ body: v.strictObject({ email, password }) }, async ({ request, caller, body }) => {
  const easy = refuseEasyPassword(body.password, body.email);
  if (easy !== undefined) return easy;
  const tried = await attempt('sign-up', request, caller, body.email);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const even = evenTime();
  const asked = await signUp(body.email, body.password, caller);
  await even();
  if (!asked.ok && asked.fault !== 'exists') {
    await tried.refund();
    return refuseCognito(asked);
  }
  await audit({ kind: 'sign-up', device: caller.device, address: caller.address });
  return mailed(body.email, { next: 'confirm' });
});
