import * as v from 'valibot';
import { attempt } from '@/lib/server/attempts.ts';
import { finishPasskey, passkeyCredential } from '@/lib/server/cognito/passkey-sign-in.ts';
import { answerChallenge, signInWithPassword, type SignInReply } from '@/lib/server/cognito/sign-in.ts';
import { refuse, refuseTooMany, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { code, password } from '@/lib/server/http/fields.ts';
import { refuseCognito } from '@/lib/server/http/refuse-cognito.ts';
import { sessionRoute } from '@/lib/server/http/route.ts';
import { continueStepUp, noteFailure } from '@/lib/server/session/continue-step-up.ts';
import { clearTransaction, askAgain, takeStepUp } from '@/lib/server/session/transaction.ts';

const body = v.union([v.strictObject({ password }), v.strictObject({ code }), v.strictObject({ credential: passkeyCredential })]);

const OVER = 'This proof has ended or took too long; start again with your password or passkey.';

/**
 * A fresh proof for sensitive acts: Cognito is asked again, as at a sign-in, for the person of this session and
 * nobody else. The code and the passkey answer a question that this very session asked.
 */
export const POST = sessionRoute({ body }, async ({ request, caller, session, body: given }) => {
  const over = () => refuse('expired-code', OVER, { setCookies: clearTransaction(request) });
  const failed = (detail: string) => noteFailure({ caller, session }, detail);

  if ('password' in given) {
    const tried = await attempt('step-up', request, caller, session.user.email, session);
    if (tried.kind === 'refused') return refuseTooMany(tried.retryAfterSeconds);
    const reply = await signInWithPassword(session.user.id, given.password, caller);
    // Cognito's own lock judges nothing, and an outage neither.
    if (reply.kind !== 'refused' || reply.fault === 'unavailable' || reply.fault === 'limit') await tried.refund();
    if (reply.kind !== 'refused') return continueStepUp(reply, { request, caller, session, proof: undefined });
    if (reply.fault === 'unavailable') return refuseUnavailable(5);
    if (reply.fault === 'limit') return refuseTooMany(30);
    await failed('password');
    return refuse('wrong-credentials', 'That password is not right; nothing was changed.');
  }

  const question = await takeStepUp(request, session);
  const isPasskey = 'credential' in given;
  if (question === undefined || isPasskey !== (question.challenge === 'passkey')) return over();
  const { challenge, cognitoSession, username } = question;
  const again = async (refusal: Response) => await askAgain(question, refusal) ?? over();
  const tried = await attempt(isPasskey ? 'passkey' : 'challenge', request, caller, session.user.email, session);
  if (tried.kind === 'refused') return again(refuseTooMany(tried.retryAfterSeconds));
  let reply: SignInReply;
  if (isPasskey) reply = await finishPasskey({ cognitoSession, username }, given.credential, caller);
  else if (challenge === 'totp' || challenge === 'email-code') reply = await answerChallenge(challenge, cognitoSession, username, given.code, caller);
  else return over();
  if (reply.kind !== 'refused' || reply.fault === 'unavailable') await tried.refund();
  if (reply.kind !== 'refused') {
    return continueStepUp(reply, { request, caller, session, proof: isPasskey ? 'passkey' : challenge === 'totp' ? 'totp' : 'email-code' });
  }
  if (reply.fault === 'unavailable') return again(refuseUnavailable(5));
  await failed(challenge);
  // A passkey's challenge is spent by any answer; a code's question by anything but a wrong code.
  if (isPasskey) return refuse('wrong-credentials', 'That passkey was not accepted; nothing was changed.', { setCookies: clearTransaction(request) });
  return reply.fault === 'code-mismatch' || reply.fault === 'limit' ? again(refuseCognito(reply)) : over();
});
