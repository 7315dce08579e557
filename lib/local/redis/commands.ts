/**
 * The commands that the front passes on: those of Upstash's compatibility list that act on data. Everything that
 * blocks, belongs to a connection (SELECT, MULTI, SUBSCRIBE), or governs the server (CONFIG, SHUTDOWN) is refused,
 * because all requests share one connection. An allow list, so that a new Redis adds nothing by itself.
 */
export type Kind = 'string' | 'hash' | 'list' | 'set' | 'zset' | 'stream' | 'any' | 'none';

export interface CommandRule {
  /** Type that the first key must have, if it exists; `none` when the first argument is no key. */
  kind: Kind;
  /** Fewest and most arguments; the real server judges by itself, the stand-in by these. */
  min: number;
  max: number;
}

const rules: Record<Kind, string> = {
  string: 'APPEND:2 DECR:1 DECRBY:2 GET:1 GETDEL:1 GETRANGE:3 GETSET:2 INCR:1 INCRBY:2 INCRBYFLOAT:2 PSETEX:3 SETEX:3 SETRANGE:3 STRLEN:1',
  hash: 'HDEL:2+ HEXISTS:2 HGET:2 HGETALL:1 HINCRBY:3 HINCRBYFLOAT:3 HKEYS:1 HLEN:1 HMGET:2+ HMSET:3+ HSCAN:2+ HSET:3+ HSETNX:3 HSTRLEN:2 HVALS:1',
  list: 'LINDEX:2 LINSERT:4 LLEN:1 LPOP:1+ LPUSH:2+ LPUSHX:2+ LRANGE:3 LREM:3 LSET:3 LTRIM:3 RPOP:1+ RPUSH:2+ RPUSHX:2+',
  set: 'SADD:2+ SCARD:1 SDIFF:1+ SINTER:1+ SISMEMBER:2 SMEMBERS:1 SMISMEMBER:2+ SMOVE:3 SPOP:1+ SRANDMEMBER:1+ SREM:2+ SSCAN:2+ SUNION:1+',
  zset:
    'ZADD:3+ ZCARD:1 ZCOUNT:3 ZINCRBY:3 ZMSCORE:2+ ZPOPMAX:1+ ZPOPMIN:1+ ZRANGE:3+ ZRANGEBYSCORE:3+ ZRANK:2+ ZREM:2+ ' +
    'ZREMRANGEBYRANK:3 ZREMRANGEBYSCORE:3 ZREVRANGE:3+ ZREVRANGEBYSCORE:3+ ZREVRANK:2+ ZSCAN:2+ ZSCORE:2',
  stream: 'XADD:4+ XDEL:2+ XLEN:1 XRANGE:3+ XREVRANGE:3+ XTRIM:3+',
  any:
    'DEL:1+ EXISTS:1+ EXPIRE:2+ EXPIREAT:2+ MGET:1+ MSET:2+ MSETNX:2+ PERSIST:1 PEXPIRE:2+ PEXPIREAT:2+ PTTL:1 RENAME:2 RENAMENX:2 ' +
    'SET:2+ SETNX:2 TOUCH:1+ TTL:1 TYPE:1 UNLINK:1+',
  none: 'DBSIZE:0 ECHO:1 EVAL:2+ EVALSHA:2+ FLUSHALL:0+ FLUSHDB:0+ INFO:0+ KEYS:1 PING:0+ RANDOMKEY:0 SCAN:1+ SCRIPT:1+ TIME:0',
};

export const commandRules: ReadonlyMap<string, CommandRule> = new Map(
  Object.entries(rules).flatMap(([kind, list]) =>
    list.split(' ').map((entry): [string, CommandRule] => {
      const [name = '', arity = ''] = entry.split(':');
      const min = Number.parseInt(arity, 10);
      return [name, { kind: kind as Kind, min, max: arity.endsWith('+') ? Number.POSITIVE_INFINITY : min }];
    }),
  ),
);
