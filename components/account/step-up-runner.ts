import type { AccountFailure, AccountReply, StepUpReply } from '@/lib/client/account.ts';

/** The person closed the question; nothing was done and nothing has to be said but that. */
export interface Cancelled {
  ok: false;
  code: 'cancelled';
  message: string;
}

export type SteppedReply<T> = AccountReply<T> | Cancelled;

const CANCELLED: Cancelled = { ok: false, code: 'cancelled', message: 'Nothing was changed.' };

/**
 * Does `act`; when the server wants a fresh proof first, asks the person for it (`prove`: true once the server took
 * it) and does `act` once more. A second "step-up needed" is answered as it came: asking in a circle helps nobody.
 */
export async function runWithStepUp<T>(act: () => Promise<AccountReply<T>>, prove: () => Promise<boolean>): Promise<SteppedReply<T>> {
  const reply = await act();
  if (reply.ok || reply.code !== 'step-up-required') return reply;
  return (await prove()) ? act() : CANCELLED;
}

/** What the question shows. `outbox`: where the embedded cloud delivered the code. */
export type StepUpStage =
  | { kind: 'password' }
  | { kind: 'code'; challenge: 'totp' | 'email-code'; outbox: string | undefined }
  | { kind: 'proved' }
  /** The server asks something that nobody can answer in this question. */
  | { kind: 'stuck'; message: string };

/** Where the server's answer to a proof leads. */
export function stageAfter(reply: StepUpReply): StepUpStage {
  if (reply.status === 'stepped-up') return { kind: 'proved' };
  const { challenge, outbox } = reply;
  if (challenge === 'totp' || challenge === 'email-code') return { kind: 'code', challenge, outbox };
  return { kind: 'stuck', message: 'Your account asks for a step that can only be done while signing in; sign out, sign in again and come back.' };
}

/** Where a refusal leads: to the password again when the proof under way has ended, else nowhere. */
export function stageAfterRefusal(stage: StepUpStage, { code }: AccountFailure): StepUpStage {
  const isOver = code === 'expired-code' || code === 'not-signed-in' || code === 'not-found';
  return stage.kind === 'code' && isOver ? { kind: 'password' } : stage;
}
