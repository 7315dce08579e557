import * as v from 'valibot';
import { afterEach, expect, test, vi } from 'vitest';
import { accountCall, judge, revoke, session, signIn } from './account.ts';

afterEach(() => vi.unstubAllGlobals());

const anything = v.unknown();

test('a problem becomes its code, its sentence and its wait', () => {
  const problem = JSON.stringify({ type: 'about:blank', title: 'Too many', status: 429, code: 'too-many-attempts', detail: 'Wait a little.' });
  expect(judge(429, '90', problem, anything)).toEqual({ ok: false, code: 'too-many-attempts', message: 'Wait a little.', retryAfterSeconds: 90 });
});

test('an answer that is no problem document still has a code and a sentence', () => {
  const words = 'Selkie cannot do this right now; try again in a moment.';
  expect([
    judge(502, null, '<html>bad gateway</html>', anything), judge(429, 'Wed, 21 Oct', '', anything), judge(401, null, '{}', anything),
  ]).toEqual([
    { ok: false, code: 'unavailable', message: words },
    { ok: false, code: 'too-many-attempts', message: words },
    { ok: false, code: 'not-signed-in', message: words },
  ]);
});

test('a success of the wrong shape is not believed, and 204 needs no body', () => {
  const reply = judge(200, null, '{"user":{"id":7}}', v.object({ user: v.object({ id: v.string() }) }));
  expect(reply).toMatchObject({ ok: false, code: 'unavailable' });
  expect(judge(204, null, '', anything)).toEqual({ ok: true, status: 204, data: {} });
});

test('a request that fails is "offline", never an exception', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(await session()).toMatchObject({ ok: false, code: 'offline' });
});

test('each call goes to its route with its method and body', async () => {
  const seen: unknown[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    seen.push([init.method, url, init.body, init.redirect, init.credentials]);
    return new Response('{"status":"signed-in","user":{"id":"1","email":"a@example.com"}}');
  });
  expect(await signIn('a@example.com', 'pw')).toEqual({
    ok: true, status: 200, data: { status: 'signed-in', user: { id: '1', email: 'a@example.com' } },
  });
  await revoke({ id: 'a/b' });
  await revoke({ scope: 'others' });
  await accountCall('GET health', anything);
  expect(seen).toEqual([
    ['POST', '/api/auth/sign-in', '{"email":"a@example.com","password":"pw","remember":false}', 'error', 'same-origin'],
    ['DELETE', '/api/sessions/a%2Fb', undefined, 'error', 'same-origin'],
    ['POST', '/api/sessions/revoke', '{"scope":"others"}', 'error', 'same-origin'],
    ['GET', '/api/health', undefined, 'error', 'same-origin'],
  ]);
});
