import * as limits from '../../limits.ts';
import type { Proof } from '../session-record.ts';
import { RedisUnavailable, replyList, type RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

/**
 * The birth of a session. The cookie's former session, if any, ends in the same step, also when another tab has
 * replaced its id: a sign-in always starts from nothing, so an id planted before it is worth nothing after (session
 * fixation). Sign-in is open to anybody, so nothing has judged that cookie yet; an old copy sets off the alarm here.
 */
const SCRIPT = `${PRELUDE}
local h, id, user, email, mail, idle, abs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
-- A sign-in that was under way while the account was deleted.
if isGone(user) then return {'gone'} end
if exists('s:' .. h) or exists('x:' .. h) then
  -- The client repeats a call whose reply was lost.
  if field('s:' .. h, 'id') == id then return {'created', field('s:' .. h, 'abs')} end
  return {'taken'}
end
local former, steps, stolen = lead(ARGV[15])
local old, alarmed, family = '', '', ''
if former ~= '' and stolen then
  alarmed, family = alarm(former)
elseif former ~= '' then
  -- The data key of a replaced id opens nothing any more.
  if steps == 0 then old = get('t:' .. former) end
  drop(former)
end
redis.call('HSET', 's:' .. h, 'id', id, 'user', user, 'email', email, 'created', num(now), 'seen', num(now),
  'abs', num(now + abs), 'idle', num(idle), 'proof', ARGV[8], 'stepup', '0', 'device', ARGV[9], 'addr', ARGV[10],
  'groups', ARGV[11], 'remember', ARGV[12], 'gen', '1', 'epoch', epochOf(user), 'nonce', '')
local life = num(math.min(idle, abs))
redis.call('PEXPIRE', 's:' .. h, life)
redis.call('SET', 't:' .. h, ARGV[13], 'PX', life)
local set = 'u:' .. user .. ':s'
redis.call('ZADD', set, num(now), h)
local over = redis.call('ZCARD', set) - tonumber(ARGV[14])
if over > 0 then
  for _, last in ipairs(redis.call('ZRANGE', set, '0', num(over - 1))) do
    drop(last)
    redis.call('ZREM', set, last)
  end
end
local mailKey = 'e:' .. mail
redis.call('SET', mailKey, user, 'PX', num(math.max(abs, redis.call('PTTL', mailKey))))
if redis.call('PTTL', set) < abs then redis.call('PEXPIRE', set, num(abs)) end
local known = redis.call('ZSCORE', 'people', user)
local latest = now + abs
if type(known) == 'string' then latest = math.max(latest, tonumber(known)) end
redis.call('ZADD', 'people', num(latest), user)
redis.call('ZREMRANGEBYSCORE', 'people', '-inf', num(now))
if redis.call('PTTL', 'people') < abs then redis.call('PEXPIRE', 'people', num(abs)) end
return {'created', num(now + abs), old, alarmed, family}
`;

export interface NewSession {
  hash: string;
  id: string;
  user: { id: string; email: string };
  emailHash: string;
  idleMs: number;
  absoluteMs: number;
  proof: Proof;
  device: string;
  address: string;
  groups: string[];
  remembered: boolean;
  envelope: string;
  /** H of the secret id that the cookie held before, whether or not that was replaced since. */
  formerHash: string | undefined;
}

export interface CreatedSession {
  expiresAtMs: number;
  /** Token envelope of the former session, if that was alive under the cookie's own id; else ''. */
  formerEnvelope: string;
  /** Set when the former cookie was an old copy: the session it leads to has ended. */
  alarm?: { user: string; session: string };
}

/** Throws `RedisUnavailable`. */
export async function createSession(redis: RedisPort, session: NewSession): Promise<CreatedSession> {
  const [status, expires, formerEnvelope = '', user = '', alarmed = ''] = replyList(await redis.eval(SCRIPT, [`s:${session.hash}`, `t:${session.hash}`], [
    session.hash, session.id, session.user.id, session.user.email, session.emailHash, String(session.idleMs),
    String(session.absoluteMs), session.proof, session.device, session.address, session.groups.join(' '),
    session.remembered ? '1' : '0', session.envelope, String(limits.sessionsPerPerson), session.formerHash ?? '',
  ]));
  if (status === 'gone') throw new RedisUnavailable('the account was deleted');
  if (status !== 'created') throw new RedisUnavailable('the new session id is taken');
  return { expiresAtMs: Number(expires), formerEnvelope, ...(user !== '' && { alarm: { user, session: alarmed } }) };
}
