import { limits } from '../../limits.ts';
import { statusReply, type RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

/** Takes the lock of a session's tokens, and reads them in the same trip, whether or not the lock was free. */
const LOCK = `${PRELUDE}
local h = ARGV[1]
if not exists('s:' .. h) or fault(h) ~= '' then return {'absent', '', ''} end
local status = 'busy'
if ARGV[2] ~= '' and redis.call('SET', 'l:' .. h, ARGV[2], 'NX', 'PX', ARGV[3]) then status = 'locked' end
return {status, field('s:' .. h, 'gen'), get('t:' .. h)}
`;

const UNLOCK = `${PRELUDE}
if get('l:' .. ARGV[1]) == ARGV[2] then redis.call('DEL', 'l:' .. ARGV[1]) end
return {'ok'}
`;

const COMMIT = `${PRELUDE}
local h, lock, gen, envelope = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if not exists('s:' .. h) or fault(h) ~= '' then return {'absent'} end
if field('s:' .. h, 'nonce') == lock then return {'committed'} end
if field('s:' .. h, 'gen') ~= gen or get('l:' .. h) ~= lock then return {'changed'} end
redis.call('HSET', 's:' .. h, 'gen', num(tonumber(gen) + 1), 'nonce', lock)
redis.call('SET', 't:' .. h, envelope, 'PX', num(lifetime(h)))
redis.call('DEL', 'l:' .. h)
return {'committed'}
`;

export type StoredTokens = { kind: 'absent' } | { kind: 'locked' | 'busy'; generation: number; envelope: string };

async function lockOrRead(redis: RedisPort, hash: string, lock: string): Promise<StoredTokens> {
  const [status, generation, envelope = ''] = statusReply(
    await redis.eval(LOCK, [`s:${hash}`, `l:${hash}`], [hash, lock, String(limits.refreshLockMs)]), ['locked', 'busy', 'absent'],
  );
  if (status === 'absent') return { kind: 'absent' };
  return { kind: status, generation: Number(generation), envelope };
}

/** `lock` is a fresh random word: it names the holder, and later the commit. */
export function lockRefresh(redis: RedisPort, hash: string, lock: string): Promise<StoredTokens> {
  return lockOrRead(redis, hash, lock);
}

/** The same reading without trying to lock; answers `busy` or `absent`. */
export function readTokens(redis: RedisPort, hash: string): Promise<StoredTokens> {
  return lockOrRead(redis, hash, '');
}

export async function unlockRefresh(redis: RedisPort, hash: string, lock: string): Promise<void> {
  await redis.eval(UNLOCK, [`l:${hash}`], [hash, lock]);
}

/**
 * Stores refreshed tokens if the session is alive and nothing moved since `generation` was read; frees the
 * lock. `absent`: the session was revoked meanwhile, and the new tokens must be thrown away.
 */
export async function commitRefresh(
  redis: RedisPort, commit: { hash: string; lock: string; generation: number; envelope: string },
): Promise<'committed' | 'absent' | 'changed'> {
  const [status] = statusReply(await redis.eval(COMMIT, [`s:${commit.hash}`, `t:${commit.hash}`], [
    commit.hash, commit.lock, String(commit.generation), commit.envelope,
  ]), ['committed', 'changed', 'absent']);
  return status;
}
