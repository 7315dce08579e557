import 'client-only';
import type { BrowserHost } from './browser-host.ts';

/** A browser with one localStorage, any number of tabs, and a clock that only a test turns. */
export interface TestBrowser {
  storage: Storage;
  openTab(): TestTab;
  /** Lets time pass; timers run in order, and everything they start comes to rest before the next. */
  pass(ms: number): Promise<void>;
}

export interface TestTab extends BrowserHost {
  isShown: boolean;
  /** The person looks at the tab. */
  focus(): void;
  /** Listeners and timers that are still there; 0 after a dispose. */
  handles(): number;
}

export interface TestClock {
  nowMs: number;
  timers: { at: number; work: () => void }[];
}

let browsers = 0;

export function createTestBrowser(options: { clock?: TestClock; isDenied?: boolean; capacityUnits?: number } = {}): TestBrowser {
  const { clock = { nowMs: 1_000_000, timers: [] }, isDenied = false, capacityUnits = 5_000_000 } = options;
  const tabs = new Set<{ hear(key: string | null): void }>();
  const values = new Map<string, string>();
  const tell = (from: object | undefined, key: string | null): void => {
    for (const tab of tabs) if (tab !== from) tab.hear(key);
  };
  const locks = new Map<string, Promise<unknown>>();
  // Ids must differ between browsers, as they do in life.
  let random = ++browsers * 7919;

  const storageOf = (tab: object | undefined): Storage => ({
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      let used = key.length + value.length;
      for (const [name, text] of values) if (name !== key) used += name.length + text.length;
      if (used > capacityUnits) throw new DOMException('full', 'QuotaExceededError');
      values.set(key, value);
      tell(tab, key);
    },
    removeItem(key) {
      if (values.delete(key)) tell(tab, key);
    },
    clear() {
      values.clear();
      tell(tab, null);
    },
  });

  const openTab = (): TestTab => {
    const storageListeners = new Set<(key: string | undefined) => void>();
    const returnListeners = new Set<() => void>();
    const timers = new Set<object>();
    const self = { hear: (key: string | null) => { for (const listener of [...storageListeners]) listener(key ?? undefined); } };
    tabs.add(self);
    const subscribe = <T>(set: Set<T>, listener: T) => {
      set.add(listener);
      return () => void set.delete(listener);
    };
    const tab: TestTab = {
      isShown: true,
      storage() {
        if (isDenied) throw new DOMException('denied', 'SecurityError');
        return storageOf(self);
      },
      now: () => clock.nowMs,
      random: (count) => Uint8Array.from({ length: count }, () => (random = (random * 48_271) % 2_147_483_647) & 255),
      after(ms, work) {
        const timer = { at: clock.nowMs + ms, work: () => { timers.delete(timer); work(); } };
        timers.add(timer);
        clock.timers.push(timer);
        return () => {
          timers.delete(timer);
          clock.timers = clock.timers.filter((other) => other !== timer);
        };
      },
      breathe: () => Promise.resolve(),
      isVisible: () => tab.isShown,
      onReturn: (listener) => subscribe(returnListeners, listener),
      onStorage: (listener) => subscribe(storageListeners, listener),
      exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
        const mine = (locks.get(name) ?? Promise.resolve()).then(work, work);
        locks.set(name, mine.catch(() => undefined));
        return mine;
      },
      persist: () => undefined,
      device: () => 'test-box',
      focus: () => { for (const listener of [...returnListeners]) listener(); },
      handles: () => storageListeners.size + returnListeners.size + timers.size,
    };
    return tab;
  };

  return {
    storage: storageOf(undefined),
    openTab,
    async pass(ms) {
      const end = clock.nowMs + ms;
      await rest();
      for (;;) {
        const next = clock.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        clock.timers = clock.timers.filter((timer) => timer !== next);
        clock.nowMs = Math.max(clock.nowMs, next.at);
        next.work();
        await rest();
      }
      clock.nowMs = end;
    },
  };
}

/** Until every promise that can settle has settled. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 400; turn++) await Promise.resolve();
}
