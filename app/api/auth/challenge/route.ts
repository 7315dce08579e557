import * as v from 'valibot';
import { clearCookie } from '@/lib/core/session/cookies.ts';
import { sha256 } from '@/lib/core/session/crypto-port.ts';
import type { Proof } from '@/lib/core/session/session-record.ts';
import { useRecoveryCode } from '@/lib/server/account/recovery-codes.ts';
import { attempt } from '@/lib/server/attempts.ts';
import { audit } from '@/lib/server/audit.ts';
import { answerChallenge, type ChallengeKind } from '@/lib/server/cognito/sign-in.ts';
import { deleteSoftwareToken } from '@/lib/server/cognito/software-token.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { evenTime } from '@/lib/server/even-time.ts';
import { answer, refuse, refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { code, password } from '@/lib/server/http/fields.ts';
import { refuseCognito } from '@/lib/server/http/refuse-cognito.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { refuseEasyPassword } from '@/lib/server/refuse-easy-password.ts';
import { continueSignIn } from '@/lib/server/session/continue-sign-in.ts';
import { clearTransaction, askAgain, takeSignIn } from '@/lib/server/session/transaction.ts';

const body = v.union([
  v.strictObject({ code }),
  v.strictObject({ newPassword: password }),
  v.strictObject({ recoveryCode: v.pipe(v.string(), v.minLength(1), v.maxLength(64)) }),
]);
type Field = 'code' | 'newPassword' | 'recoveryCode';

const STEPS: Readonly<Record<ChallengeKind, { proof: Proof; takes: readonly Field[]; otherwise: string }>> = {
  totp: { proof: 'totp', takes: ['code', 'recoveryCode'], otherwise: 'This step asks for the code of your authenticator app.' },
  'totp-setup': { proof: 'totp', takes: ['code'], otherwise: 'This step asks for the code of your authenticator app.' },
  'email-code': { proof: 'email-code', takes: ['code'], otherwise: 'This step asks for the code from the mail.' },
  'new-password': { proof: 'password', takes: ['newPassword'], otherwise: 'This step asks for a new password.' },
};

const OVER = 'This sign-in has ended or took too long; start again.';
const WRONG_RECOVERY_CODE = 'That recovery code is not right, or was used before; check it, or use another one.';

export const POST = publicRoute({ body }, async ({ request, caller, body: given }) => {
  const none = () => refuse('not-signed-in', OVER, { setCookies: [clearCookie('transaction', serverEnv().cookie)] });
  const transaction = await takeSignIn(request);
  if (transaction === undefined || transaction.challenge === 'passkey') return none();
  const { challenge, cognitoSession, username, email, remember, firstFactor } = transaction;
  const keep = async (refusal: Response) => await askAgain(transaction, refusal) ?? none();
  const step = STEPS[challenge];
  const [field, typed] = Object.entries(given)[0] as [Field, string];
  if (!step.takes.includes(field)) return keep(refuse('invalid-request', step.otherwise));
  const easy = field === 'newPassword' ? refuseEasyPassword(typed, email ?? '') : undefined;
  if (easy !== undefined) return keep(easy);
  // As a first factor a code is guessed as a password is, and Cognito's lock counts the two together.
  const tried = await attempt(firstFactor ? 'sign-in' : 'challenge', request, caller, email ?? username);
  if (tried.kind === 'refused') return keep(refuseTooMany(tried.retryAfterSeconds));
  const even = evenTime();
  const failed = async (detail: string) => audit({
    kind: 'challenge-failed', ...(email !== undefined && { emailHash: await sha256(crypto, email) }), device: caller.device, address: caller.address, detail,
  });

  if (field === 'recoveryCode') {
    const used = await useRecoveryCode(username, typed);
    if (used.kind === 'wrong') {
      await failed('recovery code');
      return keep(refuse('wrong-code', WRONG_RECOVERY_CODE));
    }
    await tried.refund();
    if (used.kind === 'unavailable') return keep(refuseUnavailable(5));
    await audit({ kind: 'recovery-code-used', user: username, device: caller.device, address: caller.address, detail: `${used.codesLeft} left` });
    const removed = await deleteSoftwareToken(username);
    if (!removed.ok) return keep(refuseUnavailable(5, 'The sign-in service does not answer, so your authenticator app is still on; try again in a moment, with another recovery code.'));
    return answer(200, { status: 'recovered', codesLeft: used.codesLeft }, clearTransaction(request));
  }

  const reply = await answerChallenge(challenge, cognitoSession, username, typed, caller);
  if (reply.kind !== 'refused') {
    await tried.refund();
    return continueSignIn(reply, { request, caller, email, remember, proof: step.proof, setUp: challenge === 'totp-setup' });
  }
  if (reply.fault === 'unavailable') {
    await tried.refund();
    return keep(refuseUnavailable(5));
  }
  await failed(challenge);
  if (firstFactor) {
    // Cognito says one thing of a wrong code, another of a used-up session, a third of an address without an account.
    await even();
    return keep(refuseCognito({ ...reply, fault: 'code-mismatch' }));
  }
  // Cognito's session string is spent by anything but a wrong code, one that was used before, a refused password, or its own lock.
  return ['code-mismatch', 'code-expired', 'password-policy', 'limit'].includes(reply.fault) ? keep(refuseCognito(reply)) : none();
});
