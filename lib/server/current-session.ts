import 'server-only';
import { headers } from 'next/headers';
import { readCookie } from '../core/session/cookies.ts';
import { sha256 } from '../core/session/crypto-port.ts';
import { HAND_OVER_HEADER, verifyHandOver } from '../core/session/hand-over.ts';
import { RedisUnavailable, RETRY_AFTER_SECONDS } from '../core/session/redis-port.ts';
import type { HeaderReader } from '../core/session/same-origin.ts';
import type { SessionSeal } from '../core/session/seal.ts';
import { checkSession } from '../core/session/scripts/check-session.ts';
import type { SessionFacts } from '../core/session/session-record.ts';
import { auditAlarm } from './audit.ts';
import { serverEnv } from './env.ts';
import { keyRing } from './keys.ts';
import { countSessionCheck, noteSession } from './observe/note-session.ts';
import { redis } from './redis.ts';
import { unsealSession } from './seals.ts';

/**
 * The second door. Every handler, page and server action asks here whose request it is; whether the
 * middleware ran does not matter for the answer, only for its price: with its hand-over no trip to Redis,
 * without one trip. Three answers, never two: "nobody" and "not known right now" must not be confused.
 */
export type CurrentSession =
  | { kind: 'live'; session: SessionFacts }
  | { kind: 'absent'; reason: AbsentReason; hadCookie: boolean }
  | { kind: 'unknown'; retryAfterSeconds: number };

export type AbsentReason = 'no-cookie' | 'ended' | 'revoked' | 'expired' | 'theft';

/** The cookie's content lives beside the facts, not in them, so that nothing that sends facts out can send it. */
const seals = new WeakMap<SessionFacts, { seal: SessionSeal; throughGrace: boolean }>();

/** The secrets of a session that `currentSession` found. `throughGrace`: its data key is the replaced one. */
export function secretsOf(session: SessionFacts): { seal: SessionSeal; throughGrace: boolean } {
  const found = seals.get(session);
  if (found === undefined) throw new Error('These facts did not come from currentSession().');
  return found;
}

/** For pages and server actions without an argument; handlers pass their request, which binds the hand-over tighter. */
export async function currentSession(request?: Request): Promise<CurrentSession> {
  const found = request === undefined
    ? await findSession(await headers(), {})
    : await findSession(request.headers, { method: request.method, path: new URL(request.url).pathname });
  noteSession(found.kind);
  return found;
}

async function findSession(source: HeaderReader, binding: { method?: string; path?: string }): Promise<CurrentSession> {
  const cookie = readCookie(source.get('cookie'), 'session', serverEnv().cookie);
  const seal = await unsealSession('seal-session', cookie.value);
  if (seal === undefined) return { kind: 'absent', reason: cookie.present ? 'ended' : 'no-cookie', hadCookie: cookie.present };
  const cookieHash = await sha256(crypto, seal.id);
  const handOver = await verifyHandOver(crypto, keyRing(), source.get(HAND_OVER_HEADER), { cookieHash, ...binding }, Date.now());
  if (handOver !== undefined) return live(handOver.session, seal, handOver.throughGrace);
  try {
    const check = await checkSession(redis(), cookieHash).catch((error: unknown) => {
      countSessionCheck('unknown');
      throw error;
    });
    countSessionCheck(check.kind);
    if (check.kind === 'live') return live(check.session, seal, check.throughGrace);
    if (check.reason === 'theft' && check.alarm) await auditAlarm(check.alarm);
    return { kind: 'absent', reason: check.reason, hadCookie: true };
  } catch (error) {
    if (error instanceof RedisUnavailable) return { kind: 'unknown', retryAfterSeconds: RETRY_AFTER_SECONDS };
    throw error;
  }
}

function live(session: SessionFacts, seal: SessionSeal, throughGrace: boolean): CurrentSession {
  seals.set(session, { seal, throughGrace });
  return { kind: 'live', session };
}
