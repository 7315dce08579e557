import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, request as newRequest, type BrowserContext, type Page } from '@playwright/test';
import { newPerson, registeredPerson, type Person } from './person.ts';
import { stackPorts } from './stack.ts';
import { test } from './test.ts';

/** What other sites, other people and an old history can try in a real browser against the built product. */
const origin = `http://localhost:${stackPorts.app}`;
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

let server: Server;
/** Another site: to a browser 127.0.0.1 and localhost have nothing in common. */
let evil = '';
let evilPage = '';

test.beforeAll(async () => {
  server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(evilPage));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  evil = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
test.afterAll(() => new Promise((resolve) => server.close(resolve)));

async function signInOnPage(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-in?returnTo=/account');
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Your account', exact: true })).toBeVisible();
}

async function isSignedIn(context: BrowserContext): Promise<boolean> {
  const answer = await context.request.get(`${origin}/api/auth/session`, { headers: sameOrigin });
  return answer.status() === 200;
}

async function visit(context: BrowserContext, html: string): Promise<Page> {
  evilPage = `<!doctype html><meta charset="utf-8"><title>evil</title>${html}`;
  const page = await context.newPage();
  await page.goto(evil);
  return page;
}

test('CSRF: a form, a fetch and an image of another site change nothing', async ({ page, context }) => {
  await signInOnPage(page, await registeredPerson());
  for (const [path, field] of [['/api/auth/sign-out', '{"x":"'], ['/api/sessions/revoke', '{"scope":"all","x":"'], ['/api/auth/sign-in', '{"email":"a@example.com","password":"']]) {
    const attack = await visit(context, `<form method="post" enctype="text/plain" action="${origin}${path}"><input name='${field}' value='"}'></form><script>document.forms[0].submit()</script>`);
    await attack.waitForURL(`${origin}${path}`);
    expect(await attack.evaluate(() => document.body.innerText), path).toContain('"code":"cross-site"');
    await attack.close();
  }
  const attack = await visit(context, '<img id="picture">');
  const outcomes = await attack.evaluate(async (target) => {
    const tries: [string, RequestInit][] = [
      ['/api/auth/sign-out', { method: 'POST', mode: 'no-cors', credentials: 'include' }],
      ['/api/sessions/revoke', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"scope":"all"}', headers: { 'content-type': 'text/plain' } }],
      ['/api/sessions/revoke', { method: 'POST', credentials: 'include', body: '{"scope":"all"}', headers: { 'content-type': 'application/json' } }],
      ['/api/account', { method: 'DELETE', credentials: 'include' }],
    ];
    document.querySelector('img')!.src = `${target}/api/auth/sign-out`;
    return Promise.all(tries.map(async ([path, init]) => fetch(target + path, init).then((answer) => answer.type, () => 'refused')));
  }, origin);
  // Two were sent (no preflight holds them back) and refused by us, two never left the browser; it shows none of the answers.
  expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused']);
  expect(await isSignedIn(context)).toBe(true);
});

test('CORS: another site reads nothing, with credentials or without, from any route', async ({ page, context }) => {
  await signInOnPage(page, await registeredPerson());
  const attack = await visit(context, '');
  const paths = ['/', '/account', '/api/auth/session', '/api/sessions', '/api/audit', '/api/health', '/manifest.webmanifest', '/sw.js'];
  const read = await attack.evaluate(async ({ target, paths: all }) => Promise.all(all.flatMap((path) => (['include', 'omit'] as const).map(
    async (credentials) => fetch(target + path, { credentials }).then(async (answer) => `${path}: ${(await answer.text()).slice(0, 40)}`, () => 'refused'),
  ))), { target: origin, paths });
  expect(new Set(read)).toEqual(new Set(['refused']));
  // `no-cors` sends the request, and Cross-Origin-Resource-Policy keeps its body out of the other site's process.
  const loaded = await attack.evaluate(async (target) => {
    const script = document.createElement('script');
    script.src = `${target}/sw.js`;
    return new Promise((resolve) => {
      script.onload = () => resolve('ran');
      script.onerror = () => resolve('refused');
      document.head.append(script);
    });
  }, origin);
  expect(loaded).toBe('refused');
  // The same page reads its own site: the attack is not refused for another reason.
  expect(await attack.evaluate(async () => (await fetch('/')).ok)).toBe(true);
});

test('clickjacking: no page, and no error page, lets itself be framed', async ({ page, context }) => {
  await signInOnPage(page, await registeredPerson());
  for (const path of ['/', '/account', '/sign-in', '/no-such-page', '/api/auth/session', '/api/nothing']) {
    const attack = await visit(context, `<iframe src="${origin}${path}"></iframe>`);
    // What the browser shows in place of a refused frame has an opaque origin and no text of ours.
    await expect.poll(() => attack.frames().at(-1)!.url(), { message: path }).toMatch(/^chrome-error:|^about:blank/);
    expect(attack.frames().length, path).toBe(2);
    await attack.close();
  }
});

test('a window opened by another site, and one that opens us, cannot reach each other', async ({ page, context }) => {
  await signInOnPage(page, await registeredPerson());
  const attack = await visit(context, '');
  const [opened] = await Promise.all([context.waitForEvent('page'), attack.evaluate((target) => void (Object.assign(window, { victim: window.open(`${target}/account`) })), origin)]);
  await opened.waitForLoadState();
  expect(await opened.evaluate(() => window.opener)).toBe(null);
  expect(await attack.evaluate(() => (window as unknown as { victim: Window }).victim.closed)).toBe(true);
});

test('after sign-out the back button, a restored tab and the cache show nothing of the person', async ({ page, context }) => {
  const person = await registeredPerson();
  await signInOnPage(page, person);
  await expect(page.getByText(person.email).first()).toBeVisible();
  await page.goto('/sign-up');
  const out = await context.request.post(`${origin}/api/auth/sign-out`, { headers: sameOrigin });
  expect([out.status(), out.headers()['clear-site-data']]).toEqual([204, '"cache"']);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await page.content()).not.toContain(person.email);
  const again = await context.newPage();
  await again.goto('/account');
  await expect(again).toHaveURL(/\/sign-in/);
  const cached = await again.evaluate(async (address) => {
    const found: string[] = [];
    for (const name of await caches.keys()) for (const entry of await (await caches.open(name)).keys()) {
      if ((await (await (await caches.open(name)).match(entry))!.text()).includes(address)) found.push(entry.url);
    }
    return found;
  }, person.email);
  expect(cached).toEqual([]);
});

test('open redirect: whatever returnTo says, nobody leaves the site', async ({ page }) => {
  test.setTimeout(180_000);
  const person = await registeredPerson();
  const bad = [
    'https://evil.example/', '//evil.example/', '/\\evil.example', '\\\\evil.example', 'javascript:alert(1)', 'data:text/html,x', '/%09/evil.example',
    '/%5cevil.example', 'http:evil.example', '%2f%2fevil.example', '/..//evil.example', '/ /evil.example', '/\n/evil.example', `${origin}.evil.example/`,
  ];
  for (const returnTo of bad) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
    await page.getByLabel('E-mail address').fill(person.email);
    await page.getByLabel('Password', { exact: true }).fill(person.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    expect(new URL(page.url()).origin, returnTo).toBe(origin);
  }
});

test('fixation: a cookie that another planted before the sign-in is worth nothing after it', async ({ page, context }) => {
  const attacker = await newRequest.newContext({ baseURL: origin, extraHTTPHeaders: sameOrigin });
  const mallory = await registeredPerson();
  const answer = await attacker.post('/api/auth/sign-in', { data: mallory });
  const planted = /__Host-Http-sid=([^;]+)/.exec(answer.headers()['set-cookie']!)![1]!;
  await context.addCookies([{ name: '__Host-Http-sid', value: planted, domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' }]);
  const person = await registeredPerson();
  await signInOnPage(page, person);
  const kept = (await context.cookies()).find(({ name }) => name === '__Host-Http-sid')!.value;
  expect(kept).not.toBe(planted);
  const through = await fetch(`${origin}/api/auth/session`, { headers: { ...sameOrigin, cookie: `__Host-Http-sid=${planted}` } });
  expect(through.status).toBe(401);
  // And a script can neither plant one nor read one.
  expect(await page.evaluate(() => {
    document.cookie = '__Host-Http-sid=planted; path=/; secure';
    document.cookie = 'sid=planted; path=/';
    return document.cookie.replace(/(^|; )sid=planted/, '');
  })).toBe('');
  expect(await isSignedIn(context)).toBe(true);
  await attacker.dispose();
});

test('cache headers: nothing that depends on a person may be kept by anybody', async ({ page, context }) => {
  await signInOnPage(page, await registeredPerson());
  for (const path of ['/account', '/admin/sessions', '/api/auth/session', '/api/sessions', '/api/audit', '/api/auth/totp', '/api/auth/passkeys', '/api/admin/sessions', '/', '/sign-in']) {
    const answer = await context.request.get(origin + path, { headers: sameOrigin, maxRedirects: 0 });
    expect(answer.headers()['cache-control'] ?? '', path).toMatch(/no-store/);
    expect(answer.headers()['set-cookie'], `${path} sets no cookie`).toBeUndefined();
  }
});

test('enumeration by time: known and unknown addresses take equally long (rank test, p > 0.001)', async () => {
  test.setTimeout(240_000);
  const api = await newRequest.newContext({ baseURL: origin, extraHTTPHeaders: sameOrigin });
  const timed = async (path: string, data: object) => {
    const began = performance.now();
    const answer = await api.post(path, { data });
    await answer.body();
    return { ms: performance.now() - began, seen: `${answer.status()} ${(await answer.text()).replace(/person-\w+(@|%40)example\.com/g, 'ADDRESS')} ${Object.keys(answer.headers()).sort().join()}` };
  };
  for (const [path, body] of [
    ['/api/auth/sign-in', (email: string) => ({ email, password: 'Wrong-password-1!' })],
    ['/api/auth/forgot', (email: string) => ({ email })],
    ['/api/auth/email-code', (email: string) => ({ email })],
    ['/api/auth/passkey/options', (email: string) => ({ email })],
  ] as const) {
    const known: number[] = [];
    const unknown: number[] = [];
    const words = new Set<string>();
    for (let round = 0; round < 12; round++) {
      // A person each time: the limits by account must not come into it. In turns, so that load hits both alike.
      const [a, b] = [await timed(path, body((await registeredPerson()).email)), await timed(path, body(newPerson().email))];
      known.push(a.ms);
      unknown.push(b.ms);
      // Made-up passkeys are one or two, by name, as people's are.
      for (const { seen } of [a, b]) words.add(seen.replace(/"(challenge|id|outbox|requestId)":"[^"]+"/g, '"$1":"…"').replace(/(\{"type":"public-key","id":"…"\},?){1,2}/, 'PASSKEYS'));
    }
    expect(words.size, [...words].join('\n')).toBe(1);
    expect(rankProbability(known, unknown), `${path}: ${known.map(Math.round).join()} against ${unknown.map(Math.round).join()}`).toBeGreaterThan(0.001);
  }
  // The test itself can tell: a constant 5 % is found.
  const sample = Array.from({ length: 12 }, (_, i) => 400 + i);
  expect(rankProbability(sample, sample.map((ms) => ms * 1.05))).toBeLessThan(0.001);
  await api.dispose();
});

/** Mann-Whitney U, two-sided, by the normal approximation: how likely two samples of one distribution differ this much. */
function rankProbability(a: readonly number[], b: readonly number[]): number {
  let u = 0;
  for (const x of a) for (const y of b) u += x < y ? 1 : x === y ? 0.5 : 0;
  const mean = (a.length * b.length) / 2;
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  const z = Math.abs(u - mean) / deviation;
  // Abramowitz and Stegun 26.2.17.
  const t = 1 / (1 + 0.2316419 * z);
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 2 * tail;
}
