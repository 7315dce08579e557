import * as limits from '../../limits.ts';
import { statusReply, type RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

/**
 * Takes the lock of a session's tokens, and reads them in the same trip, whether or not the lock was free. The client
 * repeats a call whose reply was lost: the lock then holds the caller's own word, which nobody else can know, and
 * counts from now. A session that went on under another id is alive, though nothing here opens for the old one.
 */
const LOCK = `${PRELUDE}
local h = ARGV[1]
local live = lead(h)
if live == '' or fault(live) ~= '' then return {'absent'} end
if live ~= h then return {'moved'} end
local status, holder = 'busy', get('l:' .. h)
if ARGV[2] ~= '' and (holder == '' or holder == ARGV[2]) then
  redis.call('SET', 'l:' .. h, ARGV[2], 'PX', ARGV[3])
  status = 'locked'
end
return {status, field('s:' .. h, 'gen'), get('t:' .. h)}
`;

const UNLOCK = `${PRELUDE}
if get('l:' .. ARGV[1]) == ARGV[2] then redis.call('DEL', 'l:' .. ARGV[1]) end
return {'ok'}
`;

/**
 * A lock that ran out while its holder was slow does not void the tokens: rotation has used up the old one, so
 * they are the only ones that go on working. What must not have happened is that somebody else moved.
 */
const COMMIT = `${PRELUDE}
local h, lock, gen, envelope = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local live = lead(h)
if live == '' or fault(live) ~= '' then return {'absent'} end
if live ~= h then return {'changed'} end
if field('s:' .. h, 'nonce') == lock then return {'committed'} end
local holder = get('l:' .. h)
if field('s:' .. h, 'gen') ~= gen or (holder ~= lock and holder ~= '') then return {'changed'} end
redis.call('HSET', 's:' .. h, 'gen', num(tonumber(gen) + 1), 'nonce', lock)
redis.call('SET', 't:' .. h, envelope, 'PX', num(lifetime(h)))
redis.call('DEL', 'l:' .. h)
return {'committed'}
`;

/** `moved`: the session lives, but under another id and data key; whoever came with this one can do nothing with its tokens. */
export type StoredTokens = { kind: 'absent' } | { kind: 'moved' } | { kind: 'locked' | 'busy'; generation: number; envelope: string };

async function lockOrRead(redis: RedisPort, hash: string, lock: string): Promise<StoredTokens> {
  const [status, generation, envelope = ''] = statusReply(
    await redis.eval(LOCK, [`s:${hash}`, `l:${hash}`], [hash, lock, String(limits.refreshLockMs)]), ['locked', 'busy', 'moved', 'absent'],
  );
  if (status === 'absent' || status === 'moved') return { kind: status };
  return { kind: status, generation: Number(generation), envelope };
}

/** `lock` is a fresh random word: it names the holder, and later the commit. */
export function lockRefresh(redis: RedisPort, hash: string, lock: string): Promise<StoredTokens> {
  return lockOrRead(redis, hash, lock);
}

/** The same reading without trying to lock; answers `busy`, `moved` or `absent`. */
export function readTokens(redis: RedisPort, hash: string): Promise<StoredTokens> {
  return lockOrRead(redis, hash, '');
}

export async function unlockRefresh(redis: RedisPort, hash: string, lock: string): Promise<void> {
  await redis.eval(UNLOCK, [`l:${hash}`], [hash, lock]);
}

/**
 * Stores refreshed tokens if the session is alive and nothing moved since `generation` was read; frees the
 * lock. `absent`: the session was revoked meanwhile, and the new tokens must be thrown away. `changed`: somebody
 * else holds the lock, has committed, or has replaced the id; the session goes on with what they stored.
 */
export async function commitRefresh(
  redis: RedisPort, commit: { hash: string; lock: string; generation: number; envelope: string },
): Promise<'committed' | 'absent' | 'changed'> {
  const [status] = statusReply(await redis.eval(COMMIT, [`s:${commit.hash}`, `t:${commit.hash}`], [
    commit.hash, commit.lock, String(commit.generation), commit.envelope,
  ]), ['committed', 'changed', 'absent']);
  return status;
}
