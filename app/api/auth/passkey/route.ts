import * as v from 'valibot';
import { clearCookie } from '@/lib/core/session/cookies.ts';
import { sha256 } from '@/lib/core/session/crypto-port.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { finishPasskey, passkeyCredential } from '@/lib/server/cognito/passkey-sign-in.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { refuse, refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { continueSignIn } from '@/lib/server/session/continue-sign-in.ts';
import { askAgain, takeSignIn } from '@/lib/server/session/transaction.ts';

const OVER = 'This sign-in has ended or took too long; start again.';
/** Also for a name that has no passkey, or is nobody's. */
const WRONG = 'That passkey does not open this account; try again, or sign in with your password.';

/** A wrong answer ends the question: an honest one is never nearly right. */
export const POST = publicRoute({ body: v.strictObject({ credential: passkeyCredential }) }, async ({ request, caller, body: { credential } }) => {
  const setCookies = [clearCookie('transaction', serverEnv().cookie)];
  const transaction = await takeSignIn(request);
  if (transaction?.challenge !== 'passkey') return refuse('not-signed-in', OVER, { setCookies });
  const { email, remember } = transaction;
  const keep = async (refusal: Response) => await askAgain(transaction, refusal) ?? refuse('not-signed-in', OVER, { setCookies });
  const tried = await attempt('passkey', request, caller, email);
  if (tried.kind === 'refused') return keep(refuseTooMany(tried.retryAfterSeconds));
  const even = evenTime();
  const reply = await finishPasskey(transaction, credential, caller);
  if (reply.kind !== 'refused') {
    await tried.refund();
    return continueSignIn(reply, { request, caller, email, remember, proof: 'passkey' });
  }
  if (reply.fault === 'unavailable') {
    await tried.refund();
    return keep(refuseUnavailable(5));
  }
  await audit({
    kind: 'sign-in-failed', ...(email !== undefined && { emailHash: await sha256(crypto, email) }), device: caller.device, address: caller.address, detail: 'passkey',
  });
  await even();
  return refuse('wrong-credentials', WRONG, { setCookies });
});
