import 'client-only';
import type { Exchange, SyncClient, SyncClientOptions, SyncStatus } from './sync-client.ts';

/** Fetching the code of sync failed; it is tried again this often, and when the page is shown or goes online. */
const FETCH_AGAIN_MS = 10_000;
const NEVER: Exchange = { lastMs: undefined, retryAtMs: undefined };

/**
 * A sync client whose code is fetched after the prompt is there. Until then it says that it is syncing (or, when the
 * code cannot be had, that it is offline), and keeps what it is told; nothing is missed, because a client looks at all
 * files when it starts. Rejected: opening the workspace without sync and adding it later, which every caller would see.
 */
export function lateSyncClient(fetch: () => Promise<(options: SyncClientOptions) => SyncClient>): (options: SyncClientOptions) => SyncClient {
  return (options) => {
    const { host, notes } = options;
    let client: SyncClient | undefined;
    let attempt: Promise<void> | undefined;
    let hasFailed = false;
    let isEnded = false;
    let isDisposed = false;
    let cancelTimer = (): void => undefined;

    const start = (): Promise<void> => {
      cancelTimer();
      attempt ??= fetch().then((startClient) => {
        if (isDisposed) return;
        stopWatching();
        client = startClient(options);
        if (isEnded) client.end();
        options.onStatus(client.status);
      }, () => {
        if (isDisposed) return;
        hasFailed = true;
        attempt = undefined;
        options.onStatus(status());
        cancelTimer = host.after(FETCH_AGAIN_MS, () => void start());
      });
      return attempt;
    };
    const status = (): SyncStatus => {
      if (client !== undefined) return client.status;
      const state = isEnded ? 'signed-out' : notes.isPaused() ? 'paused' : hasFailed ? 'offline' : 'syncing';
      return { state, pending: 0, message: undefined };
    };
    const stopWatching = host.onReturn(() => void start());
    void start();

    return {
      get status() {
        return status();
      },
      get exchange() {
        return client?.exchange ?? { ...NEVER, lastMs: notes.exchangedMs() };
      },
      ignored: () => client?.ignored() ?? [],
      async syncNow() {
        if (client === undefined) await start();
        return client?.syncNow() ?? status();
      },
      async rejoin() {
        if (client === undefined) await start();
        return client?.rejoin() ?? status();
      },
      setPaused(isPaused) {
        if (client !== undefined) return client.setPaused(isPaused);
        notes.setPaused(isPaused);
        options.onStatus(status());
      },
      pauseChanged() {
        if (client !== undefined) return client.pauseChanged();
        options.onStatus(status());
      },
      begin() {
        isEnded = false;
        client?.begin();
      },
      end() {
        isEnded = true;
        client?.end();
      },
      dispose() {
        isDisposed = true;
        cancelTimer();
        stopWatching();
        client?.dispose();
      },
    };
  };
}
