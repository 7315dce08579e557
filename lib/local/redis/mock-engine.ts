import { createHash, randomUUID } from 'node:crypto';
import RedisMock from 'ioredis-mock';
import { commandRules, type Kind } from './commands.ts';
import type { Command, Engine, Outcome, Reply } from './engine.ts';
import { parseLuaReply, scriptLine, wrapScript } from './mock-lua.ts';
import { openSnapshots, type MockData, type MockExpires } from './mock-snapshot.ts';
import { runStreamCommand, type StreamEntry } from './mock-streams.ts';

/**
 * ioredis-mock made to behave where sessions would notice: option words in any case, types and argument counts
 * checked, empty collections gone, real stream ids and a real clock, scripts with Redis's conversions (mock-lua.ts),
 * EVALSHA and SCRIPT, and its data kept in a file. What stays different: values must be text (bytes that are no
 * UTF-8, which only a script could make, are not kept), and the commands that ioredis-mock lacks.
 *
 * It works synchronously: a command that is started is done before the next starts, which makes a pipeline a
 * transaction as well.
 */
type Runner = Record<string, ((...parameters: string[]) => Promise<unknown>) | undefined>;

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
const MAX_SCRIPTS = 1000;

/** Reads, after which nothing needs to be saved. */
const reads = new Set(
  ('GET GETRANGE STRLEN MGET EXISTS TTL PTTL TYPE KEYS SCAN DBSIZE TIME PING ECHO RANDOMKEY TOUCH HEXISTS HGET HGETALL HKEYS HLEN HMGET HSCAN HSTRLEN HVALS INFO ' +
    'LINDEX LLEN LRANGE SCARD SDIFF SINTER SISMEMBER SMEMBERS SMISMEMBER SRANDMEMBER SSCAN SUNION ZCARD ZCOUNT ZMSCORE ZRANGE ZRANGEBYSCORE ZRANK ' +
    'ZREVRANGE ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE XLEN XRANGE XREVRANGE SCRIPT').split(' '),
);

export async function openMockEngine(options: { dataDir: string; now: () => number; warn: (sentence: string) => void }): Promise<Engine> {
  // Instances with the same address share their data inside the package.
  const mock = new RedisMock({ host: randomUUID() });
  const { data, expires } = mock as unknown as { data: MockData; expires: MockExpires };
  const runner = mock as unknown as Runner;
  const scripts = new Map<string, string>();
  const snapshots = await openSnapshots({ ...options, data, expires });

  const run = async ([name, ...parameters]: Command): Promise<Reply> => {
    requireArity(name, parameters);
    const kind = commandRules.get(name)?.kind ?? 'any';
    const [key = '', ...rest] = parameters;
    if (kind !== 'any' && kind !== 'none') requireKind(data, key, kind);

    if (name === 'TIME') return [String(Math.floor(Date.now() / 1000)), String((Date.now() % 1000) * 1000)].map((part) => Buffer.from(part));
    // The package's own answer is of a server that is not there.
    if (name === 'INFO') throw new Error(`ERR unknown command 'INFO': this machine runs without redis-server, and its stand-in lacks it`);
    if (name === 'EVAL') return evaluate(key, rest);
    if (name === 'EVALSHA') {
      const script = scripts.get(key.toLowerCase());
      if (script === undefined) throw new Error('NOSCRIPT No matching script. Please use EVAL.');
      return evaluate(script, rest);
    }
    if (name === 'SCRIPT') return scriptCommand(key.toUpperCase(), rest);
    if (name === 'SET') return setValue(key, rest);
    if (name === 'RENAME' || name === 'RENAMENX') {
      if (!data.has(key)) throw new Error('ERR no such key');
      const [target = ''] = rest;
      if (name === 'RENAMENX' && data.has(target)) return 0;
      if (target !== key) data.delete(target);
      else return Buffer.from('OK');
    }
    if (kind === 'stream') {
      const result = runStreamCommand(name, (data.get(key) as StreamEntry[] | undefined) ?? [], rest, Date.now());
      if (result.entries.length > 0) data.set(key, result.entries);
      else data.delete(key);
      return result.reply;
    }
    if (/^(INCR|DECR)(BY)?$/.test(name)) requireIntegers(data.has(key) ? data.get(key) : '0', ...rest);
    if (/^P?EXPIRE(AT)?$/.test(name)) requireIntegers(rest[0]);
    return toReply(await command(name, name === 'ZADD' ? [key, ...upperOptions(rest)] : parameters), name);
  };

  /** Calls the mock, whose methods carry the commands' names in lower case. */
  const command = (name: string, parameters: readonly string[]): Promise<unknown> => {
    const method = runner[name.toLowerCase()];
    if (method === undefined) throw new Error(`ERR unknown command '${name}': this machine runs without redis-server, and its stand-in lacks it`);
    return method.call(mock, ...parameters);
  };

  const evaluate = async (script: string, [count = '', ...parameters]: readonly string[]): Promise<Reply> => {
    if (!/^\d+$/.test(count)) throw new Error(NOT_AN_INTEGER);
    if (Number(count) > parameters.length) throw new Error("ERR Number of keys can't be greater than number of args");
    let text: unknown;
    try {
      text = await command('EVAL', [wrapScript(script, Date.now()), count, ...parameters]);
    } catch (error) {
      // The wrapper catches everything that a running script throws; this one did not compile.
      const why = (error as Error).message.replace('Error trying to loading or executing lua code string in VM: ', '');
      throw new Error(`ERR Error compiling script (new function): ${scriptLine(why)}`);
    }
    remember(script);
    const result = parseLuaReply(String(text));
    if ('error' in result) throw new Error(result.error);
    return result.reply;
  };

  const remember = (script: string): string => {
    const sha = createHash('sha1').update(script).digest('hex');
    scripts.set(sha, script);
    for (const oldest of scripts.keys()) {
      if (scripts.size <= MAX_SCRIPTS) break;
      scripts.delete(oldest);
    }
    return sha;
  };

  const scriptCommand = (subcommand: string, parameters: readonly string[]): Reply => {
    if (subcommand === 'LOAD' && parameters.length === 1) return Buffer.from(remember(parameters[0]!));
    if (subcommand === 'EXISTS' && parameters.length > 0) return parameters.map((sha) => (scripts.has(sha.toLowerCase()) ? 1 : 0));
    if (subcommand === 'FLUSH') {
      scripts.clear();
      return Buffer.from('OK');
    }
    throw new Error(`ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try SCRIPT HELP.`);
  };

  const setValue = (key: string, [value = '', ...words]: readonly string[]): Reply => {
    const { expiry, isNew, isExisting, keepsExpiry, wantsOld } = parseSetOptions(words);
    if (wantsOld) requireKind(data, key, 'string');
    const old = wantsOld && data.has(key) ? Buffer.from(String(data.get(key))) : null;
    if ((isNew && data.has(key)) || (isExisting && !data.has(key))) return old;
    const expiresAt = expiry ?? (keepsExpiry && data.has(key) && expires.has(key) ? expires.get(key) : undefined);
    data.delete(key);
    data.set(key, value);
    if (expiresAt !== undefined) expires.set(key, expiresAt);
    return wantsOld ? old : Buffer.from('OK');
  };

  const attempt = async (one: Command): Promise<Outcome> => {
    const running = run(one);
    // The work is done by now and only the reply is awaited, so the next command must already see no empty collection.
    if (!reads.has(one[0])) {
      for (const key of one[0].startsWith('EVAL') ? one.slice(3) : one.slice(1, 2)) dropIfEmpty(data, key);
      snapshots.changed();
    }
    try {
      return { reply: await running };
    } catch (error) {
      return { error: (error as Error).message };
    }
  };

  return {
    kind: 'mock',
    pipeline: (commands) => Promise.all(commands.map(attempt)),
    async transaction(commands) {
      for (const [name, ...parameters] of commands) {
        try {
          requireArity(name, parameters);
        } catch (error) {
          return { error: `EXECABORT Transaction discarded because of: ${(error as Error).message}` };
        }
      }
      return Promise.all(commands.map(attempt));
    },
    async close() {
      await snapshots.close();
      mock.disconnect();
    },
  };
}

function requireArity(name: string, parameters: readonly string[]): void {
  const rule = commandRules.get(name);
  if (rule === undefined || parameters.length < rule.min || parameters.length > rule.max) {
    throw new Error(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  }
}

function requireKind(data: MockData, key: string, kind: Kind): void {
  if (data.has(key) && kindOf(data.get(key)) !== kind) throw new Error(WRONG_TYPE);
}

function kindOf(value: unknown): Kind {
  if (value instanceof Set) return 'set';
  if (value instanceof Map) return 'zset';
  if (Array.isArray(value)) return Array.isArray(value[0]) ? 'stream' : 'list';
  return typeof value === 'object' ? 'hash' : 'string';
}

/** Redis has no empty collections; the mock leaves them behind. */
function dropIfEmpty(data: MockData, key: string): void {
  const value = data.has(key) ? data.get(key) : undefined;
  if (typeof value !== 'object' || value === null) return;
  const size = value instanceof Set || value instanceof Map ? value.size : Object.keys(value).length;
  if (size === 0) data.delete(key);
}

function requireIntegers(...values: unknown[]): void {
  if (!values.every((value) => /^-?\d{1,18}$/.test(String(value)))) throw new Error(NOT_AN_INTEGER);
}

function upperOptions(parameters: readonly string[]): string[] {
  const firstScore = parameters.findIndex((parameter) => !/^(nx|xx|ch|incr|gt|lt)$/i.test(parameter));
  return parameters.map((parameter, i) => (i < firstScore ? parameter.toUpperCase() : parameter));
}

function parseSetOptions(words: readonly string[]) {
  const parsed = { expiry: undefined as number | undefined, isNew: false, isExisting: false, keepsExpiry: false, wantsOld: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!.toUpperCase();
    if (word === 'NX') parsed.isNew = true;
    else if (word === 'XX') parsed.isExisting = true;
    else if (word === 'GET') parsed.wantsOld = true;
    else if (word === 'KEEPTTL') parsed.keepsExpiry = true;
    else if (/^(EX|PX|EXAT|PXAT)$/.test(word) && parsed.expiry === undefined && words[i + 1] !== undefined) {
      const amount = words[++i]!;
      requireIntegers(amount);
      if (Number(amount) <= 0) throw new Error("ERR invalid expire time in 'set' command");
      const ms = Number(amount) * (word.startsWith('EX') ? 1000 : 1);
      parsed.expiry = word.endsWith('AT') ? ms : Date.now() + ms;
    } else throw new Error('ERR syntax error');
  }
  if ((parsed.isNew && parsed.isExisting) || (parsed.keepsExpiry && parsed.expiry !== undefined)) throw new Error('ERR syntax error');
  return parsed;
}

/** The mock answers in JavaScript's types; `HGETALL` as an object. */
function toReply(value: unknown, name: string): Reply {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((part) => toReply(part, name));
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'object') return Object.entries(value).flat().map((part) => Buffer.from(String(part)));
  return Buffer.from(String(value));
}
