import 'server-only';
import * as limits from '../../core/limits.ts';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { refuse } from '../http/answer.ts';

/**
 * Undefined when the person proved who they are within the last `limits.stepUpMs`, else the refusal. A sign-in
 * is not a step-up. The proof's time is Redis's, "now" is this server's: a wrong clock here shifts the ten minutes
 * by its error; past the tolerance into the future the proof counts for nothing, so that a slow clock does not keep it open.
 */
export function requireStepUp(session: SessionFacts, nowMs: number = Date.now()): Response | undefined {
  return steppedUpUntil(session, nowMs) === undefined ? refuse('step-up-required', 'This needs a fresh proof that it is you; give your password or passkey again, then repeat.') : undefined;
}

/** For what is sensitive but not destructive: a young session will do, an old one has to step up. */
export function requireRecentProof(session: SessionFacts, nowMs: number = Date.now()): Response | undefined {
  return nowMs - session.createdAtMs < limits.sensitiveAgeMs ? undefined : requireStepUp(session, nowMs);
}

/** End of the step-up, milliseconds since 1970; undefined without a current one. */
export function steppedUpUntil(session: SessionFacts, nowMs: number = Date.now()): number | undefined {
  const { stepUpAtMs } = session;
  const isCurrent = stepUpAtMs > 0 && stepUpAtMs <= nowMs + CLOCK_TOLERANCE_MS && nowMs < stepUpAtMs + limits.stepUpMs;
  return isCurrent ? stepUpAtMs + limits.stepUpMs : undefined;
}

const CLOCK_TOLERANCE_MS = 60_000;
