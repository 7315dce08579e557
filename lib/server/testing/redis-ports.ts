import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisPort } from '../../core/session/redis-port.ts';
import { createRedis } from '../../local/redis/redis.ts';

/** The embedded Redis without its socket: the port that the app uses, and a door to look behind it. */
export interface TestRedis {
  port: RedisPort;
  /** One command, as @upstash/redis would send it. Rejects with Redis's words. */
  command(...command: string[]): Promise<unknown>;
  close(): Promise<void>;
}

export async function openTestRedis(engine: 'redis-server' | 'mock'): Promise<TestRedis> {
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-redis-'));
  const service = await createRedis({ dataDir, token: 'token-of-this-test', engine, warn: () => undefined });
  const command = async (...words: string[]): Promise<unknown> => {
    const reply = await service.handle({
      method: 'POST', path: '/', query: '', headers: { authorization: 'Bearer token-of-this-test', 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(words)), raw: undefined as never,
    });
    const { result, error } = JSON.parse(String(reply.body)) as { result?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  };
  return {
    command,
    port: { eval: (script, keys, args) => command('EVAL', script, String(keys.length), ...keys, ...args) },
    async close() {
      await service.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
