import { request as newRequest, expect, type APIRequestContext } from '@playwright/test';
import { newPerson, registeredPerson, type Person } from './person.ts';
import { stackPorts } from './stack.ts';
import { test } from './test.ts';

const origin = `http://localhost:${stackPorts.app}`;
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

async function signedIn(person: Person): Promise<{ api: APIRequestContext; cookie: string }> {
  const api = await newRequest.newContext({ baseURL: origin, extraHTTPHeaders: sameOrigin });
  const answer = await api.post('/api/auth/sign-in', { data: person });
  expect(await answer.json()).toMatchObject({ status: 'signed-in', user: { email: person.email } });
  const cookie = /__Host-Http-sid=([^;]+)/.exec(answer.headers()['set-cookie']!)![1]!;
  return { api, cookie };
}

/** Asks without a cookie jar, with exactly this Cookie header. */
function sessionWith(cookieHeader: string) {
  return fetch(`${origin}/api/auth/session`, { headers: { cookie: cookieHeader, ...sameOrigin } });
}

test('cross-site, same-site and origin-less unsafe requests are refused before anything is read', async () => {
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }, {}]) {
    const answer = await fetch(`${origin}/api/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } as Record<string, string>, body: '{"email":"a@example.com","password":"x"}' });
    expect([answer.status, ((await answer.json()) as { code: string }).code], JSON.stringify(headers)).toEqual([403, 'cross-site']);
  }
});

test('where no METRICS_TOKEN is set there are no metrics, for nobody', async () => {
  for (const authorization of ['', 'Bearer ', 'Bearer undefined', `Bearer ${'x'.repeat(32)}`]) {
    const answer = await fetch(`${origin}/api/metrics`, { headers: { authorization } });
    expect([answer.status, ((await answer.json()) as { code: string }).code], authorization).toEqual([404, 'not-found']);
  }
});

test('malformed, mistyped, oversized, unknown: each has its code and one sentence', async () => {
  const post = (body: string, type = 'application/json') =>
    fetch(`${origin}/api/auth/sign-in`, { method: 'POST', headers: { 'content-type': type, ...sameOrigin }, body });
  const cases: [string, Response, number, string][] = [
    ['not JSON', await post('{"email":'), 400, 'invalid-request'],
    ['not an object', await post('[]'), 400, 'invalid-request'],
    ['wrong type', await post('{"email":1,"password":"x"}'), 400, 'invalid-request'],
    ['missing field', await post('{"email":"a@example.com"}'), 400, 'invalid-request'],
    ['unknown field', await post('{"email":"a@example.com","password":"x","admin":true}'), 400, 'invalid-request'],
    ['not UTF-8 JSON type', await post('email=a', 'application/x-www-form-urlencoded'), 415, 'unsupported-type'],
    ['too large', await post(`{"email":"a@example.com","password":"${'x'.repeat(70_000)}"}`), 413, 'too-large'],
    ['no such route', await fetch(`${origin}/api/nothing`, { headers: sameOrigin }), 404, 'not-found'],
  ];
  for (const [name, answer, status, code] of cases) {
    expect(answer.headers.get('content-type'), name).toContain('application/problem+json');
    const problem = (await answer.json()) as { code: string; status: number; detail: string };
    expect([answer.status, problem.status, problem.code], name).toEqual([status, status, code]);
    expect(problem.detail, name).toMatch(/^[A-Z].*\.$/);
  }
});

test('forged, cut, appended, duplicated and foreign cookies mean "no session", never an error', async () => {
  const { api, cookie } = await signedIn(await registeredPerson());
  const name = '__Host-Http-sid';
  expect((await sessionWith(`${name}=${cookie}`)).status).toBe(200);
  const middle = Math.floor(cookie.length / 2);
  const flipped = `${cookie.slice(0, middle)}${cookie[middle] === 'A' ? 'B' : 'A'}${cookie.slice(middle + 1)}`;
  for (const bad of [
    `${name}=`, `${name}=x`, `${name}=${cookie.slice(0, -3)}`, `${name}=${cookie}~2`, `${name}=${cookie}x`, `${name}=${flipped}`,
    `${name}=${cookie}; ${name}=${cookie}`, `${name}=${'A'.repeat(4_000)}`, `${name}=%00%ff`, `${name}=Fe26.2*1*a*b*c**d*e~2`, `sid=${cookie}`,
  ]) {
    const answer = await sessionWith(bad);
    expect([answer.status, ((await answer.json()) as { code: string }).code], bad.slice(0, 60)).toEqual([401, 'not-signed-in']);
  }
  expect((await sessionWith(`${name}=${cookie}`)).status).toBe(200);
  await api.dispose();
});

test('a cookie planted before sign-in is worth nothing after it, and sign-in makes a new one each time', async () => {
  const person = await registeredPerson();
  const first = await signedIn(person);
  const again = await first.api.post('/api/auth/sign-in', { data: person });
  const second = /__Host-Http-sid=([^;]+)/.exec(again.headers()['set-cookie']!)![1]!;
  expect(second).not.toBe(first.cookie);
  expect((await sessionWith(`__Host-Http-sid=${first.cookie}`)).status).toBe(401);
  expect((await sessionWith(`__Host-Http-sid=${second}`)).status).toBe(200);
  await first.api.dispose();
});

test('sign-out kills a copied cookie at once and clears this one', async () => {
  const { api, cookie } = await signedIn(await registeredPerson());
  const answer = await api.post('/api/auth/sign-out');
  expect(answer.status()).toBe(204);
  expect(answer.headers()['clear-site-data']).toBe('"cache"');
  expect(answer.headers()['set-cookie']).toMatch(/__Host-Http-sid=;.*Max-Age=0/i);
  expect((await sessionWith(`__Host-Http-sid=${cookie}`)).status).toBe(401);
  await api.dispose();
});

test('revoking everywhere ends every session of that person and of nobody else', async () => {
  const person = await registeredPerson();
  const [one, two, stranger] = [await signedIn(person), await signedIn(person), await signedIn(await registeredPerson())];
  expect((await one.api.post('/api/sessions/revoke', { data: { scope: 'all' } })).status()).toBeLessThan(300);
  expect((await sessionWith(`__Host-Http-sid=${one.cookie}`)).status).toBe(401);
  expect((await sessionWith(`__Host-Http-sid=${two.cookie}`)).status).toBe(401);
  expect((await sessionWith(`__Host-Http-sid=${stranger.cookie}`)).status).toBe(200);
  for (const { api } of [one, two, stranger]) await api.dispose();
});

test('sign-up answers the same for a taken address, forgot and resend the same for an unknown one', async () => {
  const taken = await registeredPerson();
  const free = newPerson();
  const api = await newRequest.newContext({ baseURL: origin, extraHTTPHeaders: sameOrigin });
  const same = async (path: string, a: object, b: object, hide: string[]) => {
    const answers = [await api.post(path, { data: a }), await api.post(path, { data: b })];
    const texts = await Promise.all(answers.map(async (answer) => `${answer.status()} ${await answer.text()}`));
    const hidden = texts.map((text) => hide.reduce((t, email) => t.replaceAll(email, 'ADDRESS').replaceAll(encodeURIComponent(email), 'ADDRESS'), text));
    expect(hidden[0]).toBe(hidden[1]);
    expect(answers[0]!.status()).toBe(202);
  };
  await same('/api/auth/sign-up', taken, free, [taken.email, free.email]);
  const unknown = newPerson();
  await same('/api/auth/forgot', { email: taken.email }, { email: unknown.email }, [taken.email, unknown.email]);
  await same('/api/auth/resend', { email: free.email }, { email: unknown.email }, [free.email, unknown.email]);
  await api.dispose();
});

test('six wrong passwords in a minute: the sixth waits, and says for how long', async () => {
  const person = await registeredPerson();
  const api = await newRequest.newContext({ baseURL: origin, extraHTTPHeaders: sameOrigin });
  const statuses: number[] = [];
  let last;
  for (let i = 0; i < 6; i++) {
    last = await api.post('/api/auth/sign-in', { data: { ...person, password: `Wrong-password-${i}!` } });
    statuses.push(last.status());
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  expect(Number(last!.headers()['retry-after'])).toBeGreaterThan(0);
  expect(await last!.json()).toMatchObject({ code: 'too-many-attempts' });
  await api.dispose();
});

test('a host name that is not ours gets nothing, and forged forwarded headers change nobody', async () => {
  const { request } = await import('node:http');
  const status = await new Promise<number>((resolve, reject) => {
    request({ host: '127.0.0.1', port: stackPorts.app, path: '/', headers: { host: 'evil.example' } }, (r) => resolve(r.resume().statusCode!)).on('error', reject).end();
  });
  expect(status).toBe(421);
});
