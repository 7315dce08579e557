import { expect, type Page, type Request } from '@playwright/test';
import { logIn, registeredPerson, untilSynced, type Person } from './person.ts';
import { stackPorts } from './stack.ts';
import { openTerminal, runCommand } from './terminal.ts';
import { test } from './test.ts';
import { buildId, builtRoutes, startUnguardedApp, type UnguardedApp } from './unguarded-app.ts';

/**
 * Next's middleware has been bypassed more than once. Here it is gone, and our Node entry with it: everything
 * that the app still refuses, its handlers, pages and actions refuse by themselves.
 */
const SID = '__Host-Http-sid';
let app: UnguardedApp;

test.beforeAll(async () => {
  app = await startUnguardedApp(4320);
});
test.afterAll(() => app.stop());

interface Victim {
  person: Person;
  userId: string;
  sessionId: string;
  cookie: string;
  secret: string;
  /** A real exchange of the sync action, as the browser sent it. */
  action: { headers: Record<string, string>; body: Buffer };
}

/** Somebody with a file in the account, and the request that fetches it. */
async function victim(page: Page): Promise<Victim> {
  const person = await registeredPerson();
  const secret = `secret-${person.email.slice(7, 17)}`;
  await openTerminal(page);
  await logIn(page, person);
  let action: Request | undefined;
  page.on('request', (request) => {
    const headers = request.headers();
    // A push carries bytes, which the browser's debugger does not give out; an exchange without one is plain text.
    if (headers['next-action'] !== undefined && headers['content-type']?.startsWith('text/plain')) action = request;
  });
  await runCommand(page, `echo ${secret} > diary.txt; sync`);
  await untilSynced(page);
  await expect.poll(() => action).toBeTruthy();
  const cookie = (await page.context().cookies()).find(({ name }) => name === SID)!.value;
  const session = (await (await page.request.get('/api/auth/session', { headers: { 'sec-fetch-site': 'same-origin' } })).json()) as { user: { id: string }; session: { id: string } };
  const headers = Object.fromEntries(Object.entries(await action!.allHeaders()).filter(([name]) => !name.startsWith(':') && !['cookie', 'host', 'content-length', 'origin', 'referer', 'accept-encoding'].includes(name)));
  return { person, userId: session.user.id, sessionId: session.session.id, cookie, secret, action: { headers, body: action!.postDataBuffer()! } };
}

const spoofed: Record<string, string> = {
  'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
  'x-middleware-rewrite': '/account', 'x-middleware-next': '1', 'x-middleware-prefetch': '1', 'x-middleware-set-cookie': `${SID}=x`,
  'x-middleware-override-headers': 'x-selkie-session', 'x-middleware-request-x-selkie-session': 'live',
  'x-selkie-session': 'eyJ1c2VyIjoiYWRtaW4ifQ.AAAA', 'x-selkie-hand-over': 'eyJ1c2VyIjoiYWRtaW4ifQ.AAAA',
  'x-nextjs-data': '1', 'x-matched-path': '/account', 'x-invoke-path': '/account', 'x-invoke-status': '200', 'x-invoke-query': '{}',
  'x-original-url': '/account', 'x-rewrite-url': '/account', 'x-http-method-override': 'GET', 'x-method-override': 'GET',
  'x-forwarded-host': 'localhost:4320', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https', forwarded: 'for=127.0.0.1;host=localhost',
  authorization: 'Bearer admin', 'x-user-id': 'admin', 'x-vercel-id': 'x',
};

/** Ways to write one path that some layer may read as another. */
function spellings(path: string): string[] {
  const last = path.lastIndexOf('/');
  const letter = path.charCodeAt(path.length - 1).toString(16);
  return [
    path, `${path}/`, `${path}//`, `/${path}`, `${path}.rsc`, `${path}.json`, `${path}?_rsc=1`, `${path}.segments/_tree.segment.rsc`,
    `/_next/data/${buildId()}${path}.json`, `${path.slice(0, -1)}%${letter}`, `${path.slice(0, last)}%2f${path.slice(last + 1)}`,
    `${path.slice(0, last)}//${path.slice(last + 1)}`, `${path.slice(0, last)}/./${path.slice(last + 1)}`, `/x/..${path}`, `/sign-in/..%2f..${path}`,
    `${path};x=1`, `${path}%00`, `${path}%20`, path.toUpperCase(), `${path}\\`, `/en${path}`, `/_next/static/..%2f..${path}`, `/api/health/..%2f..${path}`,
    `/_next/image?url=${encodeURIComponent(path)}&w=64&q=75`,
  ];
}

const flavours: Record<string, Record<string, string>> = {
  plain: {},
  rsc: { rsc: '1' },
  prefetch: { rsc: '1', 'next-router-prefetch': '1', purpose: 'prefetch' },
  segment: { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
  spoofed,
};

/** One request exactly as written: `fetch` would tidy the path. Next sends a payload request without its checksum to the right address; that is followed. */
async function ask(path: string, method: string, headers: Record<string, string>, body?: Buffer): ReturnType<typeof send> {
  const answer = await send(path, method, headers, body);
  const { location } = answer.headers;
  return method === 'GET' && typeof location === 'string' && /[?&]_rsc/.test(location) ? send(location.replace(app.origin, ''), method, headers) : answer;
}

async function send(path: string, method: string, headers: Record<string, string>, body?: Buffer): Promise<{ status: number; text: string; headers: Record<string, string | string[] | undefined> }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: Number(new URL(app.origin).port), path, method, headers: { host: new URL(app.origin).host, 'sec-fetch-site': 'same-origin', ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test('no spelling, flavour, header or method of any route yields a protected byte without a live session', async ({ page }) => {
  test.setTimeout(300_000);
  const { person, userId, sessionId, cookie, secret } = await victim(page);
  const marks = [person.email, userId, sessionId, secret];
  const routes = builtRoutes().map(({ path, isApi }) => ({ path: path.replace('[id]', sessionId), isApi }));
  expect(routes.length).toBeGreaterThan(20);
  // The marks are where they should be for the person: a search that could find nothing would prove nothing.
  expect((await ask('/api/auth/session', 'GET', { cookie: `${SID}=${cookie}` })).text).toContain(person.email);
  expect((await ask('/account', 'GET', { cookie: `${SID}=${cookie}` })).text).toContain(person.email);
  expect((await ask('/account', 'GET', { cookie: `${SID}=${cookie}`, rsc: '1' })).text).toContain(person.email);

  expect((await page.request.post('/api/auth/sign-out', { headers: { 'sec-fetch-site': 'same-origin' } })).status()).toBe(204);
  const cookies: Record<string, string>[] = [{}, { cookie: `${SID}=${cookie}` }, { cookie: `${SID}=Fe26.2*1*a*b*c**d*e~2` }];
  const leaks: string[] = [];
  let asked = 0;
  const attempt = async (path: string, method: string, headers: Record<string, string>, body?: Buffer) => {
    asked += 1;
    const { status, text, headers: answered } = await ask(path, method, headers, body);
    const whole = `${JSON.stringify(answered)}\n${text}`;
    // An address is in the answer only if it was in the request.
    for (const mark of marks) if (whole.includes(mark) && !path.includes(mark) && !path.includes(encodeURIComponent(mark))) leaks.push(`${method} ${path} ${JSON.stringify(headers).slice(0, 80)} ${status}: ${mark}`);
    if (status === 500) leaks.push(`${method} ${path}: an error page`);
  };
  for (const { path, isApi } of routes) {
    for (const spelling of spellings(path)) {
      for (const [, headers] of Object.entries(flavours)) await attempt(spelling, 'GET', { ...headers, ...cookies[1] });
      await attempt(spelling, 'GET', cookies[0]!);
    }
    for (const method of isApi ? ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'] : ['POST']) {
      for (const which of cookies) await attempt(path, method, { 'content-type': 'application/json', ...which, ...(method === 'POST' ? spoofed : {}) }, method === 'POST' ? Buffer.from('{}') : undefined);
    }
  }
  expect(leaks).toEqual([]);
  expect(asked).toBeGreaterThan(3_000);
});

test('guarded routes answer 401 and guarded pages lead to the sign-in page, without the middleware as with it', async () => {
  for (const { path, isApi } of builtRoutes()) {
    if (!/^\/(account|admin)|^\/api\/(sessions|audit|admin|account|auth\/(session|password|passkeys|totp|step-up))/.test(path)) continue;
    const plain = path.replace('[id]', 'x');
    if (!isApi) {
      const { status, headers } = await ask(plain, 'GET', {});
      expect([status, headers.location], plain).toEqual([307, expect.stringMatching(/^\/sign-in/)]);
      continue;
    }
    const answers = await Promise.all(['GET', 'POST', 'DELETE'].map((method) => ask(plain, method, { 'content-type': 'application/json' }, method === 'POST' ? Buffer.from('{}') : undefined)));
    const allowed = answers.filter(({ status }) => status !== 405);
    expect(allowed.length, plain).toBeGreaterThan(0);
    expect(allowed.map(({ status, text }) => `${status} ${(JSON.parse(text) as { code: string }).code}`), plain).toEqual(allowed.map(() => '401 not-signed-in'));
  }
});

test('the sync action, posted to any path, by another site, with a dead cookie or with none, gives nothing', async ({ page }) => {
  const { cookie, secret, userId, action } = await victim(page);
  const paths = ['/', '/sign-in', '/account', '/no-such-page', '/api/health', '/api/auth/session', '/sw.js'];
  const post = (path: string, headers: Record<string, string>) => ask(path, 'POST', { ...action.headers, ...headers }, action.body);
  const alive = await post('/', { cookie: `${SID}=${cookie}`, origin: app.origin });
  expect([alive.status, alive.text.includes('"status":"ok"')], `with the live cookie it works\n${alive.text}\n${app.output()}`).toEqual([200, true]);
  const attacks: [string, Record<string, string>][] = [
    ['from another site', { cookie: `${SID}=${cookie}`, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['from a sibling', { cookie: `${SID}=${cookie}`, 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' }],
    ['with a host to match its origin', { cookie: `${SID}=${cookie}`, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }],
    ['without a cookie', { origin: app.origin }],
    ['with a forged cookie', { cookie: `${SID}=Fe26.2*1*a*b*c**d*e~2`, origin: app.origin }],
    ['with spoofed headers', { ...spoofed, origin: app.origin }],
  ];
  for (const path of paths) {
    for (const [name, headers] of attacks) {
      const { text } = await post(path, headers);
      expect(text, `${name} to ${path}`).not.toMatch(new RegExp(`${secret}|"status":"ok"|${userId}`));
    }
  }
  await page.request.post(`http://localhost:${stackPorts.app}/api/auth/sign-out`, { headers: { 'sec-fetch-site': 'same-origin' } });
  for (const path of paths) {
    const { text } = await post(path, { cookie: `${SID}=${cookie}`, origin: app.origin });
    expect(text, `after sign-out to ${path}`).not.toMatch(new RegExp(`${secret}|${userId}`));
  }
});
