import 'client-only';
import type { StoredFiles } from '@/lib/core/fs/stored-files.ts';
import { backoffMs } from '@/lib/core/sync/backoff.ts';
import { createBaseStore, type BaseStore } from '@/lib/core/sync/base-store.ts';
import { readIgnoreRules } from '@/lib/core/sync/ignore-rules.ts';
import { stillLacking, tryLackingAgain } from '@/lib/core/sync/lacking.ts';
import { rejoinRound } from '@/lib/core/sync/rejoin.ts';
import { syncRound } from '@/lib/core/sync/round.ts';
import type { Answer, Progress, Round, RoundContext, RoundMemory, RoundResult } from '@/lib/core/sync/round-context.ts';
import { runRound } from '@/lib/core/sync/run-round.ts';
import { snapshotRound } from '@/lib/core/sync/snapshot-round.ts';
import { pendingOperations, type Tree } from '@/lib/core/sync/tree.ts';
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
/** So that another browser's change is seen within three seconds, also where each request takes 150 ms. */
const POLL_VISIBLE_MS = 1500;
/** After ten minutes in which nothing happened. */
const POLL_QUIET_MS = 6000;
const QUIET_AFTER_MS = 10 * 60_000;
const POLL_HIDDEN_MS = 60_000;
const CALL_TIMEOUT_MS = 30_000;
/** What takes less is not worth a word. */
const PROGRESS_AFTER_MS = 1000;
const PROGRESS_EVERY_MS = 200;
/** A snapshot that could not be kept is not tried again with every poll. */
const KEEP_AGAIN_MS = 60_000;
/** The last exchange is written down this often; every poll would be a write for every tab to hear of. */
const EXCHANGED_EVERY_MS = 60_000;

export type SyncState = 'synced' | 'pending' | 'syncing' | 'paused' | 'offline' | 'unavailable' | 'signed-out' | 'stopped';

export interface SyncStatus {
  state: SyncState;
  /** Files whose local content differs from what the store has. */
  pending: number;
  /** A sentence for the person: why it stopped or waits, that storage is memory only, that files of the account find no room here; else undefined. */
  message: string | undefined;
  /** Of a round that has been going on for more than a second. */
  progress?: Progress;
}

/** For telling only; nothing decides by it. */
export interface Exchange {
  /** When a round last ended well, milliseconds since the epoch; undefined: not yet in this browser. */
  lastMs: number | undefined;
  /** After a failure: when the next attempt is, if nothing happens before. */
  retryAtMs: number | undefined;
}

export interface SyncClient {
  readonly status: SyncStatus;
  readonly exchange: Exchange;
  /** Paths of files that `.selkieignore` keeps out of the account and that are not in it. */
  ignored(): string[];
  /** Runs a round now, after one under way, even while paused; resolves with how it ended, which pausing does not hide. */
  syncNow(): Promise<SyncStatus>;
  /** Forgets what was exchanged and meets the store again as on a first visit (rejoin.ts). */
  rejoin(): Promise<SyncStatus>;
  /** Stops syncing by itself in every tab of this browser, or goes on. */
  setPaused(isPaused: boolean): void;
  /** Another tab has paused, or gone on. */
  pauseChanged(): void;
  /** There is a session (again). */
  begin(): void;
  /** There is none: nothing is sent until `begin`. */
  end(): void;
  dispose(): void;
}

/** Small notes that outlive the page. */
export interface SyncNotes {
  isPaused(): boolean;
  setPaused(isPaused: boolean): void;
  exchangedMs(): number | undefined;
  setExchangedMs(atMs: number): void;
  /** Whether the effect of these ignore rules has been told; from now on it has. */
  tellsRules(hash: string): boolean;
}

/** What sync keeps in this browser, opened by the code that reads it, which comes after the prompt. */
export type OpenBases = (create: typeof createBaseStore) => BaseStore;

export interface SyncClientOptions {
  owner: string;
  files: StoredFiles;
  bases: OpenBases;
  notes: SyncNotes;
  transport: SyncTransport;
  sessionState: () => Promise<'live' | 'absent' | 'unknown'>;
  host: BrowserHost;
  notice: (sentence: string) => void;
  onStatus: (status: SyncStatus) => void;
}

export function startSyncClient(options: SyncClientOptions): SyncClient {
  const { owner, files, notes, transport, host, notice } = options;
  const bases = options.bases(createBaseStore);
  const page: RoundMemory = {};
  let progress: Progress | undefined;
  let lastMs = notes.exchangedMs();
  let retryAtMs: number | undefined;
  /** The next round is a rejoin. */
  let isRejoining = false;
  /** A snapshot is being made, or was not to be had a moment ago. */
  let keepFromMs = 0;
  let isDisposed = false;
  let isEnded = false;
  let outcome: { state: SyncState; message?: string } = { state: 'synced' };
  /** A round has ended well since there is a session: until then nobody knows what the account has. */
  let hasMet = false;
  /** The next round tries again what found no room: one under way may have looked before there was some. */
  let wantsLacking = false;
  let isRunning: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  /** A round looks at all files once more before it ends, so its own changes and others' need no next one. */
  let isInRound = false;
  /** What a round changes comes from the account. */
  let isApplying = false;
  let cancelTimer = (): void => undefined;
  let cancelPush = (): void => undefined;
  let cancelTold = (): void => undefined;
  let isTellingSoon = false;
  let toldSoonMs = Number.NEGATIVE_INFINITY;
  let firstChangeMs: number | undefined;
  let lastEventMs = host.now();
  let failures = 0;
  let retryAfterMs = 0;

  const rules = () => (page.rules = readIgnoreRules(files.replica, bases.load().tree, page.rules));
  let counted: { revision: number; tree: Tree; count: number } | undefined;
  const countPending = (): number => {
    const { replica } = files;
    const { tree } = bases.load();
    // Asked at every turn; for ten thousand files the answer takes a while.
    if (counted?.revision !== replica.revision() || counted.tree !== tree) {
      const operations = pendingOperations(tree, replica.entries(), replica.removed(), rules().isIgnored);
      counted = { revision: replica.revision(), tree, count: new Set([...operations, ...bases.kept()].map(({ id }) => id)).size };
    }
    return counted.count;
  };

  /** @param isPaused false: as the last round left it. */
  const status = (isPaused = notes.isPaused()): SyncStatus => {
    const pending = countPending();
    if (isEnded) return { state: 'signed-out', pending, message: undefined };
    if (outcome.state === 'syncing' && progress !== undefined) return { state: 'syncing', pending, message: undefined, progress };
    // What has stopped waits for the person, paused or not.
    if (isPaused && outcome.state !== 'syncing' && outcome.state !== 'stopped') return { state: 'paused', pending, message: undefined };
    const state = outcome.state !== 'synced' ? outcome.state : pending > 0 ? 'pending' : hasMet ? 'synced' : 'syncing';
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
  /** After a change: at once, and while changes go on this often, for thousands of files are counted. */
  const tellSoon = (): void => {
    if (isTellingSoon) return;
    isTellingSoon = true;
    cancelTold = host.after(Math.max(0, toldSoonMs + DEBOUNCE_MS - host.now()), () => {
      isTellingSoon = false;
      toldSoonMs = host.now();
      tell();
    });
  };

  const judge = async (result: RoundResult): Promise<void> => {
    retryAfterMs = 0;
    switch (result.result) {
      case 'synced':
        failures = 0;
        hasMet = true;
        outcome = { state: 'synced', ...noRoomFor(stillLacking(page, bases.load().tree, files.replica.entries()).length) };
        if (lastMs === undefined || host.now() - (notes.exchangedMs() ?? 0) >= EXCHANGED_EVERY_MS) notes.setExchangedMs(host.now());
        lastMs = host.now();
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
    if (wantsLacking) tryLackingAgain(page);
    wantsLacking = false;
    const before = outcome;
    if (countPending() > 0) {
      outcome = { state: 'syncing' };
      tell();
    }
    const startMs = host.now();
    let toldMs = startMs;
    const context: RoundContext = {
      forUser: owner, device: host.device(), replica: files.replica, bases, page, now: host.now, random: host.random,
      notice: (sentence: string) => {
        lastEventMs = host.now();
        notice(sentence);
      },
      progress(now) {
        if (host.now() - startMs < PROGRESS_AFTER_MS) return;
        if (now.what === progress?.what && host.now() - toldMs < PROGRESS_EVERY_MS) return;
        toldMs = host.now();
        progress = now;
        outcome = { state: 'syncing' };
        tell();
      },
    };
    const drive = (round: Round): Promise<RoundResult> =>
      runRound(marked(round), { transport, timeout, breathe: host.breathe, isCancelled: () => isDisposed || isEnded });
    let result: RoundResult;
    try {
      result = await host.exclusively(`selkie1:sync:${owner}`, async () => {
        // What other tabs did meanwhile is in the store, whether or not their events have arrived.
        files.refresh(undefined);
        if (isDisposed || isEnded) return { result: 'failed' };
        isInRound = true;
        tellRules();
        const round = isRejoining ? rejoinRound(context) : syncRound(context);
        isRejoining = false;
        return drive(round);
      });
    } catch (error) {
      result = { result: 'stopped', reason: 'mistake', message: `Syncing has stopped because of a mistake in Selkie (${error instanceof Error ? error.message : 'unknown'}); your files here are untouched.` };
    } finally {
      isInRound = false;
      progress = undefined;
    }
    if (isDisposed) return;
    if (outcome.state === 'syncing') outcome = before;
    if (!isEnded) await judge(result);
    tell();
    schedule();
    if (result.result === 'synced' && page.owesSnapshot === true && host.now() >= keepFromMs) {
      // Nobody waits for it, and a failure is no news.
      keepFromMs = host.now() + KEEP_AGAIN_MS;
      delete context.progress;
      void host.exclusively(`selkie1:sync:${owner}`, async () => drive(snapshotRound(context))).catch(() => undefined);
    }
  };

  /** The same round; `isApplying` holds while it works, not while it waits. */
  function* marked(round: Round): Round {
    let answer: Answer;
    for (;;) {
      isApplying = true;
      let step: ReturnType<Round['next']>;
      try {
        step = round.next(answer);
      } finally {
        isApplying = false;
      }
      if (step.done === true) return step.value;
      answer = yield step.value;
    }
  }

  /** Says once for each set of rules that what the account has already is not taken out of it by them. */
  const tellRules = (): void => {
    const { hash, isIgnored } = rules();
    if (hash === '' || !notes.tellsRules(hash)) return;
    const { tree } = bases.load();
    const kept = [...files.replica.entries().values()].filter(({ id, kind, path }) => kind === 'file' && tree.has(id) && isIgnored(path, kind));
    if (kept.length === 0) return;
    notice(kept.length === 1
      ? `${kept[0]?.path} is named in .selkieignore but is in your account already: it stays there as it is, and changes to it stay in this browser.`
      : `${kept.length} files named in .selkieignore are in your account already: they stay there as they are, and changes to them stay in this browser.`);
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
    retryAtMs = undefined;
    if (isDisposed || isEnded || notes.isPaused()) return;
    const isQuiet = host.now() - lastEventMs > QUIET_AFTER_MS;
    const poll = !host.isVisible() ? POLL_HIDDEN_MS : isQuiet ? POLL_QUIET_MS : POLL_VISIBLE_MS;
    const random = (host.random(1)[0] ?? 0) / 256;
    const wait = failures === 0 ? poll : Math.max(poll, backoffMs(failures, random, retryAfterMs));
    if (failures > 0) retryAtMs = host.now() + wait;
    cancelTimer = host.after(wait, () => void trigger());
  }

  const pauseChanged = (): void => {
    cancelTimer();
    cancelPush();
    tell();
    if (!notes.isPaused()) void trigger();
  };

  const onChange = (): void => {
    lastEventMs = host.now();
    if (!isApplying) tellSoon();
    if (isInRound) return;
    firstChangeMs ??= lastEventMs;
    cancelPush();
    // While the store is failing, the backoff decides.
    if (isEnded || notes.isPaused() || (failures > 0 && outcome.state !== 'stopped')) return;
    const wait = Math.max(0, Math.min(DEBOUNCE_MS, firstChangeMs + DEBOUNCE_MAX_MS - lastEventMs));
    cancelPush = host.after(wait, () => void trigger());
  };

  const stops = [
    files.onChange(onChange),
    host.onReturn(() => {
      lastEventMs = host.now();
      // Nobody knows how long the page was away: look before writing.
      delete page.confirmed;
      if (!notes.isPaused()) void trigger();
    }),
  ];
  if (!notes.isPaused()) void trigger();

  return {
    get status() {
      return status();
    },
    get exchange() {
      return { lastMs, retryAtMs };
    },
    ignored() {
      const { isIgnored } = rules();
      const { tree } = bases.load();
      return [...files.replica.entries().values()]
        .filter(({ id, kind, path }) => kind === 'file' && !tree.has(id) && isIgnored(path, kind))
        .map(({ path }) => path)
        .sort();
    },
    async syncNow() {
      lastEventMs = host.now();
      // It may have been made in another tab.
      wantsLacking = true;
      await trigger();
      return status(false);
    },
    async rejoin() {
      await isRunning;
      isRejoining = true;
      await trigger();
      isRejoining = false;
      return status(false);
    },
    setPaused(isPaused) {
      notes.setPaused(isPaused);
      pauseChanged();
    },
    pauseChanged,
    begin() {
      isEnded = false;
      failures = 0;
      hasMet = false;
      outcome = { state: 'synced' };
      tell();
      if (!notes.isPaused()) void trigger();
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

function noRoomFor(count: number): { message?: string } {
  if (count === 0) return {};
  return { message: `${count === 1 ? '1 file of your account finds' : `${count} files of your account find`} no room in this browser; remove some files and run \`sync\`.` };
}
