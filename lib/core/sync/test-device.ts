import { createMemoryStore, withReserve, type KeyValueStore } from '../fs/key-value-store.ts';
import { openStoredFiles, type StoredFiles } from '../fs/stored-files.ts';
import { createBaseStore, type BaseStore } from './base-store.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { rejoinRound } from './rejoin.ts';
import { syncRound } from './round.ts';
import type { Round, RoundContext, RoundMemory, RoundResult } from './round-context.ts';
import { runRound } from './run-round.ts';
import { serveLog, type LogStore, type ReceiptSigner } from './serve-log.ts';
import { hashOf } from './sha256.ts';
import { snapshotRound } from './snapshot-round.ts';
import { parseSyncCall } from './sync-call.ts';
import type { SyncCall, SyncReply, SyncTransport } from './transport.ts';

/** A store and a server in memory, and browsers that talk to them: what the tests of sync are made of. */
export interface TestCloud {
  log: MemoryLog;
  /** Who is signed in, as the server sees it. */
  user: string;
  calls(): number;
  /** Requests of the store, by kind. */
  requests: Map<string, number>;
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
  const requests = new Map<string, number>();
  /** As the store itself, counting. */
  const counted = (log: MemoryLog): LogStore => new Proxy(log, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        requests.set(String(name), (requests.get(String(name)) ?? 0) + 1);
        return Reflect.apply(method, target, args) as unknown;
      };
    },
  });
  const cloud: TestCloud = {
    log: createMemoryLog(),
    requests,
    user: 'person',
    calls: () => calls,
    rotateKey: () => void key++,
    async serve(input, store) {
      calls++;
      const call = parseSyncCall(input);
      if (call === undefined) return { status: 'refused', code: 'invalid-call', message: 'not a call' };
      return serveLog(store ?? counted(cloud.log), signer, cloud.user, call);
    },
  };
  return cloud;
}

export interface TestDevice {
  readonly files: StoredFiles;
  store: KeyValueStore;
  notices: string[];
  /** What the page remembers; a restart makes a new one. */
  page: RoundMemory;
  write(name: string, text: string): void;
  /** Closes the page and opens it again. */
  restart(): void;
  readonly bases: BaseStore;
  round(): Round;
  sync(): Promise<RoundResult>;
  /** As the person's explicit word does it. */
  rejoining(): Round;
  rejoin(): Promise<RoundResult>;
  /** What the client does after a round when `page.owesSnapshot` is set. */
  keepSnapshot(): Promise<RoundResult>;
}

export function createTestDevice(
  cloud: TestCloud,
  name: string,
  options: { store?: KeyValueStore; transport?: (call: SyncCall) => Promise<SyncReply>; progress?: RoundContext['progress']; breathe?: () => Promise<void> } = {},
): TestDevice {
  const { store = createMemoryStore() } = options;
  let serial = 0;
  let starts = 0;
  let files = open();
  let bases = openBases();
  const notices: string[] = [];
  function open(): StoredFiles {
    starts++;
    return openStoredFiles({
      store: withReserve(store, 'reserve', 100), prefix: 'selkie1:person:f:', tab: `${name}${starts}`, keepsRemovals: true,
      device: name, now: () => 0, newId: () => `${name}-${++serial}`,
    });
  }
  function openBases(): BaseStore {
    return createBaseStore(withReserve(store, 'reserve', 100), { base: 'base', sent: 'sent:', kept: 'kept:', listed: 'listed' });
  }
  const random = (count: number): Uint8Array => {
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = hashOf(`${name} ${++serial}`).charCodeAt(5);
    return bytes;
  };
  const context = (): RoundContext => ({
    forUser: 'person', device: name, replica: files.replica, now: () => 0, random, page: device.page, bases,
    notice: (sentence) => notices.push(sentence),
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  });
  const drive = (round: Round): Promise<RoundResult> => {
    const transport: SyncTransport = { sync: options.transport ?? ((call) => cloud.serve(call)) };
    const timeout = () => ({ promise: new Promise<never>(() => {}), cancel: () => {} });
    return runRound(round, { transport, timeout, breathe: options.breathe ?? (async () => {}), isCancelled: () => false });
  };
  const device: TestDevice = {
    get files() {
      return files;
    },
    store,
    notices,
    write: (path, text) => files.write(`/home/me/${path}`, new TextEncoder().encode(text)),
    page: {},
    restart: () => {
      files = open();
      bases = openBases();
      device.page = {};
    },
    get bases() {
      return bases;
    },
    round: () => syncRound(context()),
    sync: () => drive(device.round()),
    rejoining: () => rejoinRound(context()),
    rejoin: () => drive(device.rejoining()),
    keepSnapshot: () => drive(snapshotRound(context())),
  };
  return device;
}
