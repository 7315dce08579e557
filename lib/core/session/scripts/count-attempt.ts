import { statusReply, type RedisPort } from '../redis-port.ts';

/** One counter: at most `limit` in `windowMs`, and a pause that doubles after each one past `freeOnes`. */
export interface AttemptCounter {
  /** Redis key, `rl:…`. */
  key: string;
  limit: number;
  windowMs: number;
  /** The window begins anew with each attempt, so that no stretch of `windowMs` holds more than `limit`, wherever it begins. */
  untilQuiet?: boolean;
  /** Attempts before the growing delay starts; undefined = no delay. */
  freeOnes?: number;
  /** The pause after the first one past `freeOnes` (default 1 second), and the one that it grows to (default 15 minutes). */
  firstPauseMs?: number;
  longestPauseMs?: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const NO_PAUSE = 1_000_000_000;

/**
 * Counts an attempt before it is made, on all its counters or on none: so parallel guesses cannot slip past,
 * and a refused one does not prolong the wait. ARGV: the attempt's own word, then six values a counter.
 */
const COUNT = `
local function num(n) return string.format('%.0f', n) end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000.0 + math.floor(tonumber(clock[2]) / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
  local n = tonumber(redis.call('HGET', key, 'n') or '0')
  local free = tonumber(redis.call('HGET', key, 'until') or '0')
  if n >= tonumber(ARGV[i * 6 - 4]) then wait = math.max(wait, redis.call('PTTL', key), 1) end
  if free > now then wait = math.max(wait, free - now) end
end
if wait > 0 then return {'blocked', num(wait)} end
for i, key in ipairs(KEYS) do
  local at = i * 6 - 4
  local n = redis.call('HINCRBY', key, 'n', '1')
  if ARGV[at + 2] == '1' or redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[at + 1]) end
  local past = n - tonumber(ARGV[at + 3])
  if past > 0 then
    local pause = math.min(tonumber(ARGV[at + 5]), tonumber(ARGV[at + 4]) * 2 ^ math.min(past - 1, 20))
    redis.call('HSET', key, 'until', num(now + pause), 'by', ARGV[1])
  end
end
return {'counted', '0'}
`;

/** Takes away the pause that this attempt set, and no other: a rival's may have come in between. */
const REFUND = `
for _, key in ipairs(KEYS) do
  local n = tonumber(redis.call('HGET', key, 'n') or '0')
  if n <= 1 then redis.call('DEL', key)
  else
    redis.call('HINCRBY', key, 'n', '-1')
    if redis.call('HGET', key, 'by') == ARGV[1] then redis.call('HDEL', key, 'until', 'by') end
  end
end
return {'ok'}
`;

/**
 * Milliseconds to wait, or 0 when the attempt was counted and may go ahead. `word` names this attempt to
 * `refundAttempt`. Throws `RedisUnavailable`: then it may not.
 */
export async function countAttempt(redis: RedisPort, counters: AttemptCounter[], word = ''): Promise<number> {
  const values = counters.flatMap(({ limit, windowMs, untilQuiet = false, freeOnes = NO_PAUSE, firstPauseMs = FIRST_PAUSE_MS, longestPauseMs = LONGEST_PAUSE_MS }) => [
    String(limit), String(windowMs), untilQuiet ? '1' : '0', String(freeOnes), String(firstPauseMs), String(longestPauseMs),
  ]);
  const [status, wait] = statusReply(await redis.eval(COUNT, counters.map((counter) => counter.key), [word, ...values]), ['counted', 'blocked']);
  return status === 'counted' ? 0 : Math.max(1, Number(wait) || 0);
}

/** Takes an attempt back that turned out not to be a guess: it succeeded, or the other side was down. */
export async function refundAttempt(redis: RedisPort, counters: AttemptCounter[], word = ''): Promise<void> {
  await redis.eval(REFUND, counters.map((counter) => counter.key), [word]);
}
