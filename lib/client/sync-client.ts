import 'client-only';
import type { StoredFiles } from '@/lib/core/fs/stored-files.ts';
import { backoffMs } from '@/lib/core/sync/backoff.ts';
import { syncRound, type BaseStore, type RoundResult } from '@/lib/core/sync/round.ts';
import { runRound } from '@/lib/core/sync/run-round.ts';
import { pendingOperations } from '@/lib/core/sync/tree.ts';
import type { SyncTransport } from '@/lib/core/sync/transport.ts';
import type { BrowserHost } from './browser-host.ts';

/**
 * When rounds run, for one owner in one tab: soon after a change, when the page is shown again or goes online, and by a
 * timer. A Web Lock keeps the rounds of several tabs apart, round by round.
 * Rejected: one leading tab for good. It may be hidden, and then it is throttled while the person waits elsewhere.
 */
const DEBOUNCE_MS = 350;
/** However long somebody keeps changing files, they are pushed this often. */
const DEBOUNCE_MAX_MS = 2000;
/** So that another browser's change is seen within about three seconds. */
const POLL_VISIBLE_MS = 2000;
/** After ten minutes in which nothing happened. */
const POLL_QUIET_MS = 6000;
const QUIET_AFTER_MS = 10 * 60_000;
const POLL_HIDDEN_MS = 60_000;
const CALL_TIMEOUT_MS = 30_000;

export type SyncState = 'synced' | 'pending' | 'syncing' | 'offline' | 'unavailable' | 'signed-out' | 'stopped';

export interface SyncStatus {
  state: SyncState;
  /** Files whose local content differs from what the store has. */
  pending: number;
  /** A sentence for the person when state is 'stopped' or 'unavailable' or storage is memory-only; else undefined. */
  message: string | undefined;
}

export interface SyncClient {
  readonly status: SyncStatus;
  /** Runs a round now, after one under way; resolves with the status it left. */
  syncNow(): Promise<SyncStatus>;
  /** There is a session (again). */
  resume(): void;
  /** There is none: nothing is sent until `resume`. */
  end(): void;
  dispose(): void;
}

export interface SyncClientOptions {
  owner: string;
  files: StoredFiles;
  bases: BaseStore;
  transport: SyncTransport;
  sessionState: () => Promise<'live' | 'absent' | 'unknown'>;
  host: BrowserHost;
  notice: (sentence: string) => void;
  onStatus: (status: SyncStatus) => void;
}

export function startSyncClient(options: SyncClientOptions): SyncClient {
  const { owner, files, bases, transport, host, notice } = options;
  let isDisposed = false;
  let isEnded = false;
  let outcome: { state: SyncState; message?: string } = { state: 'synced' };
  let isRunning: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  /** A round looks at all files once more before it ends, so its own changes and others' need no next one. */
  let isInRound = false;
  let cancelTimer = (): void => undefined;
  let cancelPush = (): void => undefined;
  let cancelTold = (): void => undefined;
  let firstChangeMs: number | undefined;
  let lastEventMs = host.now();
  let failures = 0;
  let retryAfterMs = 0;

  const countPending = (): number => {
    const { replica } = files;
    const operations = pendingOperations(bases.load().tree, replica.entries(), replica.removed());
    return new Set(operations.map((operation) => operation.id)).size;
  };

  const status = (): SyncStatus => {
    const pending = countPending();
    if (isEnded) return { state: 'signed-out', pending, message: undefined };
    const state = outcome.state === 'synced' && pending > 0 ? 'pending' : outcome.state;
    return { state, pending, message: outcome.message };
  };
  let told = '';
  const tell = (): void => {
    if (isDisposed) return;
    const now = status();
    const text = JSON.stringify(now);
    if (text === told) return;
    told = text;
    options.onStatus(now);
  };

  const judge = async (result: RoundResult): Promise<void> => {
    retryAfterMs = 0;
    switch (result.result) {
      case 'synced':
        failures = 0;
        outcome = { state: 'synced' };
        return;
      case 'absent':
        isEnded = true;
        return;
      case 'stopped':
        failures++;
        outcome = { state: 'stopped', message: result.message };
        return;
      case 'unavailable':
        failures++;
        retryAfterMs = result.retryAfterSeconds * 1000;
        outcome = { state: 'unavailable', message: result.message };
        return;
      case 'failed': {
        failures++;
        // A lost answer, no network, or a page that asks without a session: the one who knows is asked.
        const session = await options.sessionState().catch(() => 'unknown' as const);
        if (session === 'absent') isEnded = true;
        else if (session === 'live') outcome = { state: 'unavailable', message: 'The server did not answer; trying again.' };
        else outcome = { state: 'offline' };
      }
    }
  };

  const timeout = (): { promise: Promise<never>; cancel: () => void } => {
    let cancel = (): void => undefined;
    const promise = new Promise<never>((_, reject) => {
      cancel = host.after(CALL_TIMEOUT_MS, () => reject(new Error('no answer in time')));
    });
    promise.catch(() => undefined);
    return { promise, cancel };
  };

  const run = async (): Promise<void> => {
    cancelTimer();
    cancelPush();
    firstChangeMs = undefined;
    const before = outcome;
    if (countPending() > 0) {
      outcome = { state: 'syncing' };
      tell();
    }
    const context = {
      forUser: owner, device: host.device(), replica: files.replica, bases, now: host.now, random: host.random,
      notice: (sentence: string) => {
        lastEventMs = host.now();
        notice(sentence);
      },
    };
    let result: RoundResult;
    try {
      result = await host.exclusively(`selkie1:sync:${owner}`, async () => {
        // What other tabs did meanwhile is in the store, whether or not their events have arrived.
        files.refresh(undefined);
        if (isDisposed || isEnded) return { result: 'failed' };
        isInRound = true;
        return runRound(syncRound(context), { transport, timeout, breathe: host.breathe, isCancelled: () => isDisposed || isEnded });
      });
    } catch (error) {
      result = { result: 'stopped', message: `Syncing has stopped because of a mistake in Selkie (${error instanceof Error ? error.message : 'unknown'}); your files here are untouched.` };
    } finally {
      isInRound = false;
    }
    if (isDisposed) return;
    if (outcome.state === 'syncing') outcome = before;
    if (!isEnded) await judge(result);
    tell();
    schedule();
  };

  /** One round at a time; whoever asks during one gets the next, together with all others who do. */
  const trigger = (): Promise<void> => {
    if (isDisposed || isEnded) return Promise.resolve();
    if (isRunning === undefined) {
      isRunning = run().finally(() => {
        isRunning = undefined;
      });
      return isRunning;
    }
    queued ??= isRunning.then(() => {
      queued = undefined;
      return trigger();
    });
    return queued;
  };

  function schedule(): void {
    cancelTimer();
    if (isDisposed || isEnded) return;
    const isQuiet = host.now() - lastEventMs > QUIET_AFTER_MS;
    const poll = !host.isVisible() ? POLL_HIDDEN_MS : isQuiet ? POLL_QUIET_MS : POLL_VISIBLE_MS;
    const random = (host.random(1)[0] ?? 0) / 256;
    const wait = failures === 0 ? poll : Math.max(poll, backoffMs(failures, random, retryAfterMs));
    cancelTimer = host.after(wait, () => void trigger());
  }

  const onChange = (): void => {
    lastEventMs = host.now();
    if (isInRound) return;
    firstChangeMs ??= lastEventMs;
    cancelPush();
    // While the store is failing, the backoff decides.
    if (isEnded || (failures > 0 && outcome.state !== 'stopped')) {
      cancelTold();
      cancelTold = host.after(DEBOUNCE_MS, tell);
      return;
    }
    const wait = Math.max(0, Math.min(DEBOUNCE_MS, firstChangeMs + DEBOUNCE_MAX_MS - lastEventMs));
    cancelPush = host.after(wait, () => void trigger());
  };

  const stops = [
    files.onChange(onChange),
    host.onReturn(() => {
      lastEventMs = host.now();
      void trigger();
    }),
  ];
  void trigger();

  return {
    get status() {
      return status();
    },
    async syncNow() {
      lastEventMs = host.now();
      await trigger();
      return status();
    },
    resume() {
      isEnded = false;
      failures = 0;
      outcome = { state: 'synced' };
      tell();
      void trigger();
    },
    end() {
      isEnded = true;
      cancelTimer();
      cancelPush();
      tell();
    },
    dispose() {
      isDisposed = true;
      cancelTimer();
      cancelPush();
      cancelTold();
      for (const stop of stops) stop();
    },
  };
}
