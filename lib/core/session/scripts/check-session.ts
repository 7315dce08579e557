import { parseSessionRecord, type SessionFacts } from '../session-record.ts';
import { statusReply, type RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

/**
 * Check and touch: the one round trip of every authenticated request. A replaced id still leads to its
 * successor for 10 s; after that only somebody with an old copy of the cookie can send it, so the session it
 * leads to ends, and the tombstone left there tells the person why. The touch is skipped while the last
 * one is fresh (60 s, or a tenth of the idle limit): a read costs the store less than a write.
 */
const SCRIPT = `${PRELUDE}
local h, steps, stolen, reason = lead(ARGV[1])
if h == '' then
  if stolen then reason = 'theft' end
  return {'absent', reason}
end
if stolen then
  local user, id = alarm(h)
  return {'absent', 'theft', user, id}
end
local grace = '0'
if steps > 0 then grace = '1' end
local why = fault(h)
if why ~= '' then
  drop(h)
  return {'absent', why}
end
local seen, idle = tonumber(field('s:' .. h, 'seen')), tonumber(field('s:' .. h, 'idle'))
if now - seen > math.min(60000, idle / 10) then
  redis.call('HSET', 's:' .. h, 'seen', num(now))
  local life = num(lifetime(h))
  redis.call('PEXPIRE', 's:' .. h, life)
  redis.call('PEXPIRE', 't:' .. h, life)
  redis.call('ZADD', 'u:' .. field('s:' .. h, 'user') .. ':s', num(now), h)
end
return list(record(h, {'live', grace, h}))
`;

export type SessionCheck =
  | { kind: 'live'; session: SessionFacts; throughGrace: boolean }
  /** `alarm` is set on the one request that set the alarm off. */
  | { kind: 'absent'; reason: 'ended' | 'revoked' | 'expired' | 'theft'; alarm?: { user: string; session: string } };

/** Throws `RedisUnavailable` for the third answer: nothing is known. */
export async function checkSession(redis: RedisPort, hash: string): Promise<SessionCheck> {
  const reply = statusReply(await redis.eval(SCRIPT, [`s:${hash}`, `x:${hash}`], [hash]), ['live', 'absent']);
  if (reply[0] === 'live') {
    return { kind: 'live', session: parseSessionRecord(reply[2] ?? '', reply.slice(3)), throughGrace: reply[1] === '1' };
  }
  const [, reason, user, session] = reply;
  if (reason === 'theft') return { kind: 'absent', reason, ...(user ? { alarm: { user, session: session ?? '' } } : {}) };
  return { kind: 'absent', reason: reason === 'revoked' || reason === 'expired' ? reason : 'ended' };
}
