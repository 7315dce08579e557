import { statusReply, type RedisPort } from '../redis-port.ts';
import type { Proof } from '../session-record.ts';
import { PRELUDE } from './prelude.ts';

/**
 * Gives a session a new secret id; besides `create`, the only script that may make a session key. The caller
 * holds the refresh lock, because tokens move under a new data key and a refresh in flight would commit to
 * the old one. The old id becomes a tombstone for as long as the session may live.
 */
const SCRIPT = `${PRELUDE}
local old, new, lock, gen, envelope = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not exists('s:' .. old) then
  if field('x:' .. old, 'next') == new and exists('s:' .. new) then return {'rotated'} end
  local live = lead(old)
  if live ~= '' and fault(live) == '' then return {'changed'} end
  return {'absent'}
end
if fault(old) ~= '' then
  drop(old)
  return {'absent'}
end
if get('l:' .. old) ~= lock or field('s:' .. old, 'gen') ~= gen or exists('s:' .. new) then return {'changed'} end
local user = field('s:' .. old, 'user')
redis.call('RENAME', 's:' .. old, 's:' .. new)
redis.call('HSET', 's:' .. new, 'gen', num(tonumber(gen) + 1), 'seen', num(now))
if ARGV[6] ~= '' then redis.call('HSET', 's:' .. new, 'proof', ARGV[6]) end
if ARGV[7] == '1' then redis.call('HSET', 's:' .. new, 'stepup', num(now)) end
local life = num(lifetime(new))
redis.call('PEXPIRE', 's:' .. new, life)
redis.call('SET', 't:' .. new, envelope, 'PX', life)
redis.call('DEL', 't:' .. old, 'l:' .. old)
redis.call('HSET', 'x:' .. old, 'next', new, 'at', num(now))
redis.call('PEXPIRE', 'x:' .. old, num(math.max(1, tonumber(field('s:' .. new, 'abs')) - now)))
redis.call('ZREM', 'u:' .. user .. ':s', old)
redis.call('ZADD', 'u:' .. user .. ':s', num(now), new)
return {'rotated'}
`;

export interface Rotation {
  oldHash: string;
  newHash: string;
  /** From `lockRefresh`. */
  lock: string;
  generation: number;
  envelope: string;
  /** New strength of proof, if it changed. */
  proof?: Proof;
  /** Whether the person just proved who they are. */
  stepUp: boolean;
}

/** `changed`: somebody else holds the lock, moved the generation on or replaced the id; nothing was written. */
export async function rotateSession(redis: RedisPort, rotation: Rotation): Promise<'rotated' | 'absent' | 'changed'> {
  const [status] = statusReply(await redis.eval(SCRIPT, [`s:${rotation.oldHash}`, `s:${rotation.newHash}`], [
    rotation.oldHash, rotation.newHash, rotation.lock, String(rotation.generation), rotation.envelope,
    rotation.proof ?? '', rotation.stepUp ? '1' : '0',
  ]), ['rotated', 'changed', 'absent']);
  return status;
}
