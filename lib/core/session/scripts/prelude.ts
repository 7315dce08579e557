import * as limits from '../../limits.ts';
import { RECORD_FIELDS, RECORD_FIELDS_LUA } from '../session-record.ts';

/**
 * Lua that every session script starts with. Time is Redis's own, so that app servers with wrong clocks agree.
 *
 *   s:<H>          record (hash)            t:<H>   token envelope (string)     l:<H>   refresh lock
 *   x:<H>          tombstone: `next` = H of the successor, or `reason` why the session ended
 *   u:<user>:s     sorted set of H by last use (a hint)      u:<user>:epoch   counter
 *   people         sorted set of user ids by the latest end of a session (a hint, for administrators)
 *   e:<H(email)>   user id, so that a reset, which knows only the address, can end that person's sessions
 *   au:<user>, au:all   security events (streams)
 *
 * Written for what Redis 7.0 and ioredis-mock's Lua 5.3 share: numbers leave through `num` (5.3 would print
 * `1.0`), milliseconds are floats (its integers have 32 bits), built tables leave through `list`, replies inside
 * replies are never indexed (there they count from 0), no cjson, no error_reply. Keys are computed inside the
 * scripts (the record names the user), which a Redis Cluster would refuse; Upstash and a single Redis do not.
 */
export const PRELUDE = `
local function num(n) return string.format('%.0f', n) end
-- A missing field is false in Redis, but a (true!) userdata in the mock; here it is ''.
local function fields(key, ...)
  local r = redis.call('HMGET', key, ...)
  for i = 1, select('#', ...) do
    if type(r[i]) ~= 'string' then r[i] = '' end
  end
  return r
end
-- The mock sends a table only when it was made by one constructor.
local function list(t) return {unpack(t)} end
local function get(key) return redis.call('GET', key) or '' end
local function field(key, name) return redis.call('HGET', key, name) or '' end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000.0 + math.floor(tonumber(clock[2]) / 1000)
local function epochOf(user)
  local e = get('u:' .. user .. ':epoch')
  if e == '' then return '0' end
  return e
end
-- A deleted person's epoch is past all counting: no session of theirs counts, and none is made.
local GONE = 1000000000000
local function isGone(user) return tonumber(epochOf(user)) >= GONE end
local function exists(key) return redis.call('EXISTS', key) == 1 end
local function drop(h)
  local user = field('s:' .. h, 'user')
  redis.call('DEL', 's:' .. h, 't:' .. h, 'l:' .. h)
  if user == '' then return end
  redis.call('ZREM', 'u:' .. user .. ':s', h)
  redis.call('HSET', 'x:' .. h, 'reason', 'ended')
  redis.call('PEXPIRE', 'x:' .. h, '${limits.endedIdMs}')
end
-- What an id stands for: the H of its live record or '', how often it was replaced, whether longer ago than the
-- grace (then only an old copy of a cookie can name it), and why the session ended.
local function lead(h)
  local steps, stolen = 0, false
  while not exists('s:' .. h) do
    local x = fields('x:' .. h, 'next', 'at', 'reason')
    if x[1] == '' or steps == 1000 then return '', steps, stolen, x[3] end
    if now - tonumber(x[2]) >= ${limits.sessionGraceMs}.0 then stolen = true end
    h, steps = x[1], steps + 1
  end
  return h, steps, stolen, ''
end
local function note(user, kind, session, device, address, detail, gone)
  local keep = ${limits.auditDays * 86_400_000}.0
  local function add(key, most)
    redis.call('XADD', key, 'MAXLEN', most, '*', 'at', num(now), 'user', user, 'kind', kind, 'session', session,
      'device', device, 'address', address, 'detail', detail)
    redis.call('PEXPIRE', key, num(keep))
  end
  if user ~= '' and not gone then add('au:' .. user, '${limits.auditEventsPerPerson}') end
  add('au:all', '${limits.auditEventsAll}')
end
-- Why a record that is there does not count, or '' when it does.
local function fault(h)
  local r = fields('s:' .. h, 'user', 'epoch', 'abs', 'seen', 'idle')
  for i = 1, 5 do
    if r[i] == '' then return 'ended' end
  end
  if r[2] ~= epochOf(r[1]) or isGone(r[1]) then return 'revoked' end
  if now >= tonumber(r[3]) or now >= tonumber(r[4]) + tonumber(r[5]) then return 'expired' end
  return ''
end
-- Ends a session that an old copy of its cookie was used for; the tombstone left there tells the person why.
local function alarm(h)
  local r = fields('s:' .. h, 'user', 'id', 'device', 'addr', 'abs')
  note(r[1], 'theft-alarm', r[2], r[3], r[4], 'an old copy of the cookie was used')
  local left = math.max(1, tonumber(r[5]) - now)
  drop(h)
  redis.call('HSET', 'x:' .. h, 'reason', 'theft')
  redis.call('PEXPIRE', 'x:' .. h, num(left))
  return r[1], r[2]
end
local function lifetime(h)
  local r = fields('s:' .. h, 'abs', 'idle')
  return math.max(1, math.min(tonumber(r[1]) - now, tonumber(r[2])))
end
local function record(h, reply)
  local r = fields('s:' .. h, ${RECORD_FIELDS_LUA})
  for i = 1, ${RECORD_FIELDS.length} do reply[#reply + 1] = r[i] end
  return reply
end
`;
