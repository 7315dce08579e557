import { RECORD_FIELDS, parseSessionRecord, type SessionFacts } from '../session-record.ts';
import { replyList, type RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

/** The sorted set is a hint: every entry is re-read, and those that lead nowhere go. */
const SCRIPT = `${PRELUDE}
local user, reply = ARGV[1], {}
for _, h in ipairs(redis.call('ZREVRANGE', 'u:' .. user .. ':s', '0', '-1')) do
  if field('s:' .. h, 'user') == user and fault(h) == '' then
    reply[#reply + 1] = h
    record(h, reply)
  else
    drop(h)
    redis.call('ZREM', 'u:' .. user .. ':s', h)
  end
end
return list(reply)
`;

/** The person's live sessions, the last used first. */
export async function listSessions(redis: RedisPort, userId: string): Promise<SessionFacts[]> {
  const reply = replyList(await redis.eval(SCRIPT, [`u:${userId}:s`], [userId]));
  const width = RECORD_FIELDS.length + 1;
  const sessions: SessionFacts[] = [];
  for (let at = 0; at < reply.length; at += width) {
    sessions.push(parseSessionRecord(reply[at]!, reply.slice(at + 1, at + width)));
  }
  return sessions;
}
