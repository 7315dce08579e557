import 'server-only';
import { attemptCounters, type AttemptKind } from '../core/session/attempt-policy.ts';
import { readCookie } from '../core/session/cookies.ts';
import { randomToken, sha256 } from '../core/session/crypto-port.ts';
import { countAttempt, refundAttempt } from '../core/session/scripts/count-attempt.ts';
import type { Caller } from './caller.ts';
import { serverEnv } from './env.ts';
import { counterName } from './keys.ts';
import { redis } from './redis.ts';
import { unsealDevice } from './seals.ts';

export type Attempt =
  /** `refund`: it was no guess after all (it succeeded, or nobody judged it). */
  | { kind: 'admitted'; refund(): Promise<void> }
  | { kind: 'refused'; retryAfterSeconds: number };

/**
 * Counts before the work. `session`: a live session of this very account, which is as good as a known device: a
 * stranger's guesses must not keep its person from a step-up. Throws `RedisUnavailable`: without counters nobody
 * knocks (503, never open).
 */
export async function attempt(kind: AttemptKind, request: Request, caller: Caller, email?: string, session?: { id: string }): Promise<Attempt> {
  const account = email === undefined ? undefined : await counterName(`account ${email}`);
  const device = email === undefined ? undefined : (await knownDevice(request, email)) ?? session?.id;
  const counters = attemptCounters(kind, {
    address: caller.counter,
    ...(account !== undefined && { account }),
    ...(device !== undefined && { knownDevice: device }),
  });
  const word = randomToken(crypto, 9);
  const waitMs = await countAttempt(redis(), counters, word);
  if (waitMs > 0) return { kind: 'refused', retryAfterSeconds: Math.ceil(waitMs / 1000) };
  return {
    kind: 'admitted',
    // Losing a refund costs the person one of their tries, not the sign-in.
    refund: () => refundAttempt(redis(), counters, word).catch(() => undefined),
  };
}

async function knownDevice(request: Request, email: string): Promise<string | undefined> {
  const cookie = readCookie(request.headers.get('cookie'), 'device', serverEnv().cookie);
  const device = await unsealDevice(cookie.value);
  return device !== undefined && device.account === (await sha256(crypto, email)) ? device.id : undefined;
}
