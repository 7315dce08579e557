import { timingSafeEqual } from 'node:crypto';
import { finishSignIn } from '../finish-sign-in.ts';
import { requireMaySignIn } from '../flows/require-may-sign-in.ts';
import { poolNameOf } from '../pool.ts';
import { refuse } from '../service-error.ts';
import { expectedClaim } from '../srp.ts';
import { secretBlockOf } from './begin-password-verifier.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

/** How far the client's clock may be off; AWS refuses a wrong one and names no number. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/**
 * `PASSWORD_VERIFIER`, the second half of SRP: PASSWORD_CLAIM_SIGNATURE, PASSWORD_CLAIM_SECRET_BLOCK and TIMESTAMP of
 * API_RespondToAuthChallenge. Failures count in the same gate as plain passwords. Right or wrong, the session is used up:
 * SRP gives one guess per exchange.
 */
export const passwordVerifier: ChallengeAnswer = async ({ user, session, data, clientId, responses, consume }, pool) => {
  const { PASSWORD_CLAIM_SIGNATURE: claim, PASSWORD_CLAIM_SECRET_BLOCK: secretBlock, TIMESTAMP: timestamp } = responses;
  if (!claim) throw refuse.missing('PASSWORD_CLAIM_SIGNATURE');
  if (!secretBlock) throw refuse.missing('PASSWORD_CLAIM_SECRET_BLOCK');
  if (!timestamp) throw refuse.missing('TIMESTAMP');
  const saidMs = parseTimestamp(timestamp);
  consume();

  const { srp } = data;
  const isRight = async () => {
    if (srp === undefined || secretBlock !== secretBlockOf(session) || Math.abs(saidMs - pool.now()) > CLOCK_SKEW_MS) return false;
    const expected = Buffer.from(expectedClaim(srp, poolNameOf(pool.config), user.sub, Buffer.from(secretBlock, 'base64'), timestamp));
    const sent = Buffer.from(claim);
    // Not for a decoy, nor for a password that has been changed since the first half.
    const isCurrent = pool.users.find(user.sub) === user && user.password.srp?.verifier === srp.verifier;
    return sent.length === expected.length && timingSafeEqual(sent, expected) && isCurrent;
  };
  const verdict = await pool.gate.attempt(user.sub, isRight);
  if (verdict === 'locked') throw refuse.lockedOut();
  if (verdict === 'wrong') throw refuse.wrongCredentials();
  requireMaySignIn(pool, user);
  return finishSignIn(pool, user, { clientId });
};

/** `Sat Nov 21 12:00:00 UTC 2026`, the day without a leading zero, as AWS's own clients write it. */
function parseTimestamp(text: string): number {
  const parts = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([1-9]|[12]\d|3[01]) (\d\d:\d\d:\d\d) UTC (\d{4})$/.exec(text);
  const ms = parts === null ? Number.NaN : Date.parse(`${parts[2]} ${parts[1]} ${parts[4]} ${parts[3]} UTC`);
  if (Number.isNaN(ms)) throw refuse.invalid('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english');
  return ms;
}
