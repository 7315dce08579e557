import * as v from 'valibot';
import { sha256 } from '@/lib/core/session/crypto-port.ts';
import { revokeAllByEmail } from '@/lib/core/session/scripts/revoke-session.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { resetPassword } from '@/lib/server/cognito/accounts.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { answer, refuseTooMany } from '@/lib/server/http/answer.ts';
import { code, email, password } from '@/lib/server/http/fields.ts';
import { refuseCognito } from '@/lib/server/http/refuse-cognito.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { redis } from '@/lib/server/redis.ts';
import { refuseEasyPassword } from '@/lib/server/refuse-easy-password.ts';

/** Who had to reset may have been robbed: every session of that person ends, on every device. */
export const POST = publicRoute({ body: v.strictObject({ email, code, password }) }, async ({ request, caller, body }) => {
  const easy = refuseEasyPassword(body.password, body.email);
  if (easy !== undefined) return easy;
  const tried = await attempt('reset', request, caller, body.email);
  if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
  const even = evenTime();
  const asked = await resetPassword(body.email, body.code, body.password, caller);
  if (!asked.ok) {
    await even();
    if (asked.fault === 'unavailable' || asked.fault === 'password-policy') await tried.refund();
    return refuseCognito(asked);
  }
  const emailHash = await sha256(crypto, body.email);
  const { ended } = await revokeAllByEmail(redis(), emailHash);
  await audit({ kind: 'password-reset', emailHash, device: caller.device, address: caller.address, detail: `${ended} sessions ended` });
  return answer(200, { next: 'sign-in' });
});
