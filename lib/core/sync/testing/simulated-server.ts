import { seededRandom } from '../seeded-random.ts';
import { serveLog, StoreUnavailable, type LogStore, type ReceiptSigner } from '../serve-log.ts';
import { hashOf } from '../sha256.ts';
import { parseSyncCall } from '../sync-call.ts';
import type { SyncCall, SyncReply } from '../transport.ts';
import { createWatchedLog, type WatchedLog } from './watched-log.ts';

/**
 * What a request of the store may come to, besides what it should:
 *
 *   unavailable     403, 413, 429, 500, 503, or no answer: nothing was done, or nothing can be read
 *   undecided       409 or a timeout of a create that was not done
 *   undecided-done  a timeout or 500 of a create that was done
 */
export type StoreFault = 'none' | 'unavailable' | 'undecided' | 'undecided-done';

/** The server over a store for each person; it can be restarted with other keys. */
export function createServer(beforeStore: (operation: string) => Promise<StoreFault>) {
  const logs = new Map<string, WatchedLog>();
  let key = 0;
  const proof = (parts: (string | number)[]): string => hashOf(`key ${key} ${parts.join(' ')}`);
  const signer: ReceiptSigner = {
    sign: (...parts) => proof(parts),
    verify: (receipt, ...parts) => receipt === proof(parts),
  };
  const logOf = (owner: string): WatchedLog => {
    const log = logs.get(owner) ?? createWatchedLog(owner);
    logs.set(owner, log);
    return log;
  };

  /** The same store with its bad days. */
  const faulty = (log: LogStore): LogStore => {
    const wrapped: Record<string, unknown> = {};
    for (const [operation, inner] of Object.entries(log)) {
      if (typeof inner !== 'function') continue;
      const run = inner as (...values: unknown[]) => Promise<unknown>;
      wrapped[operation] = async (...values: unknown[]): Promise<unknown> => {
        const fault = await beforeStore(operation);
        if (fault === 'unavailable') throw new StoreUnavailable();
        const isCreate = operation.startsWith('create');
        if (isCreate && fault === 'undecided') return 'undecided';
        const outcome = await run(...values);
        return isCreate && fault === 'undecided-done' ? 'undecided' : outcome;
      };
    }
    return wrapped as unknown as LogStore;
  };

  return {
    logOf,
    /** All receipts are void from now on. */
    rotateKey: () => void key++,
    /** @param as whose session the request carries; undefined: nobody's. */
    async serve(input: SyncCall, as: string | undefined): Promise<SyncReply> {
      if (as === undefined) return { status: 'absent' };
      const call = parseSyncCall(input);
      if (call === undefined) return { status: 'refused', code: 'invalid-call', message: 'not a call' };
      try {
        return await serveLog(faulty(logOf(as).memory), signer, as, call);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return { status: 'unavailable', retryAfterSeconds: 1, message: 'store' };
      }
    },
  };
}

export type Server = ReturnType<typeof createServer>;

/** A reply altered on its way: an object cut short, a flipped bit, two objects exchanged, or no reply at all. */
export function garble(reply: SyncReply, seed: number): unknown {
  const random = seededRandom(seed);
  if (reply.status !== 'ok') return { status: 'ok', head: 'garbled' };
  const { entries, wanted } = reply;
  const list = entries.length > 0 ? entries : wanted.commits.length > 0 ? wanted.commits : wanted.packs;
  const index = Math.floor(random() * list.length);
  const victim = list[index];
  if (victim === undefined) return random() < 0.5 ? { ...reply, head: 'garbled' } : '<html>504</html>';
  const kind = random();
  let bytes: Uint8Array = victim.bytes.slice();
  if (kind < 0.4) bytes = bytes.subarray(0, Math.floor(random() * bytes.length));
  else if (kind < 0.8) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  } else bytes = list[(index + 1) % list.length]?.bytes ?? bytes;
  const altered: unknown[] = list.map((item, at) => (at === index ? { ...item, bytes } : item));
  if (list === entries) return { ...reply, entries: altered };
  return { ...reply, wanted: list === wanted.commits ? { ...wanted, commits: altered } : { ...wanted, packs: altered } };
}
