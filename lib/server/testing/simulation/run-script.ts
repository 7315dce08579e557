import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

const known = new Map<string, string>();
const loaded = new WeakMap<Redis, Set<string>>();

/** EVAL for a script that comes thousands of times: its text travels once a connection. */
export function runScript(connection: Redis, script: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
  let sha = known.get(script);
  if (sha === undefined) known.set(script, (sha = createHash('sha1').update(script).digest('hex')));
  let has = loaded.get(connection);
  if (has === undefined) loaded.set(connection, (has = new Set()));
  if (has.has(sha)) return connection.evalsha(sha, keys.length, ...keys, ...args);
  has.add(sha);
  return connection.eval(script, keys.length, ...keys, ...args);
}
