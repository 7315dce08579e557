import 'server-only';
import type { Proof, SessionFacts } from '../../core/session/session-record.ts';
import { accessToken } from '../session/access-token.ts';
import { replaceSessionId } from '../session/replace-session-id.ts';
import { answer, refuseUnavailable } from './answer.ts';
import { refuseSession } from './route.ts';

/** The session's access token for `run`, or the refusal: 503 when it can't be had now, 401 when Cognito ended the sign-in. */
export async function withAccess(session: SessionFacts, run: (accessToken: string) => Promise<Response>): Promise<Response> {
  const token = await accessToken(session);
  if (token.kind === 'unknown') return refuseUnavailable(token.retryAfterSeconds);
  if (token.kind === 'ended') return ENDED();
  return run(token.accessToken);
}

/** The answer to a change of factors or a proof: with a new session id, unless a parallel request was first with that. */
export async function answerWithNewId(
  session: SessionFacts, change: { proof?: Proof; stepUp: boolean }, status: number, body: unknown, setCookies: readonly string[] = [],
): Promise<Response> {
  const replaced = await replaceSessionId(session, change);
  if (replaced.kind === 'absent') return ENDED();
  return answer(status, body, [...(replaced.kind === 'replaced' ? [replaced.setCookie] : []), ...setCookies]);
}

const ENDED = () => refuseSession({ kind: 'absent', reason: 'ended', hadCookie: true });
