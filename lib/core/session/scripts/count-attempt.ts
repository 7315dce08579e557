import { replyList, type RedisPort } from '../redis-port.ts';

/** One counter: at most `limit` in `windowMs`, and a pause that doubles after each one past `freeOnes`. */
export interface AttemptCounter {
  /** Redis key, `rl:…`. */
  key: string;
  limit: number;
  windowMs: number;
  /** Attempts before the growing delay starts; undefined = no delay. */
  freeOnes?: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/**
 * Counts an attempt before it is made, on all its counters or on none: so parallel guesses cannot slip past,
 * and a refused one does not prolong the wait.
 */
const COUNT = `
local function num(n) return string.format('%.0f', n) end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000.0 + math.floor(tonumber(clock[2]) / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
  local n = tonumber(redis.call('HGET', key, 'n') or '0')
  local free = tonumber(redis.call('HGET', key, 'until') or '0')
  if n >= tonumber(ARGV[i * 3 - 2]) then wait = math.max(wait, redis.call('PTTL', key), 1) end
  if free > now then wait = math.max(wait, free - now) end
end
if wait > 0 then return {'blocked', num(wait)} end
for i, key in ipairs(KEYS) do
  local n = redis.call('HINCRBY', key, 'n', '1')
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[i * 3 - 1]) end
  local past = n - tonumber(ARGV[i * 3])
  if past > 0 then
    local pause = math.min(${LONGEST_PAUSE_MS}, ${FIRST_PAUSE_MS} * 2 ^ math.min(past - 1, 20))
    redis.call('HSET', key, 'until', num(now + pause))
  end
end
return {'counted', '0'}
`;

const REFUND = `
for _, key in ipairs(KEYS) do
  local n = tonumber(redis.call('HGET', key, 'n') or '0')
  if n <= 1 then redis.call('DEL', key)
  else
    redis.call('HINCRBY', key, 'n', '-1')
    redis.call('HDEL', key, 'until')
  end
end
return {'ok'}
`;

/** Milliseconds to wait, or 0 when the attempt was counted and may go ahead. Throws `RedisUnavailable`: then it may not. */
export async function countAttempt(redis: RedisPort, counters: AttemptCounter[]): Promise<number> {
  const [status, wait] = replyList(await redis.eval(
    COUNT,
    counters.map((counter) => counter.key),
    counters.flatMap((counter) => [String(counter.limit), String(counter.windowMs), String(counter.freeOnes ?? 1_000_000_000)]),
  ));
  return status === 'counted' ? 0 : Math.max(1, Number(wait));
}

/** Takes an attempt back that turned out not to be a guess: it succeeded, or the other side was down. */
export async function refundAttempt(redis: RedisPort, counters: AttemptCounter[]): Promise<void> {
  await redis.eval(REFUND, counters.map((counter) => counter.key), []);
}
