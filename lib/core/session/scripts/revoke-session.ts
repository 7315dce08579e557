import { RedisUnavailable, replyList, statusReply, type RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

const BY_COOKIE = `${PRELUDE}
local h = lead(ARGV[1])
if h == '' then return {'absent'} end
local reply = {'revoked', field('s:' .. h, 'user'), field('s:' .. h, 'id'), h, get('t:' .. h)}
drop(h)
return reply
`;

const BY_ID = `${PRELUDE}
local user, id = ARGV[1], ARGV[2]
for _, h in ipairs(redis.call('ZRANGE', 'u:' .. user .. ':s', '0', '-1')) do
  if field('s:' .. h, 'user') == user and field('s:' .. h, 'id') == id then
    drop(h)
    return {'revoked'}
  end
end
return {'absent'}
`;

/**
 * Everywhere signed out is one increment; the deletions after it only free the room. Another tab may have replaced
 * the kept session's id since the caller found it; what only an old copy of a cookie can name is not kept.
 */
const ALL = `${PRELUDE}
local user = ARGV[1]
if user == '' then user = get('e:' .. ARGV[3]) end
if user == '' then return {'0', ''} end
local epoch = num(tonumber(epochOf(user)) + 1)
local keep, _, stolen = lead(ARGV[2])
local keeps = keep ~= '' and not stolen and field('s:' .. keep, 'user') == user and fault(keep) == ''
redis.call('INCR', 'u:' .. user .. ':epoch')
local ended = 0
for _, h in ipairs(redis.call('ZRANGE', 'u:' .. user .. ':s', '0', '-1')) do
  if not (keeps and h == keep) then
    if exists('s:' .. h) then ended = ended + 1 end
    drop(h)
    redis.call('ZREM', 'u:' .. user .. ':s', h)
  end
end
if keeps then redis.call('HSET', 's:' .. keep, 'epoch', epoch) end
return {num(ended), user}
`;

const REVOKED = ['revoked', 'absent'] as const;

export interface RevokedSession {
  user: string;
  id: string;
  /** H of the record that ended: the one the envelope is bound to. */
  hash: string;
  envelope: string;
}

/** Ends the session that a cookie names, also through a replaced id. Undefined when it had ended already. */
export async function revokeSession(redis: RedisPort, hash: string): Promise<RevokedSession | undefined> {
  const [status, user = '', id = '', live = '', envelope = ''] = statusReply(await redis.eval(BY_COOKIE, [`s:${hash}`], [hash]), REVOKED);
  return status === 'revoked' ? { user, id, hash: live, envelope } : undefined;
}

/** Ends one of the person's sessions by its public id; false when that person has no such session. */
export async function revokeSessionById(redis: RedisPort, userId: string, id: string): Promise<boolean> {
  return statusReply(await redis.eval(BY_ID, [`u:${userId}:s`], [userId, id]), REVOKED)[0] === 'revoked';
}

/** Ends every session of a person, except `keepHash`; answers how many ended. */
export async function revokeAllSessions(redis: RedisPort, userId: string, keepHash?: string): Promise<number> {
  return endedOf(await redis.eval(ALL, [`u:${userId}:s`], [userId, keepHash ?? '', ''])).ended;
}

/** The same for a caller who knows the address only; `userId` is undefined when nobody with it had a session. */
export async function revokeAllByEmail(redis: RedisPort, emailHash: string): Promise<{ ended: number; userId: string | undefined }> {
  return endedOf(await redis.eval(ALL, [`e:${emailHash}`], ['', '', emailHash]));
}

/** Without a number nobody knows whether anything ended, and the caller may not say so. */
function endedOf(reply: unknown): { ended: number; userId: string | undefined } {
  const [ended = '', user = ''] = replyList(reply);
  if (!/^\d{1,9}$/.test(ended)) throw new RedisUnavailable('unexpected reply');
  return { ended: Number(ended), userId: user === '' ? undefined : user };
}
