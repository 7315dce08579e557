import { Redis, type Pipeline } from '@upstash/redis';
import { expect, test } from 'vitest';

/**
 * What Selkie asks of a Redis behind Upstash's REST API, as one suite that runs on each back end through the real
 * client. Keys carry a random prefix, so that it could be pointed at a database in use.
 */
export interface Subject {
  url: string;
  token: string;
}

type Client = Pick<Redis, 'eval'> & Redis;

export function redisContract(subject: () => Subject): void {
  const connect = (token = subject().token): Client =>
    new Redis({ url: subject().url, token, retry: false, automaticDeserialization: false, enableTelemetry: false });
  const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(subject().url + path, { method: 'POST', body, headers: { authorization: `Bearer ${subject().token}`, ...headers } });
    return { status: response.status, body: await response.json() };
  };
  const command = async (...parts: (string | number)[]) => {
    const { body } = await post('/', JSON.stringify(parts));
    return 'error' in body ? `error: ${body.error}` : body.result;
  };
  let count = 0;
  const prefix = `c${Math.random().toString(36).slice(2)}`;
  const fresh = () => `${prefix}:${count++}`;

  test('strings: set, get, delete, get-and-delete, and what is not there', async () => {
    const [redis, key] = [connect(), fresh()];
    expect(await redis.set(key, 'one')).toBe('OK');
    expect(await redis.get(key)).toBe('one');
    expect(await redis.getdel(key)).toBe('one');
    expect(await redis.get(key)).toBeNull();
    expect(await redis.getdel(key)).toBeNull();
    expect(await command('SET', key, '')).toBe('OK');
    expect([await command('GET', key), await command('EXISTS', key), await command('DEL', key), await command('DEL', key)]).toEqual(['', 1, 1, 0]);
  });

  test('SET NX PX is a lock that one of many takers gets, in any letter case', async () => {
    for (const options of [['NX', 'PX', '60000'], ['nx', 'px', '60000'], ['px', '60000', 'nx']]) {
      const key = fresh();
      const all = await Promise.all(Array.from({ length: 20 }, (_, i) => command('SET', key, i, ...options)));
      expect(all.filter((reply) => reply === 'OK')).toHaveLength(1);
      expect(all.filter((reply) => reply === null)).toHaveLength(19);
      const left = await command('PTTL', key);
      expect(left > 50_000 && left <= 60_000).toBe(true);
    }
  });

  test('SET: XX, GET and KEEPTTL; a plain SET forgets the expiry', async () => {
    const key = fresh();
    expect(await command('SET', key, 'a', 'xx')).toBeNull();
    expect(await command('SET', key, 'a', 'PX', 60000)).toBe('OK');
    expect(await command('SET', key, 'b', 'GET', 'KEEPTTL')).toBe('a');
    expect(await command('PTTL', key)).toBeGreaterThan(50_000);
    expect(await command('SET', key, 'c')).toBe('OK');
    expect(await command('PTTL', key)).toBe(-1);
    expect(await command('SET', key, 'd', 'NX', 'XX')).toBe('error: ERR syntax error');
    expect(await command('SET', key, 'd', 'soon')).toBe('error: ERR syntax error');
    expect(await command('GET', key)).toBe('c');
  });

  test('keys expire, and say how long they have', async () => {
    const [redis, key] = [connect(), fresh()];
    await redis.set(key, 'x');
    expect([await redis.pttl(key), await redis.pttl(fresh())]).toEqual([-1, -2]);
    expect([await redis.pexpire(key, 60_000), await redis.pexpire(fresh(), 60_000)]).toEqual([1, 0]);
    expect(await redis.pttl(key)).toBeGreaterThan(50_000);
    expect(await redis.persist(key)).toBe(1);
    expect(await redis.pttl(key)).toBe(-1);
    await redis.pexpire(key, 20);
    await expect.poll(() => redis.get(key), { interval: 5 }).toBeNull();
    expect(await redis.exists(key)).toBe(0);
  });

  test('RENAME takes the expiry along, replaces the target whole, and needs a source', async () => {
    const [from, to] = [fresh(), fresh()];
    await command('SET', from, 'a');
    await command('SET', to, 'b', 'PX', 60000);
    expect(await command('RENAME', from, to)).toBe('OK');
    expect([await command('GET', to), await command('PTTL', to), await command('EXISTS', from)]).toEqual(['a', -1, 0]);
    await command('PEXPIRE', to, 60000);
    await command('RENAME', to, from);
    expect(await command('PTTL', from)).toBeGreaterThan(50_000);
    expect(await command('RENAME', to, from)).toBe('error: ERR no such key');
  });

  test('counters', async () => {
    const key = fresh();
    expect([await command('INCR', key), await command('INCRBY', key, 5), await command('DECR', key), await command('GET', key)]).toEqual([1, 6, 5, '5']);
    await command('SET', key, 'many');
    expect(await command('INCR', key)).toBe('error: ERR value is not an integer or out of range');
  });

  test('hashes', async () => {
    const [redis, key] = [connect(), fresh()];
    expect(await redis.hset(key, { a: '1', b: 'two', c: '' })).toBe(3);
    expect(await redis.hset(key, { a: '2' })).toBe(0);
    const typed = new Redis({ url: subject().url, token: subject().token, retry: false, enableTelemetry: false });
    expect(await typed.hgetall(key)).toEqual({ a: 2, b: 'two', c: '' });
    expect(await command('HGETALL', key)).toEqual(['a', '2', 'b', 'two', 'c', '']);
    expect(await command('HMGET', key, 'b', 'none', 'c')).toEqual(['two', null, '']);
    expect([await command('HGET', key, 'a'), await command('HGET', key, 'none'), await command('HINCRBY', key, 'a', 3), await command('HLEN', key)]).toEqual(['2', null, 5, 3]);
    expect([await command('HDEL', key, 'a', 'b', 'c', 'd'), await command('EXISTS', key), await command('HGETALL', key)]).toEqual([3, 0, []]);
  });

  test('sorted sets', async () => {
    const [redis, key] = [connect(), fresh()];
    expect(await redis.zadd(key, { score: 2, member: 'b' }, { score: 1, member: 'a' }, { score: 3, member: 'c' })).toBe(3);
    expect(await redis.zadd(key, { score: 4, member: 'a' })).toBe(0);
    expect(await command('ZADD', key, 'xx', 'ch', 5, 'a', 9, 'new')).toBe(1);
    expect(await redis.zrange(key, 0, -1)).toEqual(['b', 'c', 'a']);
    expect(await command('ZREVRANGE', key, 0, 1)).toEqual(['a', 'c']);
    expect(await command('ZREVRANGE', key, 0, 0, 'WITHSCORES')).toEqual(['a', '5']);
    expect(await command('ZRANGEBYSCORE', key, 3, '+inf')).toEqual(['c', 'a']);
    expect([await redis.zcard(key), await redis.zrem(key, 'b', 'none'), await redis.zcard(key)]).toEqual([3, 1, 2]);
    expect([await command('ZSCORE', key, 'a'), await command('ZSCORE', key, 'none')]).toEqual(['5', null]);
    expect([await command('ZREM', key, 'a', 'c'), await command('EXISTS', key)]).toEqual([2, 0]);
  });

  test('streams: capped, with ids that are times and grow, read both ways and from an id on', async () => {
    const key = fresh();
    const before = Date.now();
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push(await command('XADD', key, 'MAXLEN', 4, '*', 'n', i, 'k', 'v'));
    const times = ids.map((id) => Number(/^(\d+)-\d+$/.exec(id)![1]));
    expect(times[0]).toBeGreaterThanOrEqual(before - 1000);
    expect(times[5]).toBeLessThanOrEqual(Date.now() + 1000);
    const entry = (i: number) => [ids[i], ['n', String(i), 'k', 'v']];
    expect(await command('XRANGE', key, '-', '+')).toEqual([2, 3, 4, 5].map(entry));
    expect(await command('XREVRANGE', key, '+', '-', 'COUNT', 2)).toEqual([5, 4].map(entry));
    expect(await command('XREVRANGE', key, `(${ids[4]}`, '-', 'COUNT', 10)).toEqual([3, 2].map(entry));
    expect(await command('XRANGE', key, ids[3]!, ids[4]!)).toEqual([3, 4].map(entry));
    expect([await command('XLEN', key), await command('XDEL', key, ids[5]!), await command('XLEN', key)]).toEqual([4, 1, 3]);
    expect(await command('XRANGE', fresh(), '-', '+')).toEqual([]);
  });

  test('a command on a key of another type is refused', async () => {
    const key = fresh();
    await command('HSET', key, 'a', '1');
    const wrong = 'error: WRONGTYPE Operation against a key holding the wrong kind of value';
    expect([await command('GET', key), await command('ZADD', key, 1, 'a'), await command('XADD', key, '*', 'a', 'b'), await command('INCR', key)]).toEqual([wrong, wrong, wrong, wrong]);
  });

  test('scripts: keys, arguments, and replies of every shape', async () => {
    const redis = connect();
    const key = fresh();
    await redis.set(key, 'here');
    const run = (script: string, keys: string[] = [], parameters: string[] = []) => command('EVAL', script, keys.length, ...keys, ...parameters);
    expect(await redis.eval("return {KEYS[1], ARGV[1], ARGV[2], #ARGV}", [key], ['a', 'ü €'])).toEqual([key, 'a', 'ü €', 2]);
    expect(await run('return 7')).toBe(7);
    expect(await run('return 3.99')).toBe(3);
    expect(await run('return -3.99')).toBe(-3);
    expect(await run("return 'text'")).toBe('text');
    expect(await run("return ''")).toBe('');
    expect(await run('return true')).toBe(1);
    expect(await run('return false')).toBeNull();
    expect(await run('return nil')).toBeNull();
    expect(await run('return {}')).toEqual([]);
    expect(await run("return {1, 'two', {3, {'four'}}, false, 5}")).toEqual([1, 'two', [3, ['four']], null, 5]);
    expect(await run('return {1, nil, 3}')).toEqual([1]);
    expect(await run("return {ok = 'FINE'}")).toBe('FINE');
    expect(await run("return redis.status_reply('FINE')")).toBe('FINE');
    expect(await run("return redis.call('GET', KEYS[1])", [key])).toBe('here');
    expect(await run("return redis.call('get', KEYS[1])", [fresh()])).toBeNull();
  });

  test('scripts: values that come back from commands can be used', async () => {
    const [key, hash, set, stream] = [fresh(), fresh(), fresh(), fresh()];
    const script = `
      local out = {}
      out[1] = redis.call('HSET', KEYS[1], 'a', ARGV[1], 'n', 41)
      redis.call('HSET', KEYS[1], 'n', redis.call('HGET', KEYS[1], 'n') + 1)
      local got = redis.call('HMGET', KEYS[1], 'a', 'none', 'n')
      out[2] = got[1]
      out[3] = got[2] == false and 'absent' or 'present'
      out[4] = got[3]
      out[5] = #got
      for i, member in ipairs({'x', 'y', 'z'}) do redis.call('ZADD', KEYS[2], i, member) end
      out[6] = redis.call('ZREVRANGE', KEYS[2], 0, 1)
      out[7] = redis.call('ZCARD', KEYS[2]) .. ' members'
      out[8] = redis.call('SET', KEYS[4], '', 'px', 60000, 'nx').ok
      out[9] = redis.call('SET', KEYS[4], 'again', 'NX')
      out[10] = redis.call('GET', KEYS[4]) == '' and 'empty' or 'other'
      out[11] = redis.call('PTTL', KEYS[4]) > 50000 and 'lives' or 'dead'
      for i = 1, 5 do redis.call('XADD', KEYS[3], 'MAXLEN', '3', '*', 'i', i) end
      local newest = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)
      out[12] = newest[1][2]
      out[13] = redis.call('XLEN', KEYS[3])
      out[14] = redis.call('EXISTS', KEYS[1], 'no-such-key-at-all')
      out[15] = redis.call('INCR', KEYS[4] .. 'c') + 1
      return out`;
    expect(await command('EVAL', script, 4, hash, set, stream, key, 'value')).toEqual([
      2, 'value', 'absent', '42', 3, ['z', 'y'], '3 members', 'OK', null, 'empty', 'lives', ['i', '5'], 3, 1, 2,
    ]);
    expect((await command('XRANGE', stream, '-', '+')).map(([, fields]: [string, string[]]) => fields[1])).toEqual(['3', '4', '5']);
    expect(await command('DEL', key, hash, set, stream, `${key}c`)).toBe(5);
  });

  test('scripts: KEEPTTL, RENAME and emptied collections', async () => {
    const [a, b, hash] = [fresh(), fresh(), fresh()];
    const script = `
      redis.call('SET', KEYS[1], '1', 'PX', '60000')
      redis.call('SET', KEYS[1], '2', 'KEEPTTL')
      redis.call('SET', KEYS[2], 'old', 'EX', 5000)
      redis.call('RENAME', KEYS[1], KEYS[2])
      redis.call('HSET', KEYS[3], 'f', 'v')
      redis.call('HDEL', KEYS[3], 'f')
      local left = redis.call('PTTL', KEYS[2])
      return {redis.call('GET', KEYS[2]), left > 50000 and left <= 60000 and 1 or 0}`;
    expect(await command('EVAL', script, 3, a, b, hash)).toEqual(['2', 1]);
    expect([await command('EXISTS', a), await command('EXISTS', hash)]).toEqual([0, 0]);
  });

  test('scripts: TIME is the time, and milliseconds can be made of it', async () => {
    const script = "local t = redis.call('TIME') return {t[1], t[2], tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)}";
    for (let i = 0; i < 5; i++) {
      const before = Date.now();
      const [seconds, micros, ms] = await command('EVAL', script, 0);
      expect(Number(micros)).toBeLessThan(1_000_000);
      expect(ms).toBe(Number(seconds) * 1000 + Math.floor(Number(micros) / 1000));
      expect(ms).toBeGreaterThanOrEqual(before - 5);
      expect(ms).toBeLessThanOrEqual(Date.now() + 5);
    }
    const [seconds, micros] = await command('TIME');
    expect(Math.abs(Number(seconds) * 1000 + Number(micros) / 1000 - Date.now())).toBeLessThan(1000);
  });

  test('scripts: numbers are doubles, beyond 32 bits, and whole ones are written whole', async () => {
    const key = fresh();
    const script = `
      local month = 30 * 24 * 60 * 60 * 1000 -- 2592000 000
      local now = tonumber(ARGV[1])
      redis.call('SET', KEYS[1], now + month)
      local text = 'in 1000 or 2000'
      return {month, now * 1000, tostring(now), string.format('%d:%s', now + 1, now), text, redis.call('GET', KEYS[1]) - now, 7 / 2,
        redis.call('INCRBY', KEYS[1], 5) + 1, tonumber('x') == nil and 1 or 0, tonumber('ff', 16), 5 % 3, #'1234'}`;
    const [month, micros, text, formatted, kept, difference, half, sum, none, hex, rest, length] = await command('EVAL', script, 1, key, '1795258501309');
    expect([month, micros, text, formatted, kept, difference, half, sum, none, hex, rest, length]).toEqual([
      2_592_000_000, 1_795_258_501_309_000, '1795258501309', '1795258501310:1795258501309', 'in 1000 or 2000', 2_592_000_000, 3, 1_797_850_501_315, 1, 255, 2, 4,
    ]);
    expect(await command('GET', key)).toBe('1797850501314');
  });

  test('scripts: errors reach the caller in Redis’s words', async () => {
    const key = fresh();
    await command('HSET', key, 'a', '1');
    expect(await command('EVAL', "return redis.error_reply('STALE no longer yours')", 0)).toBe('error: STALE no longer yours');
    expect(await command('EVAL', "return {err = 'STALE no longer yours'}", 0)).toBe('error: STALE no longer yours');
    expect(await command('EVAL', "local r = redis.pcall('NOSUCH') return r.err and 'caught' or 'missed'", 0)).toBe('caught');
    expect(await command('EVAL', 'return 1 +', 0)).toMatch(/^error: ERR Error compiling script/);
    expect(await command('EVAL', "\nerror('oh no')", 0)).toMatch(/^error: ERR user_script:2: oh no/);
    expect(await command('EVAL', 'x = 1 return x', 0)).toMatch(/^error: ERR .*user_script:1:/);
    expect(await command('EVAL', 'return 1', 'two')).toBe('error: ERR value is not an integer or out of range');
    await expect(connect().eval("return redis.error_reply('STALE no longer yours')", [], [])).rejects.toThrow(/STALE no longer yours/);
  });

  test('scripts: what ran before an error stays, and a script is one step', async () => {
    const key = fresh();
    await command('EVAL', "redis.call('SET', KEYS[1], 'kept') error('late')", 1, key);
    expect(await command('GET', key)).toBe('kept');
    const counter = fresh();
    const take = "local n = tonumber(redis.call('GET', KEYS[1]) or '0') redis.call('SET', KEYS[1], n + 1) return n";
    const taken = await Promise.all(Array.from({ length: 20 }, () => command('EVAL', take, 1, counter)));
    expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('EVALSHA knows scripts that were loaded or run, and says NOSCRIPT for others', async () => {
    const redis = connect();
    const sha = await redis.scriptLoad('return ARGV[1]');
    expect(sha).toMatch(/^[0-9a-f]{40}$/);
    expect(await redis.evalsha(sha, [], ['back'])).toBe('back');
    expect(await command('SCRIPT', 'EXISTS', sha, '0'.repeat(40))).toEqual([1, 0]);
    expect(await command('EVALSHA', '0'.repeat(40), 0)).toBe('error: NOSCRIPT No matching script. Please use EVAL.');
    const script = redis.createScript<string>(`return 'fresh ${fresh()}' .. ARGV[1]`);
    expect(await script.exec([], ['!'])).toMatch(/^fresh .*!$/);
  });

  test('a pipeline answers each command for itself', async () => {
    const key = fresh();
    const { status, body } = await post('/pipeline', JSON.stringify([['SET', key, 'a'], ['INCR', key], ['NOSUCH'], ['GET', key], ['GET']]));
    expect(status).toBe(200);
    expect(body).toEqual([
      { result: 'OK' },
      { error: 'ERR value is not an integer or out of range' },
      { error: expect.stringMatching(/^ERR Command is not available: 'NOSUCH'/) },
      { result: 'a' },
      { error: "ERR wrong number of arguments for 'get' command" },
    ]);
    const pipeline: Pipeline = connect().pipeline();
    expect(await pipeline.set(key, '1').incr(key).get(key).exec()).toEqual(['OK', 2, '2']);
  });

  test('a transaction runs whole, or not at all when a command is malformed', async () => {
    const key = fresh();
    expect(await connect().multi().set(key, '1').incr(key).get(key).exec()).toEqual(['OK', 2, '2']);
    const refused = await post('/multi-exec', JSON.stringify([['SET', key, 'changed'], ['GET']]));
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({ error: expect.stringMatching(/^EXECABORT Transaction discarded/) });
    expect(await command('GET', key)).toBe('2');
    const failing = await post('/multi-exec', JSON.stringify([['SET', key, 'text'], ['INCR', key], ['GET', key]]));
    expect(failing.body).toEqual([{ result: 'OK' }, { error: 'ERR value is not an integer or out of range' }, { result: 'text' }]);
  });

  test('text of any kind comes back whole, as base64 and plain', async () => {
    const [redis, key] = [connect(), fresh()];
    for (const value of ['OK', 'T0s=', 'null', '', '{"a":[1]}', 'line\r\nline\0end', 'äöü €uro 漢字 😀', ' spaces ', 'x'.repeat(300_000)]) {
      await redis.set(key, value);
      expect(await redis.get(key)).toBe(value);
      expect(await command('GET', key)).toBe(value);
      expect((await post('/', JSON.stringify(['GET', key]), { 'upstash-encoding': 'base64' })).body).toEqual({ result: value === 'OK' ? 'OK' : Buffer.from(value).toString('base64') });
    }
    const bytes = await post('/', JSON.stringify(['EVAL', 'return {string.char(0, 255, 128, 10), 5}', 0]), { 'upstash-encoding': 'base64' });
    expect(bytes.body).toEqual({ result: [Buffer.from([0, 255, 128, 10]).toString('base64'), 5] });
  });

  test('strangers are refused', async () => {
    const key = fresh();
    for (const authorization of [undefined, '', 'Bearer', 'Bearer wrong', `Basic ${subject().token}`, `Bearer ${subject().token}x`, subject().token]) {
      const response = await fetch(subject().url, { method: 'POST', body: JSON.stringify(['SET', key, 'x']), headers: authorization === undefined ? {} : { authorization } });
      expect([response.status, await response.json()]).toEqual([401, { error: 'WRONGPASS invalid or missing auth token' }]);
    }
    await expect(connect('wrong').get(key)).rejects.toThrow(/WRONGPASS/);
    expect(await command('EXISTS', key)).toBe(0);
  });

  test.each([
    ['/', 'no json'],
    ['/', '{"a":1}'],
    ['/', '[]'],
    ['/', '["GET",{"a":1}]'],
    ['/', '["GET",null]'],
    ['/', '[["GET","a"]]'],
    ['/pipeline', '["GET","a"]x'],
    ['/pipeline', '[]'],
    ['/multi-exec', '["GET","a"]'],
    ['/multi-exec', '{}'],
  ])('malformed: POST %s with %s', async (path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error: expect.stringMatching(/^(ERR|EXECABORT) /) });
  });

  test.each(['SELECT 1', 'CONFIG GET *', 'SHUTDOWN', 'MULTI', 'SUBSCRIBE x', 'MONITOR', 'AUTH x', 'CLIENT KILL', 'DEBUG SLEEP 1', 'BLPOP x 0', 'NOSUCH', 'constructor'])('%s is not available', async (line) => {
    const answer = await post('/', JSON.stringify(line.split(' ')));
    expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(/^ERR Command is not available: '/) }]);
  });

  test('an unknown path is not found', async () => {
    expect((await post('/get/x', '[]')).status).toBe(404);
  });
}
