import * as limits from '../../limits.ts';
import { RedisUnavailable, replyList, type RedisPort } from '../redis-port.ts';

/** A sign-in between two steps. Taken with GETDEL, so that two answers to one challenge cannot both go on. */
const PUT = `
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {'ok'}
`;

const TAKE = `
return {redis.call('GETDEL', KEYS[1]) or ''}
`;

export async function putTransaction(redis: RedisPort, hash: string, envelope: string, lifeMs: number = limits.transactionMs): Promise<void> {
  await redis.eval(PUT, [`tx:${hash}`], [envelope, String(lifeMs)]);
}

/** The envelope, which nobody can take again; undefined when it was taken or has expired. */
export async function takeTransaction(redis: RedisPort, hash: string): Promise<string | undefined> {
  const [envelope] = replyList(await redis.eval(TAKE, [`tx:${hash}`], []));
  if (envelope === undefined) throw new RedisUnavailable('unexpected reply');
  return envelope || undefined;
}
