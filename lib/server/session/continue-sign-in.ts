import 'server-only';
import type { Proof } from '../../core/session/session-record.ts';
import { newRecoveryCodes } from '../account/recovery-codes.ts';
import { audit } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { verifyIdToken } from '../cognito/id-token.ts';
import { revokeRefreshToken } from '../cognito/refresh.ts';
import type { SignInReply } from '../cognito/sign-in.ts';
import { authenticatorUri } from '../cognito/software-token.ts';
import { answer, refuse, refuseUnavailable } from '../http/answer.ts';
import { log } from '../observe/log.ts';
import { question } from './question.ts';
import { startSession } from './start-session.ts';
import { clearTransaction, questionEnd, storeTransaction } from './transaction.ts';

export interface SignInStep {
  request: Request;
  caller: Caller;
  /** As typed, normalised; unknown when a passkey named the person. */
  email: string | undefined;
  remember: boolean;
  proof: Proof;
  /** An authenticator app was set up in this step: the person gets recovery codes with the session. */
  setUp?: boolean;
}

/** What follows when Cognito accepted a step of a sign-in: a session, or the next question. Throws `RedisUnavailable`. */
export async function continueSignIn(reply: Exclude<SignInReply, { kind: 'refused' }>, step: SignInStep): Promise<Response> {
  const { request, caller, email, remember, proof } = step;
  switch (reply.kind) {
    case 'unsupported':
      log('warn', 'sign-in-unsupported', { challenge: reply.name });
      return refuse('forbidden', 'This account needs a sign-in step that Selkie does not offer; ask whoever runs this site.');
    case 'challenge': {
      const { challenge, cognitoSession, username, secret } = reply;
      await audit({ kind: 'challenge', device: caller.device, address: caller.address, detail: challenge });
      const cookie = await storeTransaction({
        purpose: 'sign-in', challenge, cognitoSession, username, email, remember, tries: 0, endsAtMs: questionEnd(), firstFactor: false,
      });
      const setUp = secret === undefined ? {} : { secret, uri: authenticatorUri(email ?? username, secret) };
      return question(challenge, { ...setUp, email, cookie });
    }
    case 'tokens': {
      const who = await verifyIdToken(reply.idToken);
      if (who === 'unavailable') return refuseUnavailable(5);
      if (who === 'invalid') {
        log('warn', 'id-token-refused');
        return refuseUnavailable(60, 'The sign-in service answered something that cannot be trusted, so nobody was signed in; ask whoever runs this site.');
      }
      const cookies = await startSession({ request, caller, who, tokens: reply.tokens, proof, remember }).catch(async (error: unknown) => {
        // Nobody will ever use them.
        await revokeRefreshToken(reply.tokens.refreshToken);
        throw error;
      });
      const recoveryCodes = step.setUp ? await codesAfterSetUp(who.userId, caller) : {};
      const user = { id: who.userId, email: who.email };
      return answer(200, { status: 'signed-in', user, ...recoveryCodes }, [...cookies, ...clearTransaction(request)]);
    }
  }
}

/** The app is on by now, so without codes the person is still signed in, and makes new ones on the account page. */
async function codesAfterSetUp(userId: string, caller: Caller): Promise<{ recoveryCodes?: string[] }> {
  await audit({ kind: 'totp-on', user: userId, device: caller.device, address: caller.address, detail: 'at sign-in' });
  const recoveryCodes = await newRecoveryCodes(userId);
  if (recoveryCodes !== 'unavailable') return { recoveryCodes };
  log('warn', 'recovery-codes-not-stored');
  return {};
}
