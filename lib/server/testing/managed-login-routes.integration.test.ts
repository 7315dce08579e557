import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createLoginBrowser } from '../../local/cognito/testing/login-browser.ts';
import { verifyIdToken } from '../cognito/id-token.ts';
import { exchangeCode } from '../cognito/managed-login.ts';
import { signInWithPassword } from '../cognito/sign-in.ts';
import { serverEnv } from '../env.ts';
import { storeTransaction } from '../session/transaction.ts';
import { nowhere } from './factors.ts';
import { type Browser, ORIGIN, password, type Reply, type RouteStack, SID, startRouteStack, stranger } from './route-stack.ts';

const TX = '__Host-Http-tx';
const LOGIN = '/api/auth/login';
const FAILED = `${ORIGIN}/sign-in?done=managed-failed`;
/** How the browser describes the way back from Cognito's pages. */
const FROM_COGNITO = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

let stack: RouteStack;

beforeAll(async () => {
  stack = await startRouteStack({ env: { SESSION_COOKIE_SAMESITE: 'strict' } });
});
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.control('DELETE', '/faults');
});
afterAll(() => stack.close());

const locationOf = ({ response }: Reply) => response.headers.get('location') ?? '';

/** Goes to Cognito's pages, signs in there and stops before coming back; answers the path that leads back. */
async function signInThere(browser: Browser, email: string, target = LOGIN): Promise<string> {
  const begun = await browser.call('GET', target);
  expect(begun.status).toBe(303);
  const there = createLoginBrowser(serverEnv().cognito.domain!);
  const form = await there.get(locationOf(begun)).then((page) => there.get(page.location));
  const back = await there.submit(form, { username: email, password });
  expect([back.status, back.location.split('?')[0]]).toEqual([302, `${ORIGIN}/api/auth/callback`]);
  return back.location.slice(ORIGIN.length);
}

test('managed login from end to end: a session, a page that goes on by itself, and no token in it', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const begun = await browser.call('GET', `${LOGIN}?returnTo=%2Faccount%3Fx%3D%22%3E%3Cb%3E%26y`);
  const asked = new URL(locationOf(begun));
  expect([begun.status, asked.origin + asked.pathname, Object.fromEntries(asked.searchParams)]).toEqual([303, `${serverEnv().cognito.domain}/oauth2/authorize`, {
    response_type: 'code', client_id: serverEnv().cognito.clientId, redirect_uri: `${ORIGIN}/api/auth/callback`, scope: 'openid email profile aws.cognito.signin.user.admin',
    state: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/), code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256', prompt: 'login',
  }]);
  expect(begun.response.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-Http-tx=Fe26[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/)]);

  const back = await signInThere(browser, email, `${LOGIN}?returnTo=%2Faccount%3Fx%3D%22%3E%3Cb%3E%26y`);
  const done = await browser.call('GET', back, undefined, FROM_COGNITO);
  expect(done.status).toBe(200);
  expect(done.response.headers.getSetCookie().map((line) => line.replace(/=Fe26[^;]+/, '=…'))).toEqual([
    '__Host-Http-sid=…; Path=/; HttpOnly; SameSite=Strict; Secure', '__Host-Http-device=…; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=34560000',
    '__Host-Http-tx=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
  ]);
  const headers = ['content-type', 'cache-control', 'referrer-policy', 'content-security-policy', 'location'].map((name) => done.response.headers.get(name));
  expect(headers).toEqual(['text/html; charset=utf-8', 'no-store', 'no-referrer', "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", null]);
  const page = await done.response.text();
  expect(page).toContain('<meta http-equiv="refresh" content="0; url=/account?x=&quot;&gt;&lt;b&gt;&amp;y">');
  expect(page).toContain('<a href="/account?x=&quot;&gt;&lt;b&gt;&amp;y">');
  expect([page.includes('<b>'), page.match(/eyJ|code=|state=/)]).toEqual([false, null]);
  expect((await browser.call('GET', '/api/auth/session')).data).toMatchObject({ user: { email }, session: { proof: 'managed-login', remembered: false } });
  // The whole way back once more: the question is gone, and the session stays as it is.
  const again = await browser.call('GET', back, undefined, FROM_COGNITO);
  expect([again.status, locationOf(again), (await browser.call('GET', '/api/auth/session')).status]).toEqual([303, FAILED, 200]);
});

test('where to go afterwards is a path of ours, whatever the link said', async () => {
  const { email } = await stack.person({ signIn: false });
  for (const evil of ['https://evil.example/', '//evil.example', '/%5Cevil.example', 'javascript:alert(1)', '/api/auth/sign-out']) {
    const browser = stranger();
    const done = await browser.call('GET', await signInThere(browser, email, `${LOGIN}?returnTo=${encodeURIComponent(evil)}`), undefined, FROM_COGNITO);
    expect([evil, /url=([^"]*)"/.exec(await done.response.text())?.[1]]).toEqual([evil, '/']);
  }
});

test("somebody else's way back opens nothing here: no question, another state, no state, two of them, another browser's", async () => {
  const { browser, email } = await stack.person();
  const before = browser.jar.get(SID);
  const eve = stranger();
  const hers = await signInThere(eve, email);
  // A link in a mail, to somebody who asked for nothing: they would work in her account without knowing.
  const linked = await browser.call('GET', hers, undefined, FROM_COGNITO);
  expect([linked.status, locationOf(linked), linked.response.headers.get('set-cookie'), browser.jar.get(SID)]).toEqual([303, FAILED, null, before]);
  const code = new URL(hers, ORIGIN).searchParams.get('code')!;
  const own = async () => {
    const begun = await browser.call('GET', LOGIN);
    return new URL(locationOf(begun)).searchParams.get('state')!;
  };
  const attacks: Array<(state: string) => string> = [
    () => hers.slice(hers.indexOf('?')), () => `?code=${code}`, () => `?code=${code}&state=`, (state) => `?code=${code}&state=${state}&state=${state}`,
    (state) => `?code=${code}&state=${state.slice(1)}`,
    // Her code under his own state: PKCE ties a code to the request that it was made for.
    (state) => `?code=${code}&state=${state}`,
    (state) => `?code=${code}&code=${code}&state=${state}`, (state) => `?state=${state}`, (state) => `?code=&state=${state}`,
    (state) => `?error=access_denied&state=${state}`, (state) => `?error=access_denied&code=${code}&state=${state}`,
    // RFC 9207: an answer of another server than the one that was asked.
    (state) => `?code=${code}&state=${state}&iss=https%3A%2F%2Fevil.example`,
  ];
  for (const attack of attacks) {
    const query = attack(await own());
    const reply = await browser.call('GET', `/api/auth/callback${query}`, undefined, FROM_COGNITO);
    expect([query, reply.status, locationOf(reply), browser.jar.get(SID), browser.jar.has(TX)]).toEqual([query, 303, FAILED, before, false]);
  }
  // A question of another kind is none.
  const kind = (await storeTransaction({
    purpose: 'sign-in', challenge: 'totp', cognitoSession: 'x'.repeat(64), username: 'x', remember: false, tries: 0, endsAtMs: Date.now() + 60_000, firstFactor: false,
  })).split(';')[0]!;
  expect(locationOf(await stranger().call('GET', hers, undefined, { ...FROM_COGNITO, cookie: kind }))).toBe(FAILED);
});

test('a code works once and with its own verifier: one that leaked from the way back buys nothing', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const { domain } = serverEnv().cognito;
  const codeOf = (path: string) => new URL(path, ORIGIN).searchParams.get('code')!;
  // Whoever reads the code in a history or a log has neither the verifier nor the cookie that keeps it.
  expect(await exchangeCode(domain!, codeOf(await signInThere(browser, email)), 'a'.repeat(43))).toBeUndefined();
  const back = await signInThere(browser, email);
  expect((await browser.call('GET', back, undefined, FROM_COGNITO)).status).toBe(200);
  expect(await exchangeCode(domain!, codeOf(back), 'a'.repeat(43))).toBeUndefined();
});

test('an id token without the nonce of this request, or with another, is nobody', async () => {
  const { email } = await stack.person({ signIn: false });
  const reply = await signInWithPassword(email, password, nowhere);
  if (reply.kind !== 'tokens') throw new Error(reply.kind);
  expect(await verifyIdToken(reply.idToken)).toMatchObject({ email });
  expect([await verifyIdToken(reply.idToken, ''), await verifyIdToken(reply.idToken, 'a-nonce')]).toEqual(['invalid', 'invalid']);
});

test('while Cognito does not answer nobody is signed in, the way back says so, and a Redis outage is 503 with every cookie kept', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const back = await signInThere(browser, email);
  await stack.control('POST', '/faults', { service: 'cognito', action: 'drop-request', times: 5 });
  const reply = await browser.call('GET', back, undefined, FROM_COGNITO);
  expect([reply.status, locationOf(reply), browser.jar.has(SID)]).toEqual([303, FAILED, false]);
  await stack.control('DELETE', '/faults');
  const kept = await signInThere(browser, email);
  await stack.control('POST', '/faults', { service: 'redis', action: 'drop-request', times: 10 });
  const away = await browser.call('GET', kept, undefined, FROM_COGNITO);
  expect([away.status, away.response.headers.get('set-cookie'), browser.jar.has(TX)]).toEqual([503, null, true]);
  expect((await stranger().call('GET', LOGIN)).status).toBe(503);
  await stack.control('DELETE', '/faults');
  await vi.waitFor(async () => expect((await stranger().call('GET', LOGIN)).status).toBe(303), { timeout: 10_000, interval: 200 });
});

test('a link on another site leads to the form and leaves the question under way alone', async () => {
  const browser = stranger();
  await browser.call('GET', LOGIN);
  const kept = browser.jar.get(TX);
  for (const site of ['cross-site', 'same-site']) {
    const reply = await browser.call('GET', `${LOGIN}?returnTo=%2Faccount`, undefined, { 'sec-fetch-site': site });
    expect([reply.status, locationOf(reply), reply.response.headers.get('set-cookie'), browser.jar.get(TX)]).toEqual([303, `${ORIGIN}/sign-in?returnTo=%2Faccount`, null, kept]);
  }
  // Typed into the address bar, and from a browser that does not say.
  expect((await browser.call('GET', LOGIN, undefined, { 'sec-fetch-site': 'none' })).status).toBe(303);
  expect(browser.jar.get(TX)).not.toBe(kept);
});

test('one address can begin 200 managed logins an hour', async () => {
  const browser = stranger();
  browser.edge = false;
  const statuses: number[] = [];
  for (let begun = 0; begun < 201; begun += 1) statuses.push((await browser.call('GET', LOGIN)).status);
  expect([statuses.filter((status) => status === 303).length, statuses.at(-1)]).toEqual([200, 429]);
  // To ask whether there is one begins none.
  const asked = await browser.call('HEAD', LOGIN);
  expect([asked.status, asked.response.headers.get('set-cookie'), await asked.response.text()]).toEqual([204, null, '']);
  expect((await stranger().call('GET', LOGIN)).status).toBe(303);
});

test('without a domain of managed login both routes are 404 and ask nobody', async () => {
  const { cognito } = serverEnv();
  const { domain } = cognito;
  delete cognito.domain;
  try {
    for (const path of [LOGIN, '/api/auth/callback?code=x&state=y']) {
      const reply = await stranger().call('GET', path);
      expect((await stranger().call('HEAD', LOGIN)).status).toBe(404);
      expect([path, reply.status, reply.data.code, reply.response.headers.get('set-cookie')]).toEqual([path, 404, 'not-found', null]);
    }
  } finally {
    Object.assign(cognito, { domain });
  }
});
