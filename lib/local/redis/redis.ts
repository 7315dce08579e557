import { createHash, timingSafeEqual } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import type { LocalService, ServiceRequest, ServiceResponse } from '../service.ts';
import { commandRules } from './commands.ts';
import { EngineUnreachable, type Command, type Engine, type Outcome, type Reply } from './engine.ts';
import { isInstalled } from './is-installed.ts';
import { openRedisServerEngine } from './redis-server-engine.ts';

/**
 * The embedded Redis behind Upstash's REST API (https://upstash.com/docs/redis/features/restapi): `POST /` with one
 * command, `/pipeline`, `/multi-exec`, a bearer token, and base64 replies on request.
 *
 *   @upstash/redis ─► this front ─► redis-server (when it is on PATH) or ioredis-mock (corrected)
 *
 * The real server is preferred because sessions lean on Lua scripts; the stand-in exists so that a machine with
 * Node alone can run everything. Rejected: a Redis of our own in TypeScript; a second implementation of a database
 * is worth more bugs than it saves.
 */
export interface RedisOptions {
  dataDir: string;
  token: string;
  /** Chosen by what is installed when absent. */
  engine?: 'redis-server' | 'mock';
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Gets one sentence for each thing a person should know; standard error by default. */
  warn?: (sentence: string) => void;
}

export async function createRedis(options: RedisOptions): Promise<LocalService & { engine: 'redis-server' | 'mock' }> {
  const { dataDir, token, now = Date.now, warn = console.error } = options;
  const kind = options.engine ?? ((await isInstalled('redis-server')) ? 'redis-server' : 'mock');
  // Where there is a redis-server, and in the package, the stand-in is never loaded.
  const engine = await (kind === 'mock' ? (await import('./mock-engine.ts')).openMockEngine({ dataDir, now, warn }) : openRedisServerEngine({ dataDir, now, warn }));
  return { ...createRedisFront(engine, [token]), engine: engine.kind };
}

/** The REST API over any engine. Several tokens are for changing one: first the new one here, then in the app. */
export function createRedisFront(engine: Engine, tokens: readonly string[]): LocalService {
  const checks = tokens.map(tokenCheck);
  // All of them, so that the time does not tell which.
  const isAllowed = (authorization: string | undefined) => checks.map((check) => check(authorization)).includes(true);

  return {
    name: 'redis',
    maxBodyBytes: limits.redisBodyMaxBytes,
    operationOf(request) {
      const commands = namesIn(request);
      return commands.length === 1 ? commands[0]! : request.path === '/pipeline' || request.path === '/multi-exec' ? 'PIPELINE' : 'unknown';
    },
    async handle(request) {
      if (!isAllowed(request.headers.authorization)) return answer(401, { error: 'WRONGPASS invalid or missing auth token' });
      if (request.method !== 'POST') return answer(405, { error: 'ERR only POST is available here' }, { allow: 'POST' });
      const encode = request.headers['upstash-encoding'] === 'base64' ? base64 : utf8;
      try {
        return await serve(request, engine, encode);
      } catch (error) {
        if (!(error instanceof EngineUnreachable)) throw error;
        return answer(500, { error: 'ERR the database did not answer' });
      }
    },
    close: () => engine.close(),
  };
}

type Encode = (bytes: Buffer) => string;

async function serve(request: ServiceRequest, engine: Engine, encode: Encode): Promise<ServiceResponse> {
  const body = decode(request.body);
  if (request.path === '/') {
    const command = parseCommand(body);
    if ('error' in command) return answer(400, command);
    const [outcome] = await engine.pipeline([command.command]);
    return answer(outcome !== undefined && 'reply' in outcome ? 200 : 400, outcomeJson(outcome!, encode));
  }
  if (request.path !== '/pipeline' && request.path !== '/multi-exec') return answer(404, { error: 'ERR not found: POST to /, /pipeline or /multi-exec' });
  if (!Array.isArray(body) || body.length === 0) return answer(400, { error: 'ERR failed to parse pipeline request: expected an array of commands' });
  if (body.length > limits.redisPipelineMaxCommands) return answer(400, { error: `ERR too many commands in one request: at most ${limits.redisPipelineMaxCommands}` });
  const parsed = body.map(parseCommand);

  if (request.path === '/multi-exec') {
    const refused = parsed.find((command) => 'error' in command);
    if (refused !== undefined) return answer(400, { error: `EXECABORT Transaction discarded because of: ${refused.error}` });
    const outcomes = await engine.transaction(parsed.flatMap((one) => ('command' in one ? [one.command] : [])));
    return 'error' in outcomes ? answer(400, outcomes) : answer(200, outcomes.map((outcome) => outcomeJson(outcome, encode)));
  }
  const outcomes = await engine.pipeline(parsed.flatMap((one) => ('command' in one ? [one.command] : [])));
  let next = 0;
  return answer(200, parsed.map((one) => ('error' in one ? one : outcomeJson(outcomes[next++]!, encode))));
}

function decode(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

type ParsedCommand = { command: Command } | { error: string };

function parseCommand(value: unknown): ParsedCommand {
  if (!Array.isArray(value) || value.length === 0) return failed('ERR failed to parse command: expected a JSON array with the name and its arguments');
  const parts: string[] = [];
  for (const part of value) {
    if (typeof part !== 'string' && typeof part !== 'number' && typeof part !== 'boolean') {
      return failed('ERR failed to parse command: arguments must be strings, numbers or booleans');
    }
    parts.push(String(part));
  }
  const [name = '', ...parameters] = parts;
  const upper = name.toUpperCase();
  if (!commandRules.has(upper)) {
    return failed(`ERR Command is not available: '${name.slice(0, 64)}'. See https://upstash.com/docs/redis/overall/rediscompatibility for details`);
  }
  return { command: [upper, ...parameters] };
}

function failed(error: string): { error: string } {
  return { error };
}

function namesIn(request: ServiceRequest): string[] {
  const body = decode(request.body);
  if (!Array.isArray(body)) return [];
  const commands: unknown[] = request.path === '/' ? [body] : body;
  return commands.map((command) => {
    const name: unknown = Array.isArray(command) ? command[0] : undefined;
    const upper = typeof name === 'string' ? name.toUpperCase() : '';
    return commandRules.has(upper) ? upper : 'unknown';
  });
}

function outcomeJson(outcome: Outcome, encode: Encode): { result: unknown } | { error: string } {
  return 'error' in outcome ? { error: outcome.error } : { result: replyJson(outcome.reply, encode) };
}

function replyJson(reply: Reply, encode: Encode): unknown {
  if (Array.isArray(reply)) return reply.map((part) => replyJson(part, encode));
  return Buffer.isBuffer(reply) ? encode(reply) : reply;
}

const utf8: Encode = (bytes) => bytes.toString('utf8');

/** Upstash sends `OK` as it is even then, and its client relies on that. */
const base64: Encode = (bytes) => (bytes.length === 2 && bytes.toString('latin1') === 'OK' ? 'OK' : bytes.toString('base64'));

/** Compares digests, so that the time tells neither the length nor the matching part. */
function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (authorization = '') => {
    const given = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    return timingSafeEqual(digest(given ?? ''), expected) && given !== undefined;
  };
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): ServiceResponse {
  return { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }, body: JSON.stringify(body) };
}
