import type { Redis } from 'ioredis';
import { runScript } from './run-script.ts';

/** Everything that Redis holds of sessions, read in one step. */
export interface Snapshot {
  records: Map<string, { id: string; user: string; generation: number; epoch: string; isExpired: boolean }>;
  envelopes: Map<string, string>;
  locks: Map<string, string>;
  tombstones: Map<string, { next: string; atMs: number; reason: string }>;
  epochs: Map<string, string>;
  nowMs: number;
}

const SCRIPT = `
local out = {}
local clock = redis.call('TIME')
out[1] = {'now', string.format('%.0f', tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000))}
for _, key in ipairs(redis.call('KEYS', '*')) do
  local kind = string.sub(key, 1, 2)
  if kind == 's:' then out[#out + 1] = {key, unpack(redis.call('HMGET', key, 'id', 'user', 'gen', 'epoch', 'seen', 'idle', 'abs'))}
  elseif kind == 'x:' then out[#out + 1] = {key, unpack(redis.call('HMGET', key, 'next', 'at', 'reason'))}
  elseif kind == 't:' or kind == 'l:' or string.sub(key, -6) == ':epoch' then out[#out + 1] = {key, redis.call('GET', key)}
  end
end
return out
`;

/** Sent right behind a call on the same connection, it shows what that call left. */
export async function takeSnapshot(connection: Redis): Promise<Snapshot> {
  const shot: Snapshot = { records: new Map(), envelopes: new Map(), locks: new Map(), tombstones: new Map(), epochs: new Map(), nowMs: 0 };
  for (const [key = '', ...rest] of (await runScript(connection, SCRIPT, [], [])) as string[][]) {
    const [a, b, c, d, e, f, g] = rest.map((value) => value ?? '');
    const name = key.slice(2);
    if (key === 'now') shot.nowMs = Number(a);
    else if (key.startsWith('s:')) {
      const isExpired = shot.nowMs >= Number(g) || shot.nowMs >= Number(e) + Number(f);
      shot.records.set(name, { id: a!, user: b!, generation: Number(c), epoch: d!, isExpired });
    } else if (key.startsWith('t:')) shot.envelopes.set(name, a!);
    else if (key.startsWith('l:')) shot.locks.set(name, a!);
    else if (key.startsWith('x:')) shot.tombstones.set(name, { next: a!, atMs: Number(b), reason: c! });
    else shot.epochs.set(key.slice(2, -':epoch'.length), a!);
  }
  return shot;
}

/** Whether a record counts: it is there, of the person's present epoch, and not expired. */
export function isLive(shot: Snapshot, hash: string): boolean {
  const record = shot.records.get(hash);
  return record !== undefined && record.id !== '' && !record.isExpired && record.epoch === (shot.epochs.get(record.user) ?? '0');
}
