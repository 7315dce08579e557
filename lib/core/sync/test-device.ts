import { createMemoryStore, withReserve, type KeyValueStore } from '../fs/key-value-store.ts';
import { openStoredFiles, type StoredFiles } from '../fs/stored-files.ts';
import { createBaseStore } from './base-store.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { syncRound, type Round, type RoundContext, type RoundResult } from './round.ts';
import { runRound } from './run-round.ts';
import { serveLog, type LogStore, type ReceiptSigner } from './serve-log.ts';
import { hashOf } from './sha256.ts';
import { parseSyncCall } from './sync-call.ts';
import type { SyncCall, SyncReply, SyncTransport } from './transport.ts';

/** A store and a server in memory, and browsers that talk to them: what the tests of sync are made of. */
export interface TestCloud {
  log: MemoryLog;
  /** Who is signed in, as the server sees it. */
  user: string;
  calls(): number;
  rotateKey(): void;
  serve(call: unknown, store?: LogStore): Promise<SyncReply>;
}

export function createTestCloud(): TestCloud {
  let key = 0;
  let calls = 0;
  const signer: ReceiptSigner = {
    sign: (...parts) => hashOf(`${key} ${parts.join(' ')}`),
    verify: (receipt, ...parts) => receipt === hashOf(`${key} ${parts.join(' ')}`),
  };
  const cloud: TestCloud = {
    log: createMemoryLog(),
    user: 'person',
    calls: () => calls,
    rotateKey: () => void key++,
    async serve(input, store) {
      calls++;
      const call = parseSyncCall(input);
      if (call === undefined) return { status: 'refused', code: 'invalid-call', message: 'not a call' };
      return serveLog(store ?? cloud.log, signer, cloud.user, call);
    },
  };
  return cloud;
}

export interface TestDevice {
  readonly files: StoredFiles;
  store: KeyValueStore;
  notices: string[];
  write(name: string, text: string): void;
  /** Closes the page and opens it again. */
  restart(): void;
  round(): Round;
  sync(): Promise<RoundResult>;
}

export function createTestDevice(
  cloud: TestCloud,
  name: string,
  options: { store?: KeyValueStore; transport?: (call: SyncCall) => Promise<SyncReply>; parts?: RoundContext['parts'] } = {},
): TestDevice {
  const { store = createMemoryStore() } = options;
  let serial = 0;
  let starts = 0;
  let files = open();
  const notices: string[] = [];
  function open(): StoredFiles {
    starts++;
    return openStoredFiles({
      store: withReserve(store, 'reserve', 100), prefix: 'selkie1:person:f:', tab: `${name}${starts}`, keepsRemovals: true,
      device: name, now: () => 0, newId: () => `${name}-${++serial}`,
    });
  }
  const random = (count: number): Uint8Array => {
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = hashOf(`${name} ${++serial}`).charCodeAt(5);
    return bytes;
  };
  const device: TestDevice = {
    get files() {
      return files;
    },
    store,
    notices,
    write: (path, text) => files.write(`/home/me/${path}`, new TextEncoder().encode(text)),
    restart: () => {
      files = open();
    },
    round: () =>
      syncRound({
        forUser: 'person', device: name, replica: files.replica, now: () => 0, random,
        bases: createBaseStore(withReserve(store, 'reserve', 100), { base: 'base', sent: 'sent:' }),
        notice: (sentence) => notices.push(sentence),
        ...(options.parts === undefined ? {} : { parts: options.parts }),
      }),
    sync: () => {
      const transport: SyncTransport = { sync: options.transport ?? ((call) => cloud.serve(call)) };
      const timeout = () => ({ promise: new Promise<never>(() => {}), cancel: () => {} });
      return runRound(device.round(), { transport, timeout, breathe: async () => {}, isCancelled: () => false });
    },
  };
  return device;
}
