import 'client-only';

/** What a workspace needs of the browser, so that a test can be one: its clock, its events, its locks. */
export interface BrowserHost {
  /** Throws or answers undefined where storage is denied. */
  storage(): Storage | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
  random(bytes: number): Uint8Array;
  /** Runs `work` after `ms`; returns what cancels it. */
  after(ms: number, work: () => void): () => void;
  /** Gives the page a turn. */
  breathe(): Promise<void>;
  isVisible(): boolean;
  /** The page was shown, focused, or is online again. Returns the unsubscribe. */
  onReturn(listener: () => void): () => void;
  /** Another tab changed a key (undefined: all of them). */
  onStorage(listener: (key: string | undefined) => void): () => void;
  /** Runs `work` while no other tab runs under the same name; at once where locks are unknown. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Asks that the browser does not throw the storage away by itself. */
  persist(): void;
  /** A short name of this kind of device, for the names of conflict copies, e.g. `firefox-linux`. */
  device(): string;
}

export function browserHost(view: Window & typeof globalThis): BrowserHost {
  const { document, navigator } = view;
  return {
    storage: () => view.localStorage,
    now: () => Date.now(),
    random: (bytes) => view.crypto.getRandomValues(new Uint8Array(bytes)),
    after(ms, work) {
      const timer = view.setTimeout(work, ms);
      return () => view.clearTimeout(timer);
    },
    breathe: () => new Promise((resolve) => view.setTimeout(resolve, 0)),
    isVisible: () => document.visibilityState === 'visible',
    onReturn(listener) {
      const onVisibility = (): void => {
        if (document.visibilityState === 'visible') listener();
      };
      document.addEventListener('visibilitychange', onVisibility);
      view.addEventListener('focus', listener);
      view.addEventListener('online', listener);
      return () => {
        document.removeEventListener('visibilitychange', onVisibility);
        view.removeEventListener('focus', listener);
        view.removeEventListener('online', listener);
      };
    },
    onStorage(listener) {
      const onEvent = (event: StorageEvent): void => listener(event.key ?? undefined);
      view.addEventListener('storage', onEvent);
      return () => view.removeEventListener('storage', onEvent);
    },
    exclusively(name, work) {
      // Old browsers and plain http: rounds of two tabs may then overlap, which costs a merge and no file.
      if (navigator.locks === undefined) return work();
      return navigator.locks.request(name, work);
    },
    persist() {
      void navigator.storage?.persist?.().catch(() => undefined);
    },
    device: () => deviceName(navigator.userAgent),
  };
}

/** Browser and system, as far as a user agent tells. */
export function deviceName(userAgent: string): string {
  const first = (table: [RegExp, string][], otherwise: string): string =>
    table.find(([pattern]) => pattern.test(userAgent))?.[1] ?? otherwise;
  const browser = first([[/Edg\//, 'edge'], [/Firefox\//, 'firefox'], [/Chrome\//, 'chrome'], [/Safari\//, 'safari']], 'browser');
  const system = first(
    [[/Android/, 'android'], [/iPhone|iPad/, 'ios'], [/Windows/, 'windows'], [/Mac OS X/, 'mac'], [/CrOS/, 'chromeos'], [/Linux/, 'linux']],
    'device',
  );
  return `${browser}-${system}`;
}
