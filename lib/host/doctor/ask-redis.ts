import type { Environment as Settings } from '../../core/session/environment.ts';
import type { Asked } from './check.ts';
import type { Context } from './context.ts';
import { silence } from './silence.ts';

/** What Redis, through its REST API, says and does. */
export interface RedisEvidence {
  settings: Settings;
  ping: Asked<unknown>;
  /** As somebody with a token that is not ours. */
  stranger: Asked<unknown>;
  script: Asked<unknown>;
  /** Milliseconds of 20 pings, sorted; fewer where the time was up. */
  pings: readonly number[];
  /** The lines of INFO by name. */
  info: Asked<Readonly<Record<string, string>>>;
  /** CONFIG GET, for those who do not answer INFO. */
  eviction: Asked<string | undefined>;
}

const PINGS = 20;
/** All pings together; a Redis on another continent is slow at the first. */
const PINGS_MS = 4_000;

export async function askRedis(context: Context): Promise<RedisEvidence> {
  const { settings } = context;
  const { token } = settings.redis;
  const command = (...words: string[]) => ask(context, token, words);
  const ping = await command('PING');
  const none = { kind: 'silent', why: 'Redis could not be used' } as const;
  if (ping.kind !== 'answer') return { settings, ping, stranger: none, script: none, pings: [], info: none, eviction: none };

  // As the sessions' own scripts: a time, a write that ends by itself, and a list in return.
  const write = () => command('EVAL', "redis.call('SET', KEYS[1], ARGV[1], 'PX', 1000) return {redis.call('GET', KEYS[1]), redis.call('TIME')[1]}", '1', 'doctor', 'selkie');
  if (context.brief === true) {
    const [script] = await Promise.all([write(), readClock(context, command)]);
    return { settings, ping, stranger: none, script, pings: [], info: none, eviction: none };
  }
  const [stranger, script, info, eviction] = await Promise.all([
    ask(context, `not-the-token-${token.length}-of-this-deployment`, ['PING']),
    write(),
    command('INFO').then((asked): RedisEvidence['info'] => (asked.kind === 'answer' ? infoOf(asked.value) : asked)),
    command('CONFIG', 'GET', 'maxmemory-policy').then((asked): RedisEvidence['eviction'] => (asked.kind === 'answer' ? { kind: 'answer', value: policyOf(asked.value) } : asked)),
  ]);
  const pings: number[] = [];
  const began = performance.now();
  while (pings.length < PINGS && performance.now() - began < PINGS_MS) {
    const started = performance.now();
    if ((await command('PING')).kind === 'answer') pings.push(performance.now() - started);
    else break;
  }
  await readClock(context, command);
  return { settings, ping, stranger, script, pings: pings.sort((a, b) => a - b), info, eviction };
}

/** Redis's own time knows microseconds. */
async function readClock(context: Context, command: (...words: string[]) => Promise<Asked<unknown>>): Promise<void> {
  const askedAtMs = context.now();
  const time = await command('TIME');
  const [seconds, micros] = time.kind === 'answer' && Array.isArray(time.value) ? time.value.map(Number) : [];
  if (seconds === undefined || micros === undefined || !Number.isFinite(seconds + micros)) return;
  const answeredAtMs = context.now();
  context.clocks.push({ whose: 'Redis', aheadMs: seconds * 1000 + micros / 1000 - (askedAtMs + answeredAtMs) / 2, uncertainMs: (answeredAtMs - askedAtMs) / 2 });
}

/** https://upstash.com/docs/redis/features/restapi: one command as a JSON array. */
async function ask({ settings, timeoutMs }: Context, token: string, words: readonly string[]): Promise<Asked<unknown>> {
  try {
    const answer = await fetch(settings.redis.url, {
      method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs), body: JSON.stringify(words),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    const text = await answer.text();
    if (answer.status === 401 || answer.status === 403) return { kind: 'refused', code: 'Unauthorized', message: '', status: answer.status };
    // What a front says while its Redis is away; a refusal comes with 400.
    if (answer.status >= 500) return { kind: 'silent', why: `it answered HTTP ${answer.status}` };
    const reply = parse(text);
    if (reply === undefined) return { kind: 'silent', why: answer.ok ? 'its answer was not that of the REST API' : `it answered HTTP ${answer.status}` };
    if ('error' in reply) return { kind: 'refused', code: String(reply.error).split(' ', 1)[0]!.slice(0, 40), message: String(reply.error).slice(0, 200), status: answer.status };
    return { kind: 'answer', value: reply.result };
  } catch (error) {
    return { kind: 'silent', why: silence(error) };
  }
}

function parse(text: string): { result: unknown } | { error: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && ('result' in value || 'error' in value) ? (value as { result: unknown }) : undefined;
  } catch {
    return undefined;
  }
}

function infoOf(value: unknown): RedisEvidence['info'] {
  const lines = String(value).split(/\r?\n/).filter((line) => /^\w+:/.test(line));
  if (lines.length === 0) return { kind: 'silent', why: 'INFO said nothing' };
  return { kind: 'answer', value: Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)])) };
}

/** A pair, or, in RESP3's manner, an object. */
function policyOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value[1] === undefined ? undefined : String(value[1]);
  return typeof value === 'object' && value !== null ? String((value as Record<string, unknown>)['maxmemory-policy']) : undefined;
}
