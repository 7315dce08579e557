import * as limits from '../../limits.ts';
import { replyList, RedisUnavailable, type RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

/**
 * How many people may have a live session, and about how many sessions that is: the `people` set knows the first at once; for the
 * second a sample is looked at, spread evenly over the set, and its mean is taken for all. So a count costs the same for ten people and ten million.
 */
const SCRIPT = `${PRELUDE}
local total = redis.call('ZCOUNT', 'people', num(now), '+inf')
local sample = tonumber(ARGV[1])
local looked, found = 0, 0
local step = math.max(1, total / sample)
local i = 0
while i < total and looked < sample do
  local user = redis.call('ZREVRANGE', 'people', num(math.floor(i)), num(math.floor(i)))[1]
  looked = looked + 1
  if user then
    for _, h in ipairs(redis.call('ZREVRANGE', 'u:' .. user .. ':s', '0', '${limits.sessionsPerPerson - 1}')) do
      if fault(h) == '' then found = found + 1 end
    end
  end
  i = i + step
end
return list({'counted', num(total), num(looked), num(found)})
`;

export interface SessionCount {
  people: number;
  /** Exact for few people, reckoned from a sample for many. */
  sessions: number;
}

/** Throws `RedisUnavailable`. */
export async function countSessions(redis: RedisPort): Promise<SessionCount> {
  const [status, ...numbers] = replyList(await redis.eval(SCRIPT, ['people'], [String(limits.sessionCountSample)]));
  const [people, looked, found] = numbers.map(Number);
  if (status !== 'counted' || people === undefined || looked === undefined || found === undefined || numbers.some((text) => !/^\d+$/.test(text))) throw new RedisUnavailable('malformed count');
  return { people, sessions: looked === 0 ? 0 : Math.round((found * people) / looked) };
}
