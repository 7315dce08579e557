import 'server-only';
import type { ChallengeKind } from '../cognito/sign-in.ts';
import { serverEnv } from '../env.ts';
import { answer } from '../http/answer.ts';

export interface QuestionDetails {
  /** `Set-Cookie` of the transaction that waits for the answer. */
  cookie: string;
  /** Where a code was mailed to; with the embedded cloud the reply names the outbox. */
  email?: string | undefined;
  /** With `totp-setup`. */
  secret?: string;
  uri?: string;
}

/** 200: accepted so far, and this is the next question. */
export function question(challenge: ChallengeKind, { cookie, email, secret, uri }: QuestionDetails): Response {
  const { outboxUrl } = serverEnv();
  const hasOutbox = challenge === 'email-code' && outboxUrl !== undefined && email !== undefined;
  return answer(200, {
    status: 'challenge', challenge, secret, uri, outbox: hasOutbox ? `${outboxUrl}?to=${encodeURIComponent(email)}` : undefined,
  }, [cookie]);
}
