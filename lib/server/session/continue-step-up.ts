import 'server-only';
import * as limits from '../../core/limits.ts';
import type { Proof, SessionFacts } from '../../core/session/session-record.ts';
import { audit } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { verifyIdToken } from '../cognito/id-token.ts';
import { revokeRefreshToken } from '../cognito/refresh.ts';
import type { SignInReply } from '../cognito/sign-in.ts';
import { answer, refuse, refuseUnavailable } from '../http/answer.ts';
import { refuseSession } from '../http/route.ts';
import { log } from '../observe/log.ts';
import { question } from './question.ts';
import { replaceSessionId } from './replace-session-id.ts';
import { clearTransaction, questionEnd, storeTransaction } from './transaction.ts';

export interface StepUp {
  request: Request;
  caller: Caller;
  session: SessionFacts;
  /** What was just proved; undefined for a password alone, which never lowers what the session has. */
  proof: Exclude<Proof, 'password'> | undefined;
}

const WRONG_PERSON = 'That proof belongs to another account than the one that is signed in; use your own.';

/**
 * What follows when Cognito accepted a proof: the next question, or the session stepped up. The tokens of the
 * proof are revoked whatever comes of it; the session goes on with its own. Throws `RedisUnavailable`.
 */
export async function continueStepUp(reply: Exclude<SignInReply, { kind: 'refused' }>, stepUp: StepUp): Promise<Response> {
  const { request, session } = stepUp;
  switch (reply.kind) {
    case 'unsupported':
      log('warn', 'step-up-unsupported', { challenge: reply.name });
      return refuse('forbidden', 'This account needs a step that can only be done while signing in; sign out, sign in again and come back.');
    case 'challenge': {
      const { challenge, cognitoSession, username } = reply;
      if (challenge !== 'totp' && challenge !== 'email-code') return continueStepUp({ kind: 'unsupported', name: challenge }, stepUp);
      const cookie = await storeTransaction({
        purpose: 'step-up', challenge, cognitoSession, username, tries: 0, endsAtMs: questionEnd(), session: session.id, user: session.user.id,
      });
      return question(challenge, { cookie, email: session.user.email });
    }
    case 'tokens': {
      const [who] = await Promise.all([verifyIdToken(reply.idToken), revokeRefreshToken(reply.tokens.refreshToken)]);
      if (who === 'unavailable' || who === 'invalid') return refuseUnavailable(5);
      if (who.userId !== session.user.id) {
        await noteFailure(stepUp, 'the proof of somebody else');
        return refuse('wrong-credentials', WRONG_PERSON, { setCookies: clearTransaction(request) });
      }
      return steppedUp(stepUp);
    }
  }
}

async function steppedUp({ request, caller, session, proof }: StepUp): Promise<Response> {
  const replaced = await replaceSessionId(session, { ...(proof !== undefined && { proof }), stepUp: true });
  if (replaced.kind === 'absent') return refuseSession({ kind: 'absent', reason: 'ended', hadCookie: true });
  if (replaced.kind === 'busy') return refuseUnavailable(2, 'Your session was busy with something else; give the proof again.');
  await audit({ kind: 'step-up', user: session.user.id, session: session.id, device: caller.device, address: caller.address, detail: proof ?? 'password' });
  const until = new Date(Date.now() + limits.stepUpMs).toISOString();
  return answer(200, { status: 'stepped-up', until }, [replaced.setCookie, ...clearTransaction(request)]);
}

export async function noteFailure({ caller, session }: Pick<StepUp, 'caller' | 'session'>, detail: string): Promise<void> {
  await audit({ kind: 'step-up-failed', user: session.user.id, session: session.id, device: caller.device, address: caller.address, detail });
}
