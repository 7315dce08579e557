import { AdminCreateUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as v from 'valibot';
import { sha256 } from '../../core/session/crypto-port.ts';
import { HAND_OVER_HEADER } from '../../core/session/hand-over.ts';
import { openVault } from '../../core/session/token-vault.ts';
import { guard } from '../../edge/guard.ts';
import { keyRing } from '../keys.ts';
import { unsealSession } from '../seals.ts';
import { Browser, ORIGIN, password, type RouteStack, SID, startRouteStack, userPoolId } from './route-stack.ts';

let stack: RouteStack;
const control = (method: string, path: string, body?: unknown) => stack.control(method, path, body);
const codeFor = (email: string) => stack.codeFor(email);
const askedOf = (service: string) => stack.askedOf(service);
const redisDump = () => stack.redisDump();
const ada = (options: { signIn?: boolean; remember?: boolean } = {}) => stack.person(options);

beforeAll(async () => {
  stack = await startRouteStack();
});
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(async () => {
  vi.restoreAllMocks();
  await control('DELETE', '/faults');
});
afterAll(() => stack.close());

test('sign-up, confirm, sign-in, session, sign-out: the whole path, and the cookie is dead after it', async () => {
  const { browser, email } = await ada({ signIn: false });
  const signedIn = await browser.call('POST', '/api/auth/sign-in', { email: email.toUpperCase(), password, remember: true });
  expect(signedIn.data).toMatchObject({ status: 'signed-in', user: { email } });
  const [session, device] = signedIn.response.headers.getSetCookie();
  expect(session).toMatch(/^__Host-Http-sid=Fe26\.2\*[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000$/);
  expect(device).toMatch(/^__Host-Http-device=Fe26\.2\*[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=34560000$/);
  expect(session!.split(';')[0]!.length).toBeLessThanOrEqual(512);
  const seen = await browser.call('GET', '/api/auth/session');
  expect(seen.data).toMatchObject({ user: { email }, session: { device: 'Firefox on Linux', current: true, remembered: true } });
  expect(seen.response.headers.get('set-cookie')).toBeNull();
  expect(seen.response.headers.get('cache-control')).toBe('no-store');
  const kept = browser.jar.get(SID)!;
  const out = await browser.call('POST', '/api/auth/sign-out');
  expect([out.status, out.response.headers.get('clear-site-data'), browser.jar.has(SID)]).toEqual([204, '"cache"', false]);
  browser.jar.set(SID, kept);
  for (const edge of [true, false]) {
    browser.edge = edge;
    browser.jar.set(SID, kept);
    const after = await browser.call('GET', '/api/auth/session');
    expect([after.status, after.data.code, browser.jar.has(SID)]).toEqual([401, 'not-signed-in', false]);
  }
  expect((await browser.call('POST', '/api/auth/sign-out')).status).toBe(204);
});

test('an authenticated request is one trip to Redis; without a cookie that opens there is none', async () => {
  const { browser } = await ada();
  const seal = browser.jar.get(SID)!;
  await control('DELETE', '/requests');
  expect((await browser.call('GET', '/api/auth/session')).status).toBe(200);
  expect(await askedOf('redis')).toEqual(['EVAL']);
  await control('DELETE', '/requests');
  for (const edge of [true, false]) {
    browser.edge = edge;
    const forged = [`${SID}=${seal}x`, `${SID}=${seal.slice(0, -9)}`, `${SID}=${seal}; ${SID}=${seal}`, `${SID}=`, `${SID}=${seal.replace('*1*', '*2*')}`, `sid=${seal}`, ''];
    for (const cookie of forged) expect([cookie.slice(-12), (await browser.call('GET', '/api/auth/session', undefined, { cookie })).status]).toEqual([cookie.slice(-12), 401]);
  }
  expect(await askedOf('redis')).toEqual([]);
});

test('with the middleware bypassed every guarded route still refuses, also with a made-up or borrowed hand-over', async () => {
  const { browser } = await ada();
  const lent = await guard(new Request(`${ORIGIN}/api/auth/session`, { headers: { ...browser.headers, cookie: `${SID}=${browser.jar.get(SID)}` } }));
  if (lent.kind !== 'continue') throw new Error('refused');
  const handOver = lent.requestHeaders.get(HAND_OVER_HEADER)!;
  expect(handOver).toMatch(/^1\./);
  const stranger = new Browser();
  stranger.edge = false;
  const routes: Array<[string, string, unknown?]> = [
    ['GET', '/api/auth/session'], ['GET', '/api/sessions'], ['DELETE', '/api/sessions/x'], ['POST', '/api/sessions/revoke', { scope: 'all' }],
    ['GET', '/api/audit'], ['POST', '/api/auth/password', { current: password, next: password }],
  ];
  for (const header of ['', handOver, handOver.replace('1.', '2.'), 'true']) {
    for (const [method, path, body] of routes) {
      const reply = await stranger.call(method, path, body, { [HAND_OVER_HEADER]: header, 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' });
      expect([method, path, reply.status, reply.data.code]).toEqual([method, path, 401, 'not-signed-in']);
    }
  }
  // Its own cookie, but after the sign-out, on another path than it was made for: the record decides.
  await browser.call('POST', '/api/auth/sign-out', undefined, {});
  const cookie = `${SID}=${(await ada()).browser.jar.get(SID)}`;
  expect((await stranger.call('GET', '/api/audit', undefined, { [HAND_OVER_HEADER]: handOver, cookie })).data).toMatchObject({ events: [{ kind: 'sign-in' }] });
});

test('what the client sends under our internal names never gets past the edge', async () => {
  const verdict = await guard(new Request(`${ORIGIN}/`, { headers: { [HAND_OVER_HEADER]: 'x', 'x-middleware-subrequest': 'y', 'x-selkie-user': 'z', 'x-other': 'kept' } }));
  if (verdict.kind !== 'continue') throw new Error('refused');
  const names = [...verdict.requestHeaders.keys()];
  expect(names.filter((name) => /selkie|middleware/.test(name))).toEqual([]);
  expect(names).toContain('x-other');
  expect(verdict.requestHeaders.get('content-security-policy')).toBe(verdict.responseHeaders.get('content-security-policy'));
});

test('while Redis does not answer nobody is signed out, nobody is let in, and the cookie stays', async () => {
  const { browser, email } = await ada();
  await control('POST', '/faults', { service: 'redis', action: 'drop-request', times: 100 });
  for (const edge of [true, false]) {
    browser.edge = edge;
    for (const [method, path, body] of [['GET', '/api/auth/session'], ['POST', '/api/auth/sign-out'], ['POST', '/api/auth/sign-in', { email, password }], ['POST', '/api/auth/forgot', { email }]] as const) {
      const reply = await browser.call(method, path, body);
      expect([path, reply.status, reply.data.code, Number(reply.response.headers.get('retry-after')) > 0, reply.response.headers.get('set-cookie')]).toEqual([path, 503, 'unavailable', true, null]);
    }
  }
  const page = await guard(new Request(`${ORIGIN}/account`, { headers: { cookie: `${SID}=${browser.jar.get(SID)}` } }));
  expect(page.kind === 'respond' && [page.response.status, page.response.headers.get('set-cookie')]).toEqual([503, null]);
  const terminal = await guard(new Request(`${ORIGIN}/`, { headers: { cookie: `${SID}=${browser.jar.get(SID)}` } }));
  expect(terminal.kind).toBe('continue');
  await control('DELETE', '/faults');
  // The breaker lets a probe through once it has been open for its 2 s.
  await vi.waitFor(async () => expect((await browser.call('GET', '/api/auth/session')).status).toBe(200), { timeout: 10_000, interval: 200 });
});

test('a page for members sends strangers to sign in and back; a server action without a session is 401 on any path', async () => {
  const page = await guard(new Request(`${ORIGIN}/account?tab=audit`));
  expect(page.kind === 'respond' && [page.response.status, page.response.headers.get('location')]).toEqual([303, `${ORIGIN}/sign-in?returnTo=%2Faccount%3Ftab%3Daudit`]);
  const action = await guard(new Request(`${ORIGIN}/`, { method: 'POST', headers: { 'next-action': 'abc', origin: ORIGIN } }));
  expect(action.kind === 'respond' && action.response.status).toBe(401);
  const foreign = await guard(new Request(`${ORIGIN}/`, { method: 'POST', headers: { 'next-action': 'abc', origin: 'https://evil.example' } }));
  expect(foreign.kind === 'respond' && foreign.response.status).toBe(403);
});

test('unsafe requests from other sites are refused before anything else, by either door', async () => {
  const browser = new Browser();
  for (const edge of [true, false]) {
    browser.edge = edge;
    for (const path of ['sign-up', 'confirm', 'resend', 'forgot', 'reset', 'sign-in', 'challenge', 'password', 'sign-out']) {
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' }]) {
        const reply = await browser.call('POST', `/api/auth/${path}`, {}, headers);
        expect([path, reply.status, reply.data.code]).toEqual([path, 403, 'cross-site']);
      }
    }
  }
});

test('bodies: type, size, JSON, unknown and missing fields are refused in words', async () => {
  const browser = new Browser();
  const path = '/api/auth/sign-in';
  const good = { email: 'a@example.com', password: 'x' };
  const cases: Array<[unknown, Record<string, string>, number, string]> = [
    [good, { 'content-type': 'text/plain' }, 415, 'unsupported-type'],
    [JSON.stringify({ ...good, password: 'x'.repeat(17_000) }), {}, 413, 'too-large'],
    ['{', {}, 400, 'invalid-request'],
    ['[]', {}, 400, 'invalid-request'],
    [{ ...good, admin: true }, {}, 400, 'invalid-request'],
    ['{"email":"a@example.com","password":"x","__proto__":{"x":1}}', {}, 400, 'invalid-request'],
    [{ email: 'a@example.com' }, {}, 400, 'invalid-request'],
    [{ ...good, email: 'no address' }, {}, 400, 'invalid-request'],
  ];
  for (const [body, headers, status, code] of cases) {
    const reply = await browser.call('POST', path, body, headers);
    expect([status, code]).toEqual([reply.status, reply.data.code]);
    expect(reply.response.headers.get('content-type')).toContain('application/problem+json');
  }
});

test('known and unknown, taken and free, wrong password and no such person: one answer each', async () => {
  const { browser, email } = await ada({ signIn: false });
  const pairs: Array<[string, object, object]> = [
    ['sign-up', { email, password }, { email: 'free@example.com', password }],
    ['forgot', { email }, { email: 'nobody@example.com' }],
    ['resend', { email }, { email: 'nobody2@example.com' }],
    ['sign-in', { email, password: 'Wrong-horse-9' }, { email: 'nobody3@example.com', password }],
    ['confirm', { email, code: '000000' }, { email: 'nobody4@example.com', code: '000000' }],
  ];
  for (const [path, known, unknown] of pairs) {
    const replies = [await browser.call('POST', `/api/auth/${path}`, known), await browser.call('POST', `/api/auth/${path}`, unknown)];
    const [one, other] = replies.map(({ status, data }) => JSON.stringify([status, data]).replaceAll(/to=[^"]*/g, 'to=').replace(/"requestId":"[^"]*"/, '"requestId"'));
    expect([path, one]).toEqual([path, other]);
  }
});

test('five wrong passwords in a minute close the door for strangers, not for the known device', async () => {
  const { browser, email } = await ada();
  const stranger = new Browser();
  stranger.headers['x-forwarded-for'] = '198.51.100.77';
  const statuses: number[] = [];
  for (let i = 0; i < 6; i += 1) statuses.push((await stranger.call('POST', '/api/auth/sign-in', { email, password: 'Wrong-horse-9' })).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  const refused = await stranger.call('POST', '/api/auth/sign-in', { email, password });
  expect([refused.status, refused.data.code, Number(refused.response.headers.get('retry-after')) > 0]).toEqual([429, 'too-many-attempts', true]);
  // Cognito has a lock of its own after five wrong ones, a second long at first, which it does not lift for anybody.
  await vi.waitFor(async () => expect((await browser.call('POST', '/api/auth/sign-in', { email, password })).status).toBe(200), { timeout: 10_000, interval: 300 });
});

test('a sign-in starts from nothing: new id, and the session that the cookie held is dead', async () => {
  const { browser, email } = await ada();
  const planted = browser.jar.get(SID)!;
  await browser.call('POST', '/api/auth/sign-in', { email, password });
  const fresh = browser.jar.get(SID)!;
  expect((await unsealSession('seal-session', fresh))?.id).not.toBe((await unsealSession('seal-session', planted))?.id);
  expect((await browser.call('GET', '/api/auth/session', undefined, { cookie: `${SID}=${planted}` })).status).toBe(401);
  browser.jar.set(SID, fresh);
  expect((await browser.call('GET', '/api/auth/session')).status).toBe(200);
});

test('a new password ends the other sessions and gives this one a new id; the old id lives 10 s for other tabs', async () => {
  const { browser, email } = await ada();
  const other = new Browser();
  await other.call('POST', '/api/auth/sign-in', { email, password });
  const before = browser.jar.get(SID)!;
  expect((await browser.call('POST', '/api/auth/password', { current: 'Wrong-horse-9', next: 'Other-horse-10' })).data.code).toBe('wrong-credentials');
  const changed = await browser.call('POST', '/api/auth/password', { current: password, next: 'Other-horse-10' });
  expect([changed.status, changed.data]).toEqual([200, { status: 'changed', otherSessionsEnded: 1 }]);
  expect(browser.jar.get(SID)).not.toBe(before);
  expect((await other.call('GET', '/api/auth/session')).status).toBe(401);
  expect((await browser.call('GET', '/api/auth/session')).status).toBe(200);
  expect((await browser.call('GET', '/api/auth/session', undefined, { cookie: `${SID}=${before}` })).status).toBe(200);
  const again = await browser.call('POST', '/api/auth/password', { current: 'Other-horse-10', next: 'Third-horse-11' });
  expect(again.status).toBe(200);
});

test('a reset by mail ends every session of that person', async () => {
  const { browser, email } = await ada();
  const stranger = new Browser();
  stranger.headers['x-forwarded-for'] = '198.51.100.9';
  await stranger.call('POST', '/api/auth/forgot', { email });
  expect((await stranger.call('POST', '/api/auth/reset', { email, code: await codeFor(email), password: 'Other-horse-10' })).status).toBe(200);
  expect((await browser.call('GET', '/api/auth/session')).status).toBe(401);
  expect((await browser.call('POST', '/api/auth/sign-in', { email, password: 'Other-horse-10' })).status).toBe(200);
});

test('a person whom an administrator invited sets a password of their own before there is a session', async () => {
  const email = 'invited@example.com';
  await stack.root.cognito.send(new AdminCreateUserCommand({
    UserPoolId: userPoolId, Username: email, TemporaryPassword: 'Temporary-9-horse', MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: email }, { Name: 'email_verified', Value: 'true' }],
  }));
  const browser = new Browser();
  browser.headers['x-forwarded-for'] = '198.51.100.30';
  expect((await browser.call('POST', '/api/auth/challenge', { newPassword: password })).status).toBe(401);
  const first = await browser.call('POST', '/api/auth/sign-in', { email, password: 'Temporary-9-horse' });
  expect(first.data).toEqual({ status: 'challenge', challenge: 'new-password' });
  expect(browser.jar.has(SID)).toBe(false);
  expect(first.response.headers.get('set-cookie')).toMatch(/^__Host-Http-tx=Fe26[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=300$/);
  const planted = browser.jar.get('__Host-Http-tx')!;
  expect((await browser.call('POST', '/api/auth/challenge', { code: '123456' })).status).toBe(400);
  expect((await browser.call('POST', '/api/auth/challenge', { newPassword: 'weak' })).data.code).toBe('password-policy');
  const done = await browser.call('POST', '/api/auth/challenge', { newPassword: password });
  expect([done.status, done.data]).toMatchObject([200, { status: 'signed-in', user: { email } }]);
  expect([browser.jar.has(SID), browser.jar.has('__Host-Http-tx')]).toEqual([true, false]);
  expect((await browser.call('POST', '/api/auth/challenge', { newPassword: password }, { cookie: `__Host-Http-tx=${planted}` })).status).toBe(401);
});

test('the list of sessions, ending one, ending all; nobody sees or ends the sessions of others', async () => {
  const { browser, email } = await ada();
  const phone = new Browser();
  phone.headers['user-agent'] = 'Mozilla/5.0 (iPhone) CriOS/141';
  await phone.call('POST', '/api/auth/sign-in', { email, password });
  const list = (await browser.call('GET', '/api/sessions')).data as unknown as { sessions: Array<{ id: string; device: string; current: boolean }> };
  expect(list.sessions.map(({ device, current }) => [device, current])).toEqual([['Chrome on iPhone', false], ['Firefox on Linux', true]]);
  const target = list.sessions[0]!.id;
  const eve = (await ada()).browser;
  expect((await eve.call('DELETE', `/api/sessions/${target}`)).status).toBe(404);
  expect((await phone.call('GET', '/api/auth/session')).status).toBe(200);
  expect((await browser.call('DELETE', `/api/sessions/${target}`)).status).toBe(204);
  expect((await phone.call('GET', '/api/auth/session')).status).toBe(401);
  expect((await browser.call('POST', '/api/sessions/revoke', { scope: 'all' })).data).toEqual({ ended: 1 });
  expect(browser.jar.has(SID)).toBe(false);
  expect((await eve.call('GET', '/api/auth/session')).status).toBe(200);
});

test('the audit tells the person what happened, in pages, and a failed try against them too', async () => {
  const { browser, email } = await ada();
  const stranger = new Browser();
  stranger.headers['x-forwarded-for'] = '198.51.100.20';
  await stranger.call('POST', '/api/auth/sign-in', { email, password: 'Wrong-horse-9' });
  const first = (await browser.call('GET', '/api/audit?limit=1')).data as unknown as { events: Array<{ kind: string; address: string }>; next: string };
  expect(first.events).toMatchObject([{ kind: 'sign-in-failed', address: '198.51.100.0/24' }]);
  const second = (await browser.call('GET', `/api/audit?limit=1&before=${first.next}`)).data as unknown as typeof first;
  expect(second.events.map((event) => event.kind)).toEqual(['sign-in']);
  expect((await browser.call('GET', '/api/audit?limit=1000')).status).toBe(400);
});

test('a dump of Redis and the log hold no token, no secret id, no data key, no password', async () => {
  const logged: string[] = [];
  vi.mocked(console.log).mockImplementation((line: unknown) => void logged.push(String(line)));
  const { browser, email } = await ada();
  const seal = (await unsealSession('seal-session', browser.jar.get(SID)))!;
  const hash = await sha256(crypto, seal.id);
  const dump = await redisDump();
  expect(dump).toContain(hash);
  const envelope = /1\.1\.[\w-]{16}\.[\w-]+/.exec(dump.slice(dump.indexOf(`t:${hash}`)))![0];
  const tokens = (await openVault(crypto, keyRing(), seal.dataKey, hash, envelope, v.object({ accessToken: v.string(), refreshToken: v.string() })))!;
  expect(tokens.accessToken.length).toBeGreaterThan(100);
  await browser.call('POST', '/api/auth/password', { current: password, next: 'Other-horse-10' });
  await browser.call('POST', '/api/auth/sign-out');
  const all = dump + (await redisDump()) + logged.join('\n');
  for (const secret of [tokens.accessToken, tokens.refreshToken, seal.id, seal.dataKey, password, 'Other-horse-10', browser.jar.get('__Host-Http-device')!]) expect(all).not.toContain(secret);
  expect(all.match(/eyJ[\w-]{20,}\./g)).toBeNull();
  expect(logged.join('\n')).not.toContain(email);
});

test('ready names what does not answer; health is up all the same', async () => {
  const browser = new Browser();
  expect((await browser.call('GET', '/api/health')).data).toEqual({ status: 'ok' });
  expect((await browser.call('GET', '/api/ready')).data).toEqual({ status: 'ready', services: { redis: 'ok', cognito: 'ok', s3: 'ok' } });
});
