import 'server-only';
import { clearCookie } from '../../core/session/cookies.ts';
import type { Proof } from '../../core/session/session-record.ts';
import { audit, logLine } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { verifyIdToken } from '../cognito/id-token.ts';
import { revokeRefreshToken } from '../cognito/refresh.ts';
import type { SignInReply } from '../cognito/sign-in.ts';
import { serverEnv } from '../env.ts';
import { answer, refuse, refuseUnavailable } from '../http/answer.ts';
import { startSession } from './start-session.ts';
import { storeTransaction } from './transaction.ts';

export interface SignInStep {
  request: Request;
  caller: Caller;
  /** As typed, normalised. */
  email: string;
  remember: boolean;
  proof: Proof;
}

/** What follows when Cognito accepted a step of a sign-in: a session, or the next question. Throws `RedisUnavailable`. */
export async function continueSignIn(reply: Exclude<SignInReply, { kind: 'refused' }>, step: SignInStep): Promise<Response> {
  const { request, caller, email, remember, proof } = step;
  switch (reply.kind) {
    case 'unsupported':
      logLine('sign-in-unsupported', { challenge: reply.name });
      return refuse('forbidden', 'This account needs a sign-in step that Selkie does not offer; ask whoever runs this site.');
    case 'challenge': {
      const { challenge, cognitoSession, username } = reply;
      await audit({ kind: 'challenge', device: caller.device, address: caller.address, detail: challenge });
      const cookie = await storeTransaction({ challenge, cognitoSession, username, email, remember, tries: 0 });
      return answer(200, { status: 'challenge', challenge }, [cookie]);
    }
    case 'tokens': {
      const who = await verifyIdToken(reply.idToken);
      if (who === 'unavailable') return refuseUnavailable(5);
      if (who === 'invalid') {
        logLine('id-token-refused');
        return refuseUnavailable(60, 'The sign-in service answered something that cannot be trusted, so nobody was signed in; ask whoever runs this site.');
      }
      const cookies = await startSession({ request, caller, who, tokens: reply.tokens, proof, remember }).catch(async (error: unknown) => {
        // Nobody will ever use them.
        await revokeRefreshToken(reply.tokens.refreshToken);
        throw error;
      });
      const done = request.headers.get('cookie')?.includes('tx=') ? [clearCookie('transaction', serverEnv().cookie)] : [];
      return answer(200, { status: 'signed-in', user: { id: who.userId, email: who.email } }, [...cookies, ...done]);
    }
  }
}
