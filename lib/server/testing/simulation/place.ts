import { AsyncLocalStorage } from 'node:async_hooks';
import type { RedisPort } from '../../../core/session/redis-port.ts';
import type { RefreshReply, TokenSourceDeps } from '../../session/token-source.ts';

/**
 * Where code of the app runs during a simulation: many simulated systems share this process, so the app's
 * modules ask here which Redis, Cognito, clock and randomness are theirs. Outside of one, everything is real.
 */
export interface Place {
  redis: RedisPort;
  refresh(token: string): Promise<RefreshReply>;
  revoke(token: string): Promise<boolean>;
  wait(ms: number): Promise<void>;
  now(): number;
  random(): number;
  /** Told of every 256-bit secret that is drawn. */
  drawn(bytes: Uint8Array): void;
  /** Counts the operations of WebCrypto under way: the only work that is not a turn of the scheduler. */
  busy: { count: number; idle(): void };
}

const places = new AsyncLocalStorage<Place>();

export function runAt<T>(place: Place, run: () => Promise<T>): Promise<T> {
  return places.run(place, run);
}

function here(): Place {
  const place = places.getStore();
  if (place === undefined) throw new Error('The app was called outside a simulation.');
  return place;
}

/** Stands in for `redis()` of lib/server/redis.ts. */
const routedRedis: RedisPort = { eval: (script, keys, args) => here().redis.eval(script, keys, args) };
export const redisHere = (): RedisPort => routedRedis;
export const refreshHere: TokenSourceDeps['refresh'] = (token) => here().refresh(token);
export const revokeHere: TokenSourceDeps['revoke'] = (token) => here().revoke(token);
export const waitHere = (ms: number): Promise<void> => here().wait(ms);

const SUBTLE = ['digest', 'importKey', 'deriveBits', 'deriveKey', 'sign', 'verify', 'encrypt', 'decrypt', 'exportKey'] as const;

/** The same input has the same result; a trip to WebCrypto's threads costs more than all the rest of a turn. */
const PURE: ReadonlySet<string> = new Set(['digest', 'importKey', 'deriveBits', 'sign', 'verify', 'decrypt', 'exportKey']);
const RESULTS_MAX = 20_000;

function createResults() {
  const results = new Map<string, unknown>();
  const keys = new WeakMap<object, number>();
  let keyCount = 0;
  const nameOf = (value: unknown): string => {
    if (value instanceof ArrayBuffer) return Buffer.from(value).toString('latin1');
    if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
    if (Array.isArray(value)) return `[${value.map(nameOf).join('\u0000,')}]`;
    if (typeof value !== 'object' || value === null) return String(value);
    if (value instanceof CryptoKey) {
      if (!keys.has(value)) keys.set(value, (keyCount += 1));
      return `key ${keys.get(value)}`;
    }
    return Object.entries(value).map(([name, part]) => `${name}=${nameOf(part)}`).join('\u0000;');
  };
  return {
    nameOf,
    get: (name: string) => results.get(name),
    set(name: string, result: unknown) {
      if (results.size >= RESULTS_MAX) results.clear();
      results.set(name, result);
    },
  };
}

/** Routes clock, randomness and WebCrypto's bookkeeping of this process; answers the undoing. */
export function routePlatform(): () => void {
  const results = createResults();
  const { nameOf } = results;
  const realNow = Date.now;
  Date.now = () => places.getStore()?.now() ?? realNow();
  const draw = crypto.getRandomValues.bind(crypto);
  const subtle = crypto.subtle as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  Object.defineProperty(crypto, 'getRandomValues', {
    configurable: true,
    value: (array: Uint8Array) => {
      const place = places.getStore();
      if (place === undefined) return draw(array as Uint8Array<ArrayBuffer>);
      for (let i = 0; i < array.length; i += 1) array[i] = Math.floor(place.random() * 256);
      if (array.length === 32) place.drawn(array);
      return array;
    },
  });
  for (const name of SUBTLE) {
    const real = subtle[name]!.bind(crypto.subtle);
    Object.defineProperty(subtle, name, {
      configurable: true,
      value: (...args: unknown[]) => {
        const busy = places.getStore()?.busy;
        if (busy === undefined) return real(...args);
        const input = PURE.has(name) ? nameOf([name, args]) : undefined;
        const known = input === undefined ? undefined : results.get(input);
        if (known !== undefined) return Promise.resolve(known);
        busy.count += 1;
        return real(...args).then((result) => {
          if (input !== undefined) results.set(input, result);
          return result;
        }).finally(() => {
          busy.count -= 1;
          if (busy.count === 0) busy.idle();
        });
      },
    });
  }
  return () => {
    Date.now = realNow;
    // What was defined above hides the prototype's own.
    delete (crypto as Partial<Crypto>).getRandomValues;
    for (const name of SUBTLE) delete subtle[name];
  };
}
