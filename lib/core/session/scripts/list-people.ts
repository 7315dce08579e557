import * as v from 'valibot';
import * as limits from '../../limits.ts';
import { RedisUnavailable, replyList, type RedisPort } from '../redis-port.ts';
import { parseSessionRecord, RECORD_FIELDS, type SessionFacts } from '../session-record.ts';
import { PRELUDE } from './prelude.ts';

/**
 * People with a live session, the one whose session lasts longest first. A page ends when it is full or when the
 * script has looked at enough people, so a search through many never holds Redis up; the caller goes on from
 * the cursor. The set is a hint: each session is re-read, and who has none any more is left out.
 *
 * The cursor names the last person looked at and their place: one whose end moved meanwhile is found by the
 * place, so nobody behind it is skipped.
 */
const SCRIPT = `${PRELUDE}
local search, score, last, most, scan = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', 'people', '-inf', num(now))
local from = 0
if last ~= '' then
  local place = redis.call('ZSCORE', 'people', last)
  if type(place) == 'string' and num(tonumber(place)) == score then from = redis.call('ZREVRANK', 'people', last) + 1
  else from = redis.call('ZCOUNT', 'people', '(' .. score, '+inf') end
end
local people = redis.call('ZREVRANGE', 'people', num(from), num(from + scan - 1))
local reply, found, looked, cursor = {'', ''}, 0, 0, ''
for _, user in ipairs(people) do
  if found >= most then break end
  looked = looked + 1
  cursor = user
  local mine, count, email = {}, 0, ''
  for _, h in ipairs(redis.call('ZREVRANGE', 'u:' .. user .. ':s', '0', '${limits.sessionsPerPerson - 1}')) do
    if field('s:' .. h, 'user') == user and fault(h) == '' then
      email = field('s:' .. h, 'email')
      mine[#mine + 1] = h
      record(h, mine)
      count = count + 1
    end
  end
  if count > 0 and (search == '' or string.find(string.lower(email), search, 1, true)) then
    found = found + 1
    reply[#reply + 1] = num(count)
    for _, item in ipairs(mine) do reply[#reply + 1] = item end
  end
end
local isOver = looked == #people and #people < scan
if not isOver and cursor ~= '' then
  reply[1] = num(tonumber(redis.call('ZSCORE', 'people', cursor)))
  reply[2] = cursor
end
return list(reply)
`;

export interface PersonCursor {
  score: string;
  userId: string;
}

const whole = v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number));

/** `search`: a part of the address, in lower case; empty for everybody. `next` is absent at the end. */
export async function listPeople(
  redis: RedisPort, asked: { search: string; cursor: PersonCursor | undefined; most: number; scan?: number },
): Promise<{ people: SessionFacts[][]; next?: PersonCursor }> {
  const [score = '', userId = '', ...rest] = replyList(await redis.eval(SCRIPT, ['people'], [
    asked.search, asked.cursor?.score ?? '', asked.cursor?.userId ?? '', String(asked.most), String(asked.scan ?? limits.adminScanPeople),
  ]));
  const width = RECORD_FIELDS.length + 1;
  const people: SessionFacts[][] = [];
  for (let at = 0; at < rest.length; ) {
    const count = v.safeParse(whole, rest[at]);
    if (!count.success || count.output < 1) throw new RedisUnavailable('malformed list of people');
    at += 1;
    people.push(Array.from({ length: count.output }, (_, i) => {
      const start = at + i * width;
      return parseSessionRecord(rest[start] ?? '', rest.slice(start + 1, start + width));
    }));
    at += count.output * width;
  }
  return { people, ...(userId !== '' && { next: { score, userId } }) };
}
