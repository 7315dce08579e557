import type { RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

/**
 * Removes what Redis keeps under a deleted person's name, after ending every session by the epoch. The epoch
 * alone stays, until no session of theirs could be alive: without it a session that the list forgot would count
 * again, and a sign-in under way would make one. Its name holds a random id, which by now means nobody.
 */
const SCRIPT = `${PRELUDE}
local user, mail = ARGV[1], ARGV[2]
redis.call('INCRBY', 'u:' .. user .. ':epoch', num(GONE))
for _, h in ipairs(redis.call('ZRANGE', 'u:' .. user .. ':s', '0', '-1')) do
  if field('s:' .. h, 'user') == user then drop(h) end
end
redis.call('DEL', 'u:' .. user .. ':s', 'au:' .. user)
redis.call('ZREM', 'people', user)
if get('e:' .. mail) == user then redis.call('DEL', 'e:' .. mail) end
redis.call('PEXPIRE', 'u:' .. user .. ':epoch', ARGV[3])
return {'erased'}
`;

/** `longestMs`: the longest that any session may live. Can be repeated. Throws `RedisUnavailable`. */
export async function erasePerson(redis: RedisPort, person: { userId: string; emailHash: string; longestMs: number }): Promise<void> {
  await redis.eval(SCRIPT, [`u:${person.userId}:s`], [person.userId, person.emailHash, String(person.longestMs)]);
}
