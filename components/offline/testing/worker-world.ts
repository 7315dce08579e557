import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

/**
 * For tests: what a service worker sees, in memory. A server whose files can be changed or that can be switched off,
 * a CacheStorage whose writes can be made to fail, and open pages that collect what they are told. The worker's own
 * file runs in it unchanged; `Response`, `URL` and the hash are the real ones.
 */
export interface ServedFile {
  body: string;
  type: string;
  status?: number;
  redirected?: boolean;
  responseType?: ResponseType;
}

export const ORIGIN = 'https://selkie.example';

export class WorkerWorld {
  readonly server = new Map<string, ServedFile>();
  online = true;
  /** Every request that reached for the network, in order. */
  readonly requests: { address: string; credentials: string | undefined }[] = [];
  readonly stored = new Map<string, Map<string, Response>>();
  /** Writes to the cache that still succeed; then the disk is full. */
  writesLeft = Number.POSITIVE_INFINITY;
  readonly told: unknown[] = [];
  unregistered = false;
  /** What the worker waits for before it goes on, in milliseconds; nobody here waits. */
  readonly waits: { milliseconds: number; requestsBefore: number }[] = [];
  readonly #listeners = new Map<string, (event: unknown) => void>();
  readonly #context: object;

  constructor() {
    const self = {
      location: { origin: ORIGIN },
      addEventListener: (type: string, listener: (event: unknown) => void) => this.#listeners.set(type, listener),
      skipWaiting: () => Promise.resolve(),
      registration: {
        unregister: () => {
          this.unregistered = true;
          return Promise.resolve(true);
        },
      },
      clients: { claim: () => Promise.resolve(), matchAll: () => Promise.resolve([this.page()]) },
    };
    this.#context = createContext({
      self,
      caches: this.#caches(),
      fetch: (input: string | { url: string }, options?: RequestInit) => this.#fetch(input, options),
      setTimeout: (work: () => void, milliseconds: number) => {
        this.waits.push({ milliseconds, requestsBefore: this.requests.length });
        queueMicrotask(work);
      },
      Response,
      URL,
      TextEncoder,
      TextDecoder,
      Uint8Array,
      crypto: globalThis.crypto,
    });
    const file = new URL('../../../public/sw.js', import.meta.url);
    runInContext(readFileSync(file, 'utf8'), this.#context, { filename: 'sw.js' });
  }

  /** The value of an expression in the worker. */
  evaluate(expression: string): unknown {
    return runInContext(expression, this.#context);
  }

  /** An open page, as the worker sees it. */
  page() {
    return { postMessage: (message: unknown) => void this.told.push(structuredClone(message)) };
  }

  /** Sends an event and waits for all that it set going; a rejected `waitUntil` rejects. */
  async dispatch(type: 'install' | 'activate' | 'message', fields: object = {}): Promise<void> {
    const pending: Promise<unknown>[] = [];
    this.#listeners.get(type)?.({ ...fields, waitUntil: (promise: Promise<unknown>) => void pending.push(promise) });
    await Promise.all(pending);
  }

  /** What the worker answers to a request, or undefined when it leaves it alone; after all that it set going is over. */
  async request(path: string, options: { method?: string; mode?: string; origin?: string } = {}): Promise<Response | undefined> {
    const pending: Promise<unknown>[] = [];
    let answer: Promise<Response> | undefined;
    const url = `${options.origin ?? ORIGIN}${path}`;
    this.#listeners.get('fetch')?.({
      request: { url, method: options.method ?? 'GET', mode: options.mode ?? 'cors' },
      respondWith: (promise: Promise<Response>) => {
        answer = promise;
      },
      waitUntil: (promise: Promise<unknown>) => void pending.push(promise),
    });
    const response = await answer;
    await Promise.all(pending);
    return response;
  }

  navigate(path: string): Promise<Response | undefined> {
    return this.request(path, { mode: 'navigate' });
  }

  /** Names of the caches and the keys in each, sorted. */
  contents(): Record<string, string[]> {
    return Object.fromEntries([...this.stored].sort().map(([name, cache]) => [name, [...cache.keys()].sort()]));
  }

  async #fetch(input: string | { url: string }, options?: RequestInit): Promise<Response> {
    const url = new URL(typeof input === 'string' ? input : input.url, ORIGIN);
    this.requests.push({ address: url.pathname + url.search, credentials: options?.credentials });
    await Promise.resolve();
    if (!this.online) throw new TypeError('Failed to fetch');
    const file = this.server.get(url.pathname) ?? { body: 'not found', type: 'text/html', status: 404 };
    if (file.redirected === true && options?.redirect === 'error') throw new TypeError('Failed to fetch');
    const response = new Response(file.body, { status: file.status ?? 200, headers: { 'content-type': file.type } });
    Object.defineProperty(response, 'type', { value: file.responseType ?? 'basic' });
    Object.defineProperty(response, 'redirected', { value: file.redirected ?? false });
    return response;
  }

  #caches() {
    const open = (name: string) => {
      const cache = this.stored.get(name) ?? new Map<string, Response>();
      this.stored.set(name, cache);
      return {
        match: (key: string) => Promise.resolve(cache.get(key)?.clone()),
        put: async (key: string, response: Response) => {
          if (this.writesLeft <= 0) throw new DOMException('The disk is full', 'QuotaExceededError');
          this.writesLeft -= 1;
          // As the browser does: the body is read to its end before the entry exists.
          const body = await response.arrayBuffer();
          cache.set(key, new Response(body, { status: response.status, headers: response.headers }));
        },
      };
    };
    return {
      // In the order in which they were made, as the standard has it.
      match: async (key: string, { cacheName }: { cacheName?: string } = {}) => {
        for (const name of cacheName === undefined ? this.stored.keys() : [cacheName]) {
          const kept = this.stored.get(name)?.get(key);
          if (kept !== undefined) return kept.clone();
        }
        return undefined;
      },
      open: (name: string) => Promise.resolve(open(name)),
      keys: () => Promise.resolve([...this.stored.keys()]),
      delete: (name: string) => Promise.resolve(this.stored.delete(name)),
    };
  }
}
