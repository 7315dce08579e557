import { join } from 'node:path';
import * as v from 'valibot';
import { openDurableJson } from '../outbox/durable-json.ts';

/** ioredis-mock's own store: strings, plain objects (hashes), arrays (lists, streams), Sets, Maps (sorted sets). */
export interface MockData {
  keys(): string[];
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  has(key: string): boolean;
  delete(key: string): void;
  clear(): void;
}

export interface MockExpires {
  has(key: string): boolean;
  get(key: string): number;
  set(key: string, atMs: number): void;
  delete(key: string): void;
}

export interface Snapshots {
  /** Says that something changed; the file follows within a quarter of a second. */
  changed(): void;
  close(): Promise<void>;
}

const DELAY_MS = 250;

const entrySchema = v.object({
  key: v.string(),
  kind: v.picklist(['plain', 'set', 'map']),
  value: v.unknown(),
  expiresAt: v.exactOptional(v.number()),
});
const fileSchema = v.object({ entries: v.array(entrySchema) });
type Entry = v.InferOutput<typeof entrySchema>;

/** Keeps the stand-in's data over restarts, so that nobody is signed out by one. Loads what is there, minus what has expired. */
export async function openSnapshots(options: {
  dataDir: string;
  data: MockData;
  expires: MockExpires;
  now: () => number;
  warn: (sentence: string) => void;
}): Promise<Snapshots> {
  const { data, expires, now } = options;
  const store = await openDurableJson<{ entries: Entry[] }>({
    path: join(options.dataDir, 'redis-mock.json'),
    what: 'the sessions',
    empty: () => ({ entries: [] }),
    parse: (value) => v.parse(fileSchema, value),
    now,
    warn: options.warn,
  });
  for (const { key, kind, value, expiresAt } of store.value.entries) {
    if (expiresAt !== undefined && expiresAt <= now()) continue;
    data.set(key, kind === 'set' ? new Set(value as string[]) : kind === 'map' ? new Map(value as [string, unknown][]) : value);
    if (expiresAt !== undefined) expires.set(key, expiresAt);
  }

  let timer: NodeJS.Timeout | undefined;
  const save = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    store.value.entries = data.keys().flatMap((key): Entry[] => {
      const expiresAt = expires.has(key) ? expires.get(key) : undefined;
      const value = data.get(key);
      // Expired since its key was listed: reading it has removed it.
      if (value === undefined) return [];
      const expiry = expiresAt === undefined ? {} : { expiresAt };
      if (value instanceof Set) return [{ key, kind: 'set', value: [...value], ...expiry }];
      if (value instanceof Map) return [{ key, kind: 'map', value: [...value], ...expiry }];
      return [{ key, kind: 'plain', value, ...expiry }];
    });
    return store.save();
  };
  return {
    changed() {
      timer ??= setTimeout(() => {
        save().catch((error: unknown) => options.warn(`The sessions could not be written (${String(error)}); free some disk space, or they end with this run.`));
      }, DELAY_MS).unref();
    },
    close: save,
  };
}
