import { afterEach, expect, test, vi } from 'vitest';
import { owedSignOut } from './owed-sign-out.ts';

afterEach(() => vi.unstubAllGlobals());

/** A localStorage with room for `units`. */
function storageOf(units = 1_000_000): Storage {
  const values = new Map<string, string>();
  const used = () => [...values].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return {
    get length() { return values.size; },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      if (used() - (values.get(key)?.length ?? -key.length) + value.length > units) throw new DOMException('full', 'QuotaExceededError');
      values.set(key, value);
    },
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
  };
}

const answer = (status: number, code?: string): (() => Promise<Response>) => async () =>
  new Response(status === 204 ? null : JSON.stringify({ code }), { status });

test('a sign-out that is owed outlives the page and stays owed until the server has said that nobody is signed in', async () => {
  const storage = storageOf();
  const requests: string[] = [];
  const serve = (reply: () => Promise<Response>): void => {
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      requests.push(`${init.method} ${url}`);
      return reply();
    });
  };
  serve(answer(204));
  expect([owedSignOut(() => storage).isOwed(), await owedSignOut(() => storage).pay(), requests]).toEqual([false, true, []]);
  expect(owedSignOut(() => storage).owe()).toBe(true);
  for (const reply of [async () => Promise.reject(new TypeError('no network')), answer(503, 'unavailable'), answer(403, 'cross-site')]) {
    serve(reply);
    expect([await owedSignOut(() => storage).pay(), owedSignOut(() => storage).isOwed()]).toEqual([false, true]);
  }
  for (const reply of [answer(204), answer(401, 'not-signed-in')]) {
    owedSignOut(() => storage).owe();
    serve(reply);
    expect([await owedSignOut(() => storage).pay(), owedSignOut(() => storage).isOwed()]).toEqual([true, false]);
  }
  expect(requests).toEqual(Array.from({ length: 5 }, () => 'POST /api/auth/sign-out'));
  owedSignOut(() => storage).owe();
  owedSignOut(() => storage).forget();
  expect(owedSignOut(() => storage).isOwed()).toBe(false);
});

test('where nothing can be noted, nothing is claimed to be', async () => {
  expect(owedSignOut(() => storageOf(10)).owe()).toBe(false);
  const denied = owedSignOut(() => { throw new DOMException('denied', 'SecurityError'); });
  expect([denied.owe(), denied.isOwed(), await denied.pay()]).toEqual([false, false, true]);
});
