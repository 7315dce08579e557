import * as v from 'valibot';
import { limits } from '@/lib/core/limits.ts';
import { clearCookie } from '@/lib/core/session/cookies.ts';
import { sha256 } from '@/lib/core/session/crypto-port.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { answerChallenge, type ChallengeKind } from '@/lib/server/cognito/sign-in.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { refuse, refuseTooMany } from '@/lib/server/http/answer.ts';
import { code, password } from '@/lib/server/http/fields.ts';
import { refuseCognito } from '@/lib/server/http/refuse-cognito.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import type { Proof } from '@/lib/core/session/session-record.ts';
import { continueSignIn } from '@/lib/server/session/continue-sign-in.ts';
import { storeTransaction, takeRequestTransaction } from '@/lib/server/session/transaction.ts';

const body = v.union([v.strictObject({ code }), v.strictObject({ newPassword: password })]);

const PROOFS: Readonly<Record<ChallengeKind, Proof>> = { totp: 'totp', 'totp-setup': 'totp', 'email-code': 'email-code', 'new-password': 'password' };

const OVER = 'This sign-in has ended or took too long; start again with address and password.';

export const POST = publicRoute({ body }, async ({ request, caller, body: given }) => {
  const none = () => refuse('not-signed-in', OVER, { setCookies: [clearCookie('transaction', serverEnv().cookie)] });
  const transaction = await takeRequestTransaction(request);
  if (transaction === undefined) return none();
  const { challenge, cognitoSession, username, email, remember, tries } = transaction;
  const again = async () => (tries + 1 < limits.transactionTries ? storeTransaction({ ...transaction, tries: tries + 1 }) : undefined);
  const keep = async (refusal: Response) => {
    const cookie = await again();
    if (cookie === undefined) return none();
    refusal.headers.append('Set-Cookie', cookie);
    return refusal;
  };
  const answer = 'code' in given ? given.code : given.newPassword;
  if ('code' in given === (challenge === 'new-password')) {
    return keep(refuse('invalid-request', challenge === 'new-password' ? 'This step asks for a new password.' : 'This step asks for a code.'));
  }
  const tried = await attempt('challenge', request, caller, email);
  if (tried.kind === 'refused') return keep(refuseTooMany(tried.retryAfterSeconds));
  const reply = await answerChallenge(challenge, cognitoSession, username, answer);
  if (reply.kind !== 'refused') {
    await tried.refund();
    return continueSignIn(reply, { request, caller, email, remember, proof: PROOFS[challenge] });
  }
  await audit({ kind: 'challenge-failed', emailHash: await sha256(crypto, email), device: caller.device, address: caller.address, detail: challenge });
  // Cognito's session string is spent by anything but a wrong code, a refused password, or an outage.
  if (!['code-mismatch', 'password-policy', 'unavailable'].includes(reply.fault)) return none();
  return keep(refuseCognito(reply));
});
