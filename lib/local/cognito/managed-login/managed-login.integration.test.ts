import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFaults } from '../../faults.ts';
import { startFront, type Front } from '../../front.ts';
import { createRequestLog } from '../../request-log.ts';
import { challengeOf, complaintOf, createLoginBrowser, formOf, verifier, type LoginBrowser, type Page } from '../testing/login-browser.ts';
import { config as testConfig, openTestPool, password, refreshInput, request, type TestPool } from '../testing/test-pool.ts';

/** The whole code flow over a port, as a browser and an app would walk it, and as an attacker would. */
const publicClientId = 'testpublicclient0000000000';
const config = { ...testConfig, publicClientId, callbackUrls: ['http://localhost:3000/api/auth/callback', 'http://localhost:3000/other?kept=1'] };
const redirectUri = config.callbackUrls[0]!;
const basic = `Basic ${Buffer.from(`${config.clientId}:${config.clientSecret}`).toString('base64')}`;

let pool: TestPool;
let front: Front;
let browser: LoginBrowser;
let ada: string;
let sub: string;
let people = 0;

beforeAll(async () => {
  pool = await openTestPool({ config });
  front = await startFront({ service: pool.service, port: 0, faults: createFaults(), log: createRequestLog() });
});
afterAll(async () => {
  await front.close();
  await pool.dispose();
});
beforeEach(async () => {
  ada = `ada${++people}@example.com`;
  sub = await pool.signUpAndConfirm(ada);
  browser = createLoginBrowser(front.url);
});

function authorizeQuery(changes: Record<string, string | undefined> = {}): string {
  const all: Record<string, string | undefined> = {
    response_type: 'code', client_id: config.clientId, redirect_uri: redirectUri, state: 'state-1', nonce: 'nonce-1',
    code_challenge: challengeOf(verifier), code_challenge_method: 'S256', ...changes,
  };
  return new URLSearchParams(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();
}

async function openForm(changes: Record<string, string | undefined> = {}, from = browser): Promise<Page> {
  const first = await from.get(`/oauth2/authorize?${authorizeQuery(changes)}`);
  expect([first.status, first.location.split('?')[0]]).toEqual([302, '/login']);
  return from.get(first.location);
}

/** The query that the browser carries back to the app. */
function sentBack(page: Page, address = redirectUri): Record<string, string> {
  expect([page.status, page.location.split('?')[0]]).toEqual([302, address]);
  return Object.fromEntries(new URL(page.location).searchParams);
}

async function newCode(changes: Record<string, string | undefined> = {}): Promise<string> {
  return sentBack(await browser.submit(await openForm(changes), { username: ada, password })).code!;
}

async function exchange(fields: Record<string, string | undefined>, headers: Record<string, string> = { authorization: basic }): Promise<{ status: number; body: any }> {
  const all: Record<string, string | undefined> = { grant_type: 'authorization_code', redirect_uri: redirectUri, code_verifier: verifier, ...fields };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await fetch(`${front.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(given), headers });
  return { status: response.status, body: await response.json() };
}

async function userInfo(accessToken: string, method = 'GET') {
  const response = await fetch(`${front.url}/oauth2/userInfo`, { method, headers: { authorization: `Bearer ${accessToken}` } });
  return { status: response.status, why: response.headers.get('www-authenticate'), body: await response.json() };
}

describe('a sign-in', () => {
  test('goes from the app to the form and back with a code and the state, and the code gives verifiable tokens', async () => {
    const page = await openForm({ state: 'a b&c=d%/ü?#"<' });
    const { code, state, ...rest } = sentBack(await browser.submit(page, { username: ` ${ada.toUpperCase()} `, password }));
    expect([state, rest]).toEqual(['a b&c=d%/ü?#"<', {}]);

    const { status, body } = await exchange({ code: code! });
    expect([status, Object.keys(body).sort(), body.expires_in, body.token_type]).toEqual([200, ['access_token', 'expires_in', 'id_token', 'refresh_token', 'token_type'], 3600, 'Bearer']);
    const keys = createLocalJWKSet(await (await fetch(`${front.url}/${config.userPoolId}/.well-known/jwks.json`)).json());
    const options = { issuer: config.issuer, currentDate: new Date(pool.clock.now) };
    const id = await jwtVerify(body.id_token, keys, { ...options, audience: config.clientId });
    expect(id.payload).toMatchObject({ sub, token_use: 'id', nonce: 'nonce-1', email: ada, email_verified: true, 'cognito:username': sub });
    const access = await jwtVerify(body.access_token, keys, options);
    expect(access.payload).toMatchObject({
      sub, token_use: 'access', client_id: config.clientId, scope: 'openid email profile aws.cognito.signin.user.admin', username: sub,
      origin_jti: id.payload.origin_jti, auth_time: Math.floor(pool.clock.now / 1000),
    });
    expect(await pool.refusal('GetUser', { AccessToken: body.access_token })).toBe('ok');
  });

  test('takes the secret in the body too, and keeps the query of a registered address', async () => {
    const address = config.callbackUrls[1]!;
    const back = sentBack(await browser.submit(await openForm({ redirect_uri: address }), { username: ada, password }), 'http://localhost:3000/other');
    expect(back).toEqual({ kept: '1', code: expect.any(String), state: 'state-1' });
    const { status } = await exchange({ code: back.code!, redirect_uri: address, client_id: config.clientId, client_secret: config.clientSecret }, {});
    expect(status).toBe(200);
  });

  test('of a public client needs no secret, and its refresh token stays', async () => {
    const { status, body } = await exchange({ code: await newCode({ client_id: publicClientId }), client_id: publicClientId }, {});
    expect([status, decodeJwt(body.id_token).aud, decodeJwt(body.access_token).client_id]).toEqual([200, publicClientId, publicClientId]);
    const again = await exchange({ grant_type: 'refresh_token', refresh_token: body.refresh_token, client_id: publicClientId }, {});
    expect([again.status, again.body.refresh_token]).toEqual([200, undefined]);
    expect((await exchange({ grant_type: 'refresh_token', refresh_token: body.refresh_token })).body).toEqual({ error: 'invalid_grant' });
  });

  test('grants the scopes that were asked for and no more', async () => {
    const only = (await exchange({ code: await newCode({ scope: 'openid profile' }) })).body;
    expect([decodeJwt(only.access_token).scope, decodeJwt(only.id_token).email]).toEqual(['openid profile', undefined]);
    expect(await pool.refusal('GetUser', { AccessToken: only.access_token })).toBe('NotAuthorizedException: Access Token does not have required scopes');
    expect(await pool.refusal('DeleteUser', { AccessToken: only.access_token })).toBe('NotAuthorizedException: Access Token does not have required scopes');
    const self = (await exchange({ code: sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery({ scope: 'aws.cognito.signin.user.admin' })}`)).code! })).body;
    expect([self.id_token, decodeJwt(self.access_token).scope]).toEqual([undefined, 'aws.cognito.signin.user.admin']);
    expect(await userInfo(self.access_token)).toEqual({ status: 401, why: 'Bearer error="invalid_token", error_description="Access token does not contain openid scope"', body: { error: 'invalid_token' } });
  });

  test('is remembered for an hour; prompt=login asks all the same, prompt=none only answers', async () => {
    expect(sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery({ prompt: 'none' })}`))).toEqual({ error: 'login_required', state: 'state-1' });
    await newCode();
    const signedInAt = Math.floor(pool.clock.now / 1000);
    pool.clock.now += 59 * 60_000;
    const silent = sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery({ prompt: 'none' })}`));
    expect(decodeJwt((await exchange({ code: silent.code! })).body.id_token).auth_time).toBe(signedInAt);
    expect((await browser.get(`/oauth2/authorize?${authorizeQuery({ prompt: 'login' })}`)).location).toMatch(/^\/login\?/);
    pool.clock.now += 60_000;
    expect(sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery({ prompt: 'none' })}`)).error).toBe('login_required');
  });

  test('is over in the browser once the account is deleted', async () => {
    const { access_token: AccessToken } = (await exchange({ code: await newCode() })).body;
    const waiting = sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery()}`)).code!;
    await pool.must('DeleteUser', { AccessToken });
    expect((await browser.get(`/oauth2/authorize?${authorizeQuery()}`)).location).toMatch(/^\/login\?/);
    expect((await exchange({ code: waiting })).body).toEqual({ error: 'invalid_grant' });
  });
});

describe('a request for a code', () => {
  test.each([
    ['an unknown client', { client_id: 'somebodyelse' }],
    ['no client', { client_id: undefined }],
    ['no address', { redirect_uri: undefined }],
    ['another site', { redirect_uri: 'https://evil.example/api/auth/callback' }],
    ['a longer path', { redirect_uri: `${redirectUri}/..` }],
    ['an added query', { redirect_uri: `${redirectUri}?next=https://evil.example` }],
    ['user information', { redirect_uri: 'http://localhost:3000@evil.example/api/auth/callback' }],
    ['another letter case', { redirect_uri: redirectUri.toUpperCase() }],
    ['a fragment', { redirect_uri: `${redirectUri}#x` }],
  ])('with %s gets an error page and goes nowhere, at both endpoints', async (_, changes) => {
    await newCode();
    for (const path of ['/oauth2/authorize', '/login']) {
      const page = await browser.get(`${path}?${authorizeQuery(changes)}`);
      expect([page.status, page.location, page.headers.get('content-type')]).toEqual([400, '', 'text/html; charset=utf-8']);
      expect(page.text).not.toContain('evil.example');
      expect(page.text).not.toContain('<form');
    }
  });

  test.each([
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['the implicit grant', { response_type: 'token' }, 'unauthorized_client'],
    ['another response type', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge without its method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge that is no hash', { code_challenge: 'short' }, 'invalid_request'],
    ['an unknown scope', { scope: 'openid everything' }, 'invalid_scope'],
    ['email without openid', { scope: 'email' }, 'invalid_scope'],
    ['prompt none beside login', { prompt: 'none login' }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request'],
    ['another identity provider', { identity_provider: 'Google' }, 'invalid_request'],
  ])('with %s is told to the app, with its state', async (_, changes, error) => {
    await newCode();
    for (const path of ['/oauth2/authorize', '/login']) {
      const back = sentBack(await browser.get(`${path}?${authorizeQuery(changes)}`));
      expect([back.error, back.state, back.code]).toEqual([error, 'state-1', undefined]);
    }
  });

  test('that names a parameter twice is refused, and never goes to the second address', async () => {
    expect((await browser.get(`/oauth2/authorize?${authorizeQuery()}&redirect_uri=https://evil.example/`)).status).toBe(400);
    expect((await browser.get(`/oauth2/authorize?redirect_uri=https://evil.example/&${authorizeQuery()}`)).status).toBe(400);
    expect((await browser.get(`/oauth2/authorize?client_id=nobody&${authorizeQuery()}`)).status).toBe(400);
    const back = sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery()}&scope=openid&scope=email`));
    expect([back.error, back.code]).toEqual(['invalid_request', undefined]);
  });
});

describe('the form', () => {
  test('may not be framed, runs no script, is not kept, and its cookies are out of reach of scripts', async () => {
    const page = await openForm();
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self' http:\/\/localhost:3000; frame-ancestors 'none'$/),
      'x-frame-options': 'DENY', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
    });
    expect(page.text).not.toMatch(/<script|\sstyle=|\son\w+=/i);
    expect(page.headers.getSetCookie()).toEqual([expect.stringMatching(/^XSRF-TOKEN=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)]);
    const done = await browser.submit(page, { username: ada, password });
    expect(done.headers.getSetCookie()).toEqual([expect.stringMatching(/^cognito=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/)]);
    expect([done.headers.get('cache-control'), done.headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  });

  test('says one sentence for a wrong password and for nobody, and keeps only the name', async () => {
    const page = await openForm();
    const [wrong, nobody] = [await browser.submit(page, { username: ada, password: 'Wrong-horse-1' }), await browser.submit(page, { username: 'nobody@example.com', password: 'Wrong-horse-1' })];
    expect([wrong.status, complaintOf(wrong)]).toEqual([401, 'Incorrect username or password.']);
    expect(wrong.text).not.toContain('Wrong-horse-1');
    expect(nobody.text.replace('nobody@example.com', ada)).toBe(wrong.text);
    expect([...browser.jar.keys()]).toEqual(['XSRF-TOKEN']);
  });

  test('locks a name as the API does, and says so for anybody alike', async () => {
    const page = await openForm();
    const say = async (username: string) => {
      for (let i = 0; i < 5; i++) await browser.submit(page, { username, password: 'Wrong-horse-1' });
      return complaintOf(await browser.submit(page, { username, password }));
    };
    const sentence = 'Too many wrong attempts. Wait a little, then try again.';
    expect([await say(ada), await say(`nobody${people}@example.com`)]).toEqual([sentence, sentence]);
  });

  test('writes what it was given as text, not as markup', async () => {
    const hostile = '"><script>alert(1)</script>';
    const page = await openForm({ state: hostile, login_hint: hostile });
    const again = await browser.submit(page, { username: hostile, password });
    for (const one of [page, again]) expect(one.text).not.toContain('<script');
    expect(formOf(again).action).toBe(`/login?${authorizeQuery({ state: hostile, login_hint: hostile })}`);
  });

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['a page that hides where it is', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['a page that only the fetch metadata tell', { 'sec-fetch-site': 'same-site' }],
    ['a page whose origin alone tells', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
  ])('posted by %s signs nobody in, even with the right token', async (_, headers) => {
    const page = await browser.submit(await openForm(), { username: ada, password }, headers);
    expect([page.status, page.location, browser.jar.has('cognito')]).toEqual([403, '', false]);
  });

  test('posted without this browser’s token signs nobody in (login CSRF)', async () => {
    const page = await openForm();
    const others = formOf(await openForm({}, createLoginBrowser(front.url))).hidden._csrf!;
    for (const _csrf of [others, '', 'x'.repeat(43)]) {
      const answer = await browser.submit(page, { username: ada, password, _csrf });
      expect([answer.status, answer.location, complaintOf(answer)]).toEqual([403, '', 'The page had expired. Please sign in again.']);
    }
    browser.jar.clear();
    expect((await browser.submit(page, { username: ada, password })).status).toBe(403);
    // A cookie planted beside the real one makes neither count.
    const planted = await createLoginBrowser(front.url).post(formOf(page).action, { username: ada, password, _csrf: others }, { cookie: `XSRF-TOKEN=${others}; XSRF-TOKEN=${'x'.repeat(43)}` });
    expect(planted.status).toBe(403);
  });

  test('of another type or with a field twice is not read', async () => {
    const { action, hidden } = formOf(await openForm());
    const body = new URLSearchParams({ ...hidden, username: ada, password }).toString();
    expect((await browser.post(action, body, { 'content-type': 'text/plain' })).status).toBe(400);
    expect((await browser.post(action, `${body}&username=eve@example.com`)).status).toBe(400);
    expect((await browser.post(action, body)).status).toBe(302);
  });

  test('posted for an address that is not registered goes nowhere', async () => {
    const { hidden } = formOf(await openForm());
    const answer = await browser.post(`/login?${authorizeQuery({ redirect_uri: 'https://evil.example/' })}`, { ...hidden, username: ada, password });
    expect([answer.status, answer.location, browser.jar.has('cognito')]).toEqual([400, '', false]);
  });

  test('begins a new session, whatever was planted, and ends the one before (fixation)', async () => {
    await newCode();
    const before = browser.jar.get('cognito')!;
    await browser.submit(await browser.get(`/login?${authorizeQuery()}`), { username: ada, password });
    expect(browser.jar.get('cognito')).not.toBe(before);
    const thief = createLoginBrowser(front.url);
    thief.jar.set('cognito', before);
    expect((await thief.get(`/oauth2/authorize?${authorizeQuery()}`)).location).toMatch(/^\/login\?/);
  });
});

describe('a code', () => {
  test('that comes twice is refused and ends what it gave', async () => {
    const code = await newCode();
    const { body } = await exchange({ code });
    expect(await pool.refusal('GetUser', { AccessToken: body.access_token })).toBe('ok');
    expect(await exchange({ code })).toEqual({ status: 400, body: { error: 'invalid_grant' } });
    expect(await pool.refusal('GetUser', { AccessToken: body.access_token })).toBe('NotAuthorizedException: Access Token has been revoked');
    expect((await exchange({ grant_type: 'refresh_token', refresh_token: body.refresh_token })).body).toEqual({ error: 'invalid_grant' });
  });

  test.each([
    ['the wrong verifier', { code_verifier: `${verifier}x` }, 'invalid_grant'],
    ['the challenge as verifier', { code_verifier: challengeOf(verifier) }, 'invalid_grant'],
    ['no verifier', { code_verifier: undefined }, 'invalid_request'],
    ['another registered address', { redirect_uri: config.callbackUrls[1] }, 'invalid_grant'],
    ['no address', { redirect_uri: undefined }, 'invalid_request'],
  ])('with %s gives nothing', async (_, fields, error) => {
    expect(await exchange({ code: await newCode(), ...fields })).toEqual({ status: 400, body: { error } });
  });

  test('that failed its checks once is burnt', async () => {
    const code = await newCode();
    await exchange({ code, code_verifier: `${verifier}x` });
    expect((await exchange({ code })).body).toEqual({ error: 'invalid_grant' });
  });

  test('of one client is no good to another', async () => {
    expect((await exchange({ code: await newCode({ client_id: publicClientId }) })).body).toEqual({ error: 'invalid_grant' });
    browser.jar.clear();
    expect((await exchange({ code: await newCode(), client_id: publicClientId }, {})).body).toEqual({ error: 'invalid_grant' });
  });

  test('lives five minutes', async () => {
    const [late, soon] = [await newCode(), sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery()}`)).code!];
    pool.clock.now += 5 * 60_000 - 1;
    expect((await exchange({ code: soon })).status).toBe(200);
    pool.clock.now += 1;
    expect((await exchange({ code: late })).body).toEqual({ error: 'invalid_grant' });
  });

  test('that nobody gave is refused', async () => {
    expect((await exchange({ code: 'made-up' })).body).toEqual({ error: 'invalid_grant' });
  });
});

describe('the token endpoint', () => {
  test.each([
    ['a wrong secret', { authorization: `Basic ${Buffer.from(`${config.clientId}:wrong`).toString('base64')}` }, {}, 'invalid_client'],
    ['an unknown client', { authorization: `Basic ${Buffer.from('nobody:wrong').toString('base64')}` }, {}, 'invalid_client'],
    ['no proof', {}, { client_id: config.clientId }, 'invalid_client'],
    ['no client', {}, {}, 'invalid_client'],
    ['a bearer token', { authorization: 'Bearer x' }, {}, 'invalid_client'],
    ['a secret for the client without one', {}, { client_id: publicClientId, client_secret: 'x' }, 'invalid_client'],
    ['two proofs', { authorization: basic }, { client_secret: config.clientSecret }, 'invalid_request'],
    ['two clients', { authorization: basic }, { client_id: publicClientId }, 'invalid_request'],
  ])('with %s gives nothing and leaves the code', async (_, headers: Record<string, string>, fields, error) => {
    const code = await newCode();
    expect(await exchange({ code, ...fields }, headers)).toEqual({ status: 400, body: { error } });
    expect((await exchange({ code })).status).toBe(200);
  });

  test.each([[undefined, 'invalid_request'], ['password', 'unsupported_grant_type'], ['client_credentials', 'unauthorized_client'], ['refresh_token', 'invalid_request']])('refuses the grant type %s', async (grantType, error) => {
    expect(await exchange({ grant_type: grantType })).toEqual({ status: 400, body: { error } });
  });

  test('reads forms only, by POST only, and answers no browser of another origin', async () => {
    const code = await newCode();
    const asJson = await fetch(`${front.url}/oauth2/token`, { method: 'POST', headers: { authorization: basic, 'content-type': 'application/json' }, body: JSON.stringify({ grant_type: 'authorization_code', code }) });
    expect([asJson.status, await asJson.json()]).toEqual([400, { error: 'invalid_request' }]);
    const got = await fetch(`${front.url}/oauth2/token?grant_type=authorization_code&code=${code}`, { headers: { authorization: basic, origin: 'https://evil.example' } });
    expect([got.status, got.headers.get('allow'), got.headers.get('access-control-allow-origin')]).toEqual([405, 'POST', null]);
  });

  test('rotates refresh tokens: no nonce again, the same scopes, and an old one ends the family', async () => {
    const first = (await exchange({ code: await newCode({ scope: 'openid email' }) })).body;
    const { status, body } = await exchange({ grant_type: 'refresh_token', refresh_token: first.refresh_token, scope: 'openid aws.cognito.signin.user.admin' });
    expect([status, decodeJwt(body.access_token).scope, decodeJwt(body.id_token).nonce, body.refresh_token === first.refresh_token]).toEqual([200, 'openid email', undefined, false]);
    expect(decodeJwt(body.access_token).origin_jti).toBe(decodeJwt(first.access_token).origin_jti);
    pool.clock.now += 61_000;
    expect((await exchange({ grant_type: 'refresh_token', refresh_token: first.refresh_token })).body).toEqual({ error: 'invalid_grant' });
    expect((await exchange({ grant_type: 'refresh_token', refresh_token: body.refresh_token })).body).toEqual({ error: 'invalid_grant' });
  });

  test('and the API take each other’s refresh tokens, and scopes stay what they were', async () => {
    const { body } = await exchange({ code: await newCode({ scope: 'openid' }) });
    const { AuthenticationResult } = await pool.must('GetTokensFromRefreshToken', refreshInput(body.refresh_token));
    expect(decodeJwt(AuthenticationResult.AccessToken).scope).toBe('openid');
  });
});

describe('userInfo', () => {
  test('says what the scopes allow, as text, by GET and POST', async () => {
    const { body } = await exchange({ code: await newCode() });
    for (const method of ['GET', 'POST']) expect(await userInfo(body.access_token, method)).toEqual({ status: 200, why: null, body: { sub, username: sub, email: ada, email_verified: 'true' } });
  });

  test('refuses an ID token, a token of the API, a revoked, an expired and an altered one, and none', async () => {
    const invalid = { status: 401, why: expect.stringMatching(/^Bearer error="invalid_token"/), body: { error: 'invalid_token' } };
    const { body } = await exchange({ code: await newCode() });
    expect(await userInfo(body.id_token)).toEqual(invalid);
    expect(await userInfo((await pool.signIn(ada)).AccessToken)).toEqual(invalid);
    const [head, payload] = body.access_token.split('.');
    expect(await userInfo(`${head}.${payload}.AAAA`)).toEqual(invalid);
    const revoked = await fetch(`${front.url}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams({ token: body.refresh_token }), headers: { authorization: basic } });
    expect([revoked.status, await revoked.text()]).toEqual([200, '']);
    expect(await userInfo(body.access_token)).toEqual(invalid);
    const late = (await exchange({ code: sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery()}`)).code! })).body;
    pool.clock.now += 3600_000;
    expect(await userInfo(late.access_token)).toEqual(invalid);
    const none = await fetch(`${front.url}/oauth2/userInfo`);
    expect([none.status, await none.json()]).toEqual([400, { error: 'invalid_request' }]);
  });
});

describe('revoke', () => {
  test('refuses bad proofs, access tokens and other clients’ tokens, and shrugs at unknown ones', async () => {
    const { body } = await exchange({ code: await newCode() });
    const revoke = async (fields: Record<string, string>, headers: Record<string, string> = { authorization: basic }) => {
      const response = await fetch(`${front.url}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams(fields), headers });
      return `${response.status} ${await response.text()}`;
    };
    expect([
      await revoke({ token: body.refresh_token, client_id: config.clientId }, {}),
      await revoke({}),
      await revoke({ token: body.access_token }),
      await revoke({ token: body.refresh_token, client_id: publicClientId }, {}),
      await revoke({ token: 'unknown' }),
    ]).toEqual(['401 {"error":"invalid_client"}', '400 {"error":"invalid_request"}', '400 {"error":"unsupported_token_type"}', '400 {"error":"unauthorized_client"}', '200 ']);
    expect(await pool.refusal('GetUser', { AccessToken: body.access_token })).toBe('ok');
  });
});

describe('logout', () => {
  test('ends the browser’s session and goes to the registered address', async () => {
    await newCode();
    const cookie = browser.jar.get('cognito')!;
    const page = await browser.get(`/logout?${new URLSearchParams({ client_id: config.clientId, logout_uri: config.logoutUrls[0]! })}`);
    expect([page.status, page.location, page.headers.getSetCookie()]).toEqual([302, config.logoutUrls[0], ['cognito=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']]);
    browser.jar.set('cognito', cookie);
    expect((await browser.get(`/oauth2/authorize?${authorizeQuery()}`)).location).toMatch(/^\/login\?/);
  });

  test('or to the form, for somebody else to sign in', async () => {
    await newCode();
    const page = await browser.get(`/logout?${authorizeQuery()}`);
    expect([page.status, page.location, browser.jar.has('cognito')]).toEqual([302, `/login?${authorizeQuery()}`, false]);
  });

  test.each([
    ['an unknown client', { client_id: 'nobody', logout_uri: config.logoutUrls[0]! }],
    ['another site', { client_id: config.clientId, logout_uri: 'https://evil.example/' }],
    ['a longer path', { client_id: config.clientId, logout_uri: `${config.logoutUrls[0]}x` }],
    ['a callback address', { client_id: config.clientId, logout_uri: redirectUri }],
    ['another site as redirect_uri', { client_id: config.clientId, redirect_uri: 'https://evil.example/', response_type: 'code' }],
  ])('with %s goes nowhere and ends nothing', async (_, parameters: Record<string, string>) => {
    await newCode();
    const page = await browser.get(`/logout?${new URLSearchParams(parameters)}`);
    expect([page.status, page.location, browser.jar.has('cognito')]).toEqual([400, '', true]);
    sentBack(await browser.get(`/oauth2/authorize?${authorizeQuery()}`));
  });
});

test('the discovery document names the endpoints at the address that was asked, and they answer', async () => {
  const document = await (await fetch(`${front.url}/${config.userPoolId}/.well-known/openid-configuration`)).json();
  expect(document).toMatchObject({
    issuer: config.issuer, authorization_endpoint: `${front.url}/oauth2/authorize`, token_endpoint: `${front.url}/oauth2/token`,
    userinfo_endpoint: `${front.url}/oauth2/userInfo`, revocation_endpoint: `${front.url}/oauth2/revoke`, end_session_endpoint: `${front.url}/logout`,
    response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
  });
  expect((await fetch(document.authorization_endpoint)).status).toBe(400);
  expect((await fetch(document.token_endpoint, { method: 'POST' })).status).toBe(400);
});

test('endpoints have the names of CloudTrail in the log, and what is none of them goes to the API', async () => {
  const named = (method: string, path: string) => pool.service.operationOf(request(method, path, {}));
  expect([named('GET', '/oauth2/authorize'), named('POST', '/login'), named('POST', '/oauth2/token'), named('DELETE', '/login'), named('GET', '/constructor'), named('GET', '/oauth2/')]).toEqual(
    ['OAuth2_Authorize_GET', 'Login_POST', 'Token_POST', 'unknown', 'unknown', 'unknown'],
  );
  expect((await fetch(`${front.url}/signup`)).status).toBe(400);
  expect((await fetch(`${front.url}/login`, { method: 'DELETE' })).headers.get('allow')).toBe('GET, POST');
});
