import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createMemoryStore, withReserve } from '../../core/fs/key-value-store.ts';
import { openStoredFiles } from '../../core/fs/stored-files.ts';
import * as limits from '../../core/limits.ts';
import { createBaseStore } from '../../core/sync/base-store.ts';
import { rejoinRound } from '../../core/sync/rejoin.ts';
import { syncRound } from '../../core/sync/round.ts';
import type { Round, RoundContext, RoundMemory, RoundResult } from '../../core/sync/round-context.ts';
import { runRound } from '../../core/sync/run-round.ts';
import type { SyncTransport } from '../../core/sync/transport.ts';

/** What the browser holds of its person's files, without the browser: the same files and the same rounds, over memory. */
export interface Device {
  /** Writes a file that no other device writes, with content that no other file has. */
  write(): void;
  /** Path of each file that was written, with its content. */
  readonly written: ReadonlyMap<string, string>;
  round(): Promise<RoundResult>;
  /** What the person's `sync rejoin` does, after a store was put back. */
  rejoin(): Promise<RoundResult>;
  /** Paths of the files here, of all devices. */
  paths(): Set<string>;
}

const CALL_TIMEOUT_MS = 30_000;

export function createDevice(options: { name: string; forUser: string; transport: SyncTransport; now: () => number }): Device {
  const { name, forUser, now } = options;
  const store = withReserve(createMemoryStore(), 'reserve', limits.storageReserveUnits);
  let serial = 0;
  const files = openStoredFiles({
    store, prefix: `selkie1:${forUser}:f:`, tab: name, keepsRemovals: true, device: name, now, newId: () => randomBytes(12).toString('base64url'),
  });
  const page: RoundMemory = {};
  const context: RoundContext = {
    forUser, device: name, replica: files.replica, bases: createBaseStore(store, { base: 'base', sent: 'sent:', kept: 'kept:', listed: 'listed' }), page, now,
    random: (count) => new Uint8Array(randomBytes(count)), notice: () => undefined,
  };
  const written = new Map<string, string>();
  const timeout = () => {
    const stop = new AbortController();
    const promise = wait(CALL_TIMEOUT_MS, undefined, { signal: stop.signal }).then(() => {
      throw new Error('timeout');
    });
    promise.catch(() => undefined);
    return { promise: promise as Promise<never>, cancel: () => stop.abort() };
  };
  const drive = (round: Round) => runRound(round, { transport: options.transport, timeout, breathe: () => wait(0), isCancelled: () => false });
  return {
    written,
    write() {
      const path = `/home/me/${name}-${++serial}.txt`;
      const content = `${path} ${createHash('sha256').update(`${forUser} ${path}`).digest('hex')}\n`;
      files.write(path, new TextEncoder().encode(content));
      written.set(path, content);
    },
    round: () => drive(syncRound(context)),
    rejoin: () => drive(rejoinRound(context)),
    paths: () => new Set([...files.replica.entries().values()].map(({ path }) => path)),
  };
}
